"""What the pages tell one clinic of one measure, and nothing besides: counts go in, and what is hidden stays here.

The registry's own pages are made of it, and so is what a clinic of another server is told: neither sees more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wheal.clinic.registry import pictures
from wheal.clinic.registry.pictures import Funnel
from wheal.knowledge.measuring import Measure
from wheal.measures import answers
from wheal.measures.answers import Answer, Delay, Figures
from wheal.measures.counting import Count
from wheal.measures.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Shown:
    """`on`: the day on which it was counted. `groups` of a delay are none: it has `delays`, and `leaves_out` where some
    cause has too few alarms to be told. Of a measure by clinic there are a standing and, with a case, a picture."""

    on: date
    groups: tuple[Figures, ...] = ()
    hidden: int = 0
    delays: tuple[Delay, ...] = ()
    leaves_out: bool = False
    standing: Standing | None = None
    picture: Funnel | None = None

    @property
    def answer(self) -> Answer:
        return Answer(tuple(map(answers.line, self.groups)), self.hidden, None)


def shown(measure: Measure, counts: Sequence[Count], on: date, name: str) -> Shown:
    """`name`: of the clinic that looks; "" nobody's."""
    if measure.shape == "delay":
        delays = answers.delays(counts)
        return Shown(on, delays=delays, leaves_out=len(delays) < len({one.group for one in counts}))
    groups, hidden = answers.figures(counts)
    if not compares(measure):
        return Shown(on, groups, hidden)
    return Shown(
        on,
        groups,
        hidden,
        standing=standing(measure, counts, name),
        picture=pictures.funnel(answers.funnel(measure, counts, name), name),
    )


def compares(measure: Measure) -> bool:
    """Clinics with each other."""
    return measure.by == ("clinic",) and measure.shape != "delay"
