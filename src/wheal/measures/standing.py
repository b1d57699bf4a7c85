"""How one clinic stands beside all, in figures: for the clinic itself, to which its own numbers are told exactly.

    standing(measure, counts, "clinic-0123")

The figures of all together are told beside, but where the others are so few that they would be about somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wheal.knowledge.measuring import Measure
from wheal.measures.answers import LEAST, Line, Place, funnel, lines
from wheal.measures.counting import Count, added
from wheal.proportions import at_most, exact_interval


@dataclass(frozen=True, slots=True)
class Standing:
    own: Line | None  # exact, however few; None where nothing of the clinic is held
    together: Line | None
    clinics: int
    place: Place | None  # None where nobody anywhere is a case, or where the clinic has nobody to count
    outside: tuple[Place, ...]  # the clinics that lie outside the outer limits, of those that may be shown


def standing(measure: Measure, counts: Sequence[Count], name: str) -> Standing:
    own = next((one for one in counts if one.group == (name,)), None)
    places = funnel(measure, counts, name)
    return Standing(
        own=_exact(own) if own else None,
        together=_together(counts, name),
        clinics=len(counts),
        place=next((place for place in places if place.clinic == name), None),
        outside=tuple(place for place in places if place.is_outside),
    )


def _exact(one: Count) -> Line:
    low, high = exact_interval(one.count, one.of)
    bound = at_most(0, one.of) if not one.count else None
    return Line(
        one.group, one.of, one.count, low, high, times=one.times, share=one.count / one.of, bound=bound
    )


def _together(counts: Sequence[Count], name: str) -> Line | None:
    if sum(one.of for one in counts if one.group != (name,)) < LEAST:
        return None
    (line,) = lines(added(replace(one, group=()) for one in counts)).lines
    return line
