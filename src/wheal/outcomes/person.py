"""One course of one person, measured in one way: before, after, how much came back, and the weight beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

BEFORE: Final = timedelta(days=60)
"""How old a measure may be and still count as the one before the first session. Wheal's own convention."""
WEIGHED: Final = timedelta(days=14)
"""How far from a measure a weight may lie and still be the weight of that day. Wheal's own convention."""
Kind = Literal["measured", "not_due", "no_before", "treated_again", "lost"]


@dataclass(frozen=True, slots=True)
class Reading:
    """In the unit of its instrument. `site`: the named place; only the same place is compared with itself."""

    day: date
    value: float
    site: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """`until`: the day on which a new course for the same began; what was measured then is of that course.

    `compares`: the instrument says by itself how it is against before, so that nothing is subtracted.
    """

    first: date
    last: date
    until: date | None
    readings: tuple[Reading, ...]
    weights: tuple[Reading, ...] = ()  # kg
    compares: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one person at one point. `change`: after less before; `kilos`: how the weight changed in the same time."""

    kind: Kind
    change: float | None = None
    kilos: float | None = None


@dataclass(frozen=True, slots=True)
class Regain:
    """How much came back since the lowest value, where it was measured since. `kilos`: how the weight changed since."""

    before: Reading
    lowest: Reading
    latest: Reading
    kilos: float | None

    @property
    def is_measured_since(self) -> bool:
        """Else nobody knows whether anything came back."""
        return self.latest.day > self.lowest.day

    @property
    def fall(self) -> float:
        return self.before.value - self.lowest.value

    @property
    def back(self) -> float:
        return self.latest.value - self.lowest.value


def before(one: Followed, site: str = "") -> Reading | None:
    """The last measure at this site up to the day of the first session, at most sixty days older."""
    held = [it for it in one.readings if it.site == site and one.first - BEFORE <= it.day <= one.first]
    return max(held, key=lambda it: it.day, default=None)


def outcome(one: Followed, opens: date, due: date, closes: date, today: date) -> Outcome:
    """At a point: the measures from `opens` to before `closes`, of each site the nearest to the day on which it is due.

    Several sites of one area count as one person, with the mean of their changes.
    """
    end = closes if one.until is None else min(closes, one.until)
    changes = [found for site in _sites(one) if (found := _of_site(one, site, opens, due, end))]
    if changes:
        weighed = [kilos for _change, kilos in changes if kilos is not None]
        kilos = sum(weighed) / len(weighed) if len(weighed) == len(changes) else None
        return Outcome("measured", sum(change for change, _kilos in changes) / len(changes), kilos)
    if one.until is not None and one.until < closes:
        return Outcome("treated_again")
    if today < closes:
        return Outcome("not_due")
    has_before = one.compares or any(before(one, site) for site in _sites(one))
    return Outcome("lost" if has_before else "no_before")


def _sites(one: Followed) -> list[str]:
    return list(dict.fromkeys(it.site for it in one.readings))


def _of_site(
    one: Followed, site: str, opens: date, due: date, end: date
) -> tuple[float, float | None] | None:
    held = [it for it in one.readings if it.site == site and opens <= it.day < end]
    after = min(held, key=lambda it: (abs((it.day - due).days), it.day), default=None)
    if after is None or after.day <= one.last:
        return None
    if one.compares:
        return after.value, weight_change(one.weights, one.first, after.day)
    start = before(one, site)
    if start is None:
        return None
    return after.value - start.value, weight_change(one.weights, start.day, after.day)


def weighed_on(weights: Iterable[Reading], day: date) -> Reading | None:
    """The weight nearest to the day, where one lies within fourteen days of it."""
    near = [it for it in weights if abs(it.day - day) <= WEIGHED]
    return min(near, key=lambda it: (abs((it.day - day).days), it.day), default=None)


def weight_change(weights: Iterable[Reading], earlier: date, later: date) -> float | None:
    """In kilograms; None where it was not weighed at either end."""
    held = tuple(weights)
    start, end = weighed_on(held, earlier), weighed_on(held, later)
    return None if start is None or end is None else end.value - start.value


def regain(one: Followed, site: str = "") -> Regain | None:
    """None where there is no measure before, none after the last session, or nothing had fallen."""
    start = before(one, site)
    after = sorted(
        (it for it in one.readings if it.site == site and it.day > one.first and not _is_next(one, it)),
        key=lambda it: it.day,
    )
    if start is None or not after or after[-1].day <= one.last:
        return None
    lowest = min(after, key=lambda it: it.value)
    if lowest.value >= start.value:
        return None
    return Regain(start, lowest, after[-1], weight_change(one.weights, lowest.day, after[-1].day))


def _is_next(one: Followed, reading: Reading) -> bool:
    return one.until is not None and reading.day >= one.until
