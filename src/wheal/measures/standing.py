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
    """Of nobody whose weeks are over, anything is possible; whom nobody judged may all be cases."""
    line = Line(
        one.group, one.of, one.count, 0.0, 1.0, times=one.times, waiting=one.waiting, so_far=one.so_far,
        unjudged=one.unjudged,
    )  # fmt: skip
    if not one.of:
        return line
    most = min(one.count + one.unjudged, one.of)
    low, high = exact_interval(one.count, one.of)[0], exact_interval(most, one.of)[1]
    bound = at_most(most, one.of) if not one.count else None
    return replace(line, low=low, high=high, share=one.count / one.of, bound=bound)


def _together(counts: Sequence[Count], name: str) -> Line | None:
    if sum(one.people for one in counts if one.group != (name,)) < LEAST:
        return None
    (line,) = lines(added(replace(one, group=()) for one in counts)).lines
    return line
