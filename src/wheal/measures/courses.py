"""What became of one course, in the two words that the registry counts.

One measurement decides, and its day decides which, never its value: of the best of many measurements chance alone makes
some better, and the more, the more often somebody measures. `tests/measures/test_courses.py` says how often it still
does with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Final

from wheal import outcomes
from wheal.follow_up import LONGEST_GAP
from wheal.knowledge.following import Instrument
from wheal.outcomes import Followed, Reading
from wheal.outcomes.placebo import around
from wheal.quantities import Quantity

POINT: Final = Quantity.parse("84 d")
"""After the last session: the twelve weeks of the trials of deoxycholic acid (refine1, refine2); for everything else it
is Wheal's own convention. The nearest measurement from two thirds to five thirds of it counts, as beside a trial."""
_PLACES: Final = 6
"""Decimals of a change in steps: 9.6 less 9.5 is a whole step of 0.1 in spite of the binary rest."""


def response(
    last: date, measured: Mapping[str, Followed], instruments: Mapping[str, Instrument], today: date
) -> tuple[str, str] | None:
    """Response and regain, as `wheal.knowledge.measuring.VALUES` has them; None until no session can join the course.

    `last`: the day of its last session. `measured`: the course in each way in which it was measured. The first way by
    `order` that was measured before the first session and at POINT counts: better by one step of the instrument at
    least, in the mean of its places. A course that was measured in no such way is lost.
    """
    if today <= last + LONGEST_GAP:
        return None
    for code in sorted(measured, key=lambda code: instruments[code].order):
        if places := list(_places(measured[code], instruments[code])):
            return _judged(measured[code], instruments[code], places)
    return "lost", ""


@dataclass(frozen=True, slots=True)
class _Place:
    """One named place. `change` and what is worse since, in the unit of the instrument, upwards as it gets worse."""

    change: float
    at: Reading  # the measurement that counts


def _places(one: Followed, it: Instrument) -> Iterable[_Place]:
    opens, due, closes = around(one.last, POINT)
    for site in dict.fromkeys(reading.site for reading in one.readings):
        held = [reading for reading in _of(one, site) if opens <= reading.day < closes]
        at = min(held, key=lambda reading: (abs(reading.day - due), reading.day), default=None)
        start = None if it.compares else outcomes.before(one, site)
        if at and it.compares:
            yield _Place(-at.value, at)
        elif at and start:
            yield _Place(at.value - start.value, at)


def _of(one: Followed, site: str) -> list[Reading]:
    """At this place, up to the next course for the same."""
    return [it for it in one.readings if it.site == site and (one.until is None or it.day < one.until)]


def _judged(one: Followed, it: Instrument, places: list[_Place]) -> tuple[str, str]:
    if _steps(-fmean(place.change for place in places), it) < 1:
        return "did_not", ""
    worse = [found for place in places if (found := _worse(one, it, place)) is not None]
    if not worse:
        return "responded", "not_seen"
    return "responded", "regained" if _steps(fmean(worse), it) >= 1 else "kept"


def _worse(one: Followed, it: Instrument, place: _Place) -> float | None:
    """By how much the last measurement is worse than the one that counted; None where none was made after its time."""
    closes = around(one.last, POINT)[2]
    later = [reading for reading in _of(one, place.at.site) if reading.day >= closes]
    if not later:
        return None
    rise = max(later, key=lambda reading: reading.day).value - place.at.value
    return -rise if it.compares else rise


def _steps(change: float, it: Instrument) -> float:
    return round(change / float(it.step), _PLACES)
