"""What may be shown of counts: with exact intervals, and nothing so small that it is about somebody.

    lines(counts)            # for an analyst under the agreement; what everybody may read is in `releasing`

A group of fewer than LEAST people is not shown. A count of 1 to LEAST - 1 is shown as "fewer than LEAST", and its
interval reaches up to what LEAST - 1 would allow, so that a harm is never made smaller. A count of none is shown with
the bound that it allows. Where hiding one group would let a total give it away, the next smallest is hidden too, but
never the last one that is shown: one person of another group takes no answer from a thousand.

Of an attack rate, people whose weeks are not over are no part of the share and of its bound. They are told beside, with
what became of them so far, and a group of nobody else is shown as one of which nothing is known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from typing import Final, Literal, NamedTuple

from wheal.knowledge.measuring import Measure
from wheal.measures.counting import Count
from wheal.proportions import at_most, exact_interval

LEAST: Final = 5


class Figures(NamedTuple):
    """What is told of one group, without what can be reckoned from it. None: between 1 and LEAST - 1."""

    group: tuple[str, ...]
    of: int
    counted: int | None
    lost: int | None = 0
    times: int = 0
    waiting: int | None = 0
    so_far: int | None = 0
    unjudged: int | None = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One group. None of `count`, `lost`, `waiting`, `so_far` and `unjudged`: between 1 and LEAST - 1. Shares between
    0 and 1. `of` 0: those whose weeks are over are fewer than LEAST, and everybody is among those who wait."""

    group: tuple[str, ...]
    of: int
    count: int | None
    low: float
    high: float
    lost: int | None = 0
    times: int = 0
    share: float | None = None  # None where the count is not told
    bound: float | None = None  # of a count of none: the share that it still allows, one-sided 95 %
    waiting: int | None = 0
    so_far: int | None = 0  # of those who wait
    unjudged: int | None = 0  # people with what nobody graded: `high` and `bound` take them for cases
    least_so_far: float = 0.0  # the lower end of the interval of what was seen among those who wait

    @property
    def is_known(self) -> bool:
        """Not where hardly anybody's weeks are over."""
        return bool(self.of)

    @property
    def most(self) -> float:
        """The upper end that words and picture tell."""
        return self.high if self.bound is None else self.bound


@dataclass(frozen=True, slots=True)
class Answer:
    lines: tuple[Line, ...]
    hidden_groups: int  # with too few people, or hidden beside one
    hidden_people: int | None  # None where they are fewer than LEAST


@dataclass(frozen=True, slots=True)
class Delay:
    group: tuple[str, ...]
    alarms: int
    median: (
        int  # half came within so many days: one that some alarm took, and no mean of the two in the middle
    )
    nine_in_ten: int  # within so many days


def lines(counts: Iterable[Count]) -> Answer:
    shown, hidden = _apart(sorted(counts))
    people = sum(one.people for one in hidden)
    told = tuple(_line(settled(one)) for one in shown)
    return Answer(told, len(hidden), people if people >= LEAST or not hidden else None)


def figures(counts: Iterable[Count]) -> tuple[tuple[Figures, ...], int]:
    """What `lines` shows before any interval is reckoned, and how many groups are hidden."""
    shown, hidden = _apart(sorted(counts))
    return tuple(_figures(settled(one)) for one in shown), len(hidden)


def line(told: Figures) -> Line:
    """With its intervals: `lines(counts).lines` are those of `figures(counts)`."""
    count, lost, *beside = map(at_least, (told.counted, told.lost, told.waiting, told.so_far, told.unjudged))
    return _line(Count(told.group, told.of, count, lost, told.times, 0, *beside))


def at_least(number: int | None) -> int:
    """Of one that is told as between 1 and LEAST - 1."""
    return 1 if number is None else number


def _figures(one: Count) -> Figures:
    count, lost, waiting, so_far, unjudged = map(
        _told, (one.count, one.lost, one.waiting, one.so_far, one.unjudged)
    )
    return Figures(one.group, one.of, count, lost, one.times, waiting, so_far, unjudged)


def _apart(counts: Sequence[Count]) -> tuple[list[Count], list[Count]]:
    hidden = [one for one in counts if one.people < LEAST]
    shown = [one for one in counts if one.people >= LEAST]
    if hidden and sum(one.people for one in hidden) < LEAST and len(shown) > 1:
        beside = min(shown, key=lambda one: (one.people, one.group))
        shown.remove(beside)
        hidden.append(beside)
    return shown, hidden


def settled(one: Count) -> Count:
    """No part of a group is so small that it is about somebody, and no case is lost: of fewer than LEAST whose weeks
    are over nothing is told apart, and cases among fewer than LEAST who wait count at once."""
    if 0 < one.of < LEAST:
        return one.all_waiting()
    return one.early_counted() if 0 < one.waiting < LEAST else one


def _line(one: Count) -> Line:
    few = 0 < one.count < LEAST
    (low, _), (_, high) = _reach(one.count, one.of), _reach(one.count, one.of, beside=one.unjudged)
    return Line(
        group=one.group,
        of=one.of,
        count=_told(one.count),
        low=low,
        high=high,
        lost=_told(one.lost),
        times=one.times,
        share=None if few or not one.of else one.count / one.of,
        bound=at_most(min(_most(one.unjudged), one.of), one.of) if one.of and not one.count else None,
        waiting=_told(one.waiting),
        so_far=_told(one.so_far),
        unjudged=_told(one.unjudged),
        least_so_far=_reach(one.so_far, one.waiting)[0],
    )


def _told(number: int) -> int | None:
    return None if 0 < number < LEAST else number


def _most(number: int) -> int:
    return LEAST - 1 if 0 < number < LEAST else number


def _reach(count: int, of: int, beside: int = 0) -> tuple[float, float]:
    """From what the least to what the most that is told so would allow; of nobody anything is possible."""
    if not of:
        return 0.0, 1.0
    most = min(_most(count) + _most(beside), of)
    return exact_interval(1 if 0 < count < LEAST else count, of)[0], exact_interval(most, of)[1]


def delays(counts: Iterable[Count]) -> tuple[Delay, ...]:
    """Of each group with LEAST alarms or more."""
    by_group: dict[tuple[str, ...], list[int]] = {}
    for one in sorted(counts):
        by_group.setdefault(one.group, []).extend([one.days] * one.of)
    return tuple(
        Delay(group, len(days), _quantile(days, 0.5), _quantile(days, 0.9))
        for group, days in by_group.items()
        if len(days) >= LEAST
    )


def _quantile(days: Sequence[int], share: float) -> int:
    """The least number of days within which this share of them came."""
    return sorted(days)[max(0, -(-int(len(days) * share * 1000) // 1000) - 1)]


Side = Literal["above", "below", "a_little_above", "a_little_below", "within"]
BETWEEN: Final[Mapping[str, Side]] = {"above": "a_little_above", "below": "a_little_below", "": "within"}


@dataclass(frozen=True, slots=True)
class Place:
    """One clinic on the funnel: its share, and where 95 and 99.8 of 100 clinics of its size lie by chance alone."""

    clinic: str
    of: int
    count: int | None  # None: between 1 and LEAST - 1
    low: float  # the share; of a count that is not told the least and the most that it may be
    high: float
    inner: tuple[float, float]
    outer: tuple[float, float]
    overall: float  # the share of all clinics

    @property
    def is_outside(self) -> bool:
        return bool(_side(self, self.outer))

    @property
    def side(self) -> Side:
        """Of the outer limits; of the inner ones where it lies between the two."""
        if side := _side(self, self.outer):
            return side
        return BETWEEN[_side(self, self.inner)]


def _side(place: Place, limits: tuple[float, float]) -> Literal["above", "below", ""]:
    """Of what is not told exactly only where the least or the most that it may be lies outside."""
    if place.low > limits[1]:
        return "above"
    return "below" if place.high < limits[0] else ""


def funnel(measure: Measure, counts: Sequence[Count], own: str = "") -> tuple[Place, ...]:
    """Of a measure by clinic. The limits are those of the binomial distribution around the share of all clinics.

    What the table hides is not in the picture either, but for the clinic `own`, which knows itself: to it its own count
    is told exactly, however small. Without a case anywhere there are no limits, and nobody has a place.
    """
    if measure.by != ("clinic",):
        raise ValueError("a funnel compares clinics")
    people, cases = sum(one.of for one in counts), sum(one.count for one in counts)
    if not cases:
        return ()
    hidden = {one.group for one in _apart(sorted(counts))[1]}
    return tuple(
        _place(one, cases / people, is_own=one.group == (own,))
        for one in counts
        if (one.group == (own,) and one.of) or (one.of >= LEAST and one.group not in hidden)
    )


def _place(one: Count, overall: float, *, is_own: bool) -> Place:
    few = 0 < one.count < LEAST and not is_own
    least, most = (1, min(LEAST - 1, one.of)) if few else (one.count, one.count)
    inner, outer = limits(overall, one.of)
    return Place(
        one.group[0], one.of, None if few else one.count, least / one.of, most / one.of, inner, outer, overall
    )


def limits(overall: float, of: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """The inner and the outer ones of a clinic of this size."""
    return _within(overall, of, 0.025), _within(overall, of, 0.001)


def _within(share: float, of: int, tail: float) -> tuple[float, float]:
    """The shares between which a clinic of this size lies but for `tail` on either side."""
    return _quantile_of_binomial(share, of, tail) / of, _quantile_of_binomial(share, of, 1 - tail) / of


@lru_cache(maxsize=1 << 16)  # of thousands of clinics on a page, at every view
def _quantile_of_binomial(share: float, of: int, tail: float) -> int:
    """The least count that so many or fewer reach with at least this chance."""
    if share <= 0 or share >= 1:
        return of if share >= 1 else 0
    total, ways, middle, spread = 0.0, lgamma(of + 1), of * share, sqrt(of * share * (1 - share))
    begin = int(middle - 12 * spread) if spread > 10 else 0  # all below weighs less than 1e-20
    for count in range(begin, of + 1):
        part = ways - lgamma(count + 1) - lgamma(of - count + 1)
        total += exp(part + count * log(share) + (of - count) * log1p(-share))
        if total >= tail:
            return count
    return of
