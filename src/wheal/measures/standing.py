"""How one clinic stands beside all, in figures: for the clinic itself, to which its own numbers are told exactly.

    standing(measure, counts, "clinic-0123")

The figures of all together are told beside, but where the others are so few that they would be about somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from wheal.knowledge.measuring import Measure
from wheal.measures.answers import LEAST, Figures, Line, Side, figures, funnel, line
from wheal.measures.counting import Count, added
from wheal.proportions import at_most, exact_interval


class Outside(NamedTuple):
    """A clinic beyond the outer limits, of those that may be shown."""

    clinic: str
    side: Side


@dataclass(frozen=True, slots=True)
class Standing:
    its: Figures | None  # exact, however few; None where nothing of the clinic is held
    of_all: Figures | None
    clinics: int
    side: Side | None  # None where nobody anywhere is a case, or where the clinic has nobody to count
    outside: tuple[Outside, ...]

    @property
    def own(self) -> Line | None:
        return _exact(self.its) if self.its else None

    @property
    def together(self) -> Line | None:
        return line(self.of_all) if self.of_all else None


def standing(measure: Measure, counts: Sequence[Count], name: str) -> Standing:
    own = next((one for one in counts if one.group == (name,)), None)
    places = funnel(measure, counts, name)
    return Standing(
        its=_its(own) if own else None,
        of_all=_together(counts, name),
        clinics=len(counts),
        side=next((place.side for place in places if place.clinic == name), None),
        outside=tuple(Outside(place.clinic, place.side) for place in places if place.is_outside),
    )


def _its(one: Count) -> Figures:
    return Figures(one.group, one.of, one.count, 0, one.times, one.waiting, one.so_far, one.unjudged)


def _exact(its: Figures) -> Line:
    """Of nobody whose weeks are over, anything is possible; whom nobody judged may all be cases."""
    line = Line(
        its.group, its.of, its.counted, 0.0, 1.0, times=its.times, waiting=its.waiting, so_far=its.so_far,
        unjudged=its.unjudged,
    )  # fmt: skip
    if not its.of:
        return line
    count = its.counted or 0
    most = min(count + (its.unjudged or 0), its.of)
    low, high = exact_interval(count, its.of)[0], exact_interval(most, its.of)[1]
    bound = at_most(most, its.of) if not count else None
    return replace(line, low=low, high=high, share=count / its.of, bound=bound)


def _together(counts: Sequence[Count], name: str) -> Figures | None:
    if sum(one.people for one in counts if one.group != (name,)) < LEAST:
        return None
    ((told,), _hidden) = figures(added(replace(one, group=()) for one in counts))
    return told
