"""What everybody may read: a release of counts, told in bands, made anew at most once in thirteen weeks.

    made = release(measures, engine.counts, clinics=11, months=("2026-01", "2026-09"), on=today)

Every number of a release follows from bands of five alone (none, 1 to 4, 5 to 9, …), the intervals too: each is as wide
as the widest that a count of its band allows, and so holds that of the true count. No share, interval or median can be
led back to what lies within a band. A group is in it only where LEAST clinics counted in it, LEAST people were treated,
and all but LEAST of them are not harmed. docs/decisions/0028-what-everybody-may-read.md says what that promises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from pydantic import TypeAdapter

from wheal.knowledge.measuring import Measure
from wheal.measures.answers import LEAST, Delay, delays, settled
from wheal.measures.counting import Count, added
from wheal.proportions import at_most, exact_interval

EVERY: Final = timedelta(weeks=13)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Band:
    """A number that is not told: from `least` to `most`. None is told as none."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Told:
    """One group: of so many people or courses, so many; a count of none with the share that it still allows. Beside an
    attack rate those who wait, what was seen of them so far, and whom nobody judged, as in `answers.Line`."""

    group: tuple[str, ...]
    of: Band
    count: Band
    low: float
    high: float
    lost: Band
    waiting: Band
    so_far: Band
    unjudged: Band
    least_so_far: float

    @property
    def is_known(self) -> bool:
        """Not where hardly anybody's weeks are over."""
        return bool(self.of.most)

    @property
    def most(self) -> float:
        return self.high

    @property
    def share(self) -> None:
        """No single share is told: it would lead back to the count."""
        return None


@dataclass(frozen=True, slots=True)
class ToldDelay:
    group: tuple[str, ...]
    alarms: Band
    median_weeks: int  # within so many, rounded up
    nine_in_ten_weeks: int


@dataclass(frozen=True, slots=True)
class Section:
    """One measure. `leaves_out`: whether some group is not told; how many would tell of them."""

    lines: tuple[Told, ...]
    delays: tuple[ToldDelay, ...]
    leaves_out: bool


@dataclass(frozen=True, slots=True)
class Release:
    on: date
    clinics: Band
    months: tuple[str, str]
    told: dict[str, Section]  # by the code of the measure

    def is_due_again(self, on: date) -> bool:
        return on - self.on >= EVERY


AS_JSON: Final = TypeAdapter(Release)


def may_still_tell(left: date, on: date) -> bool:
    """Of a clinic that left on that day, whether the release that stands may be of before."""
    return on - left <= EVERY


def band(number: int) -> Band:
    least = number // LEAST * LEAST
    return Band(max(least, min(number, 1)), least + LEAST - 1) if number else Band(0, 0)


def release(
    measures: Mapping[str, Measure],
    counts: Callable[[Measure], Sequence[Count]],
    *,
    clinics: int,
    months: tuple[str, str],
    on: date,
) -> Release | None:
    """None where fewer than LEAST clinics count. Every measure is counted by clinic: no person is of two of them."""
    if clinics < LEAST:
        return None
    told = {
        code: _section(measure, counts(replace(measure, by=(*measure.by, "clinic"))))
        for code, measure in measures.items()
        if measure.is_public
    }
    return Release(on, band(clinics), months, told)


def _section(measure: Measure, by_clinic: Sequence[Count]) -> Section:
    clinics: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in by_clinic:
        clinics[one.group[:-1]].add(one.group[-1])
    together = added(replace(one, group=one.group[:-1]) for one in by_clinic)
    of_enough = [one for one in together if len(clinics[one.group]) >= LEAST]
    if measure.shape == "delay":
        late = tuple(_delay(one) for one in delays(of_enough))
        return Section((), late, len(late) < len(clinics))
    lines = tuple(_told(_parted(one)) for one in of_enough if one.people - one.count - one.so_far >= LEAST)
    return Section(lines, (), len(lines) < len(clinics))


def _parted(one: Count) -> Count:
    """Those whose weeks are over and those who wait are told apart where LEAST of each are no cases. No case is lost:
    of fewer who wait the cases count at once; of fewer whose weeks are over everybody waits."""
    one = settled(one)
    if one.of and one.of - one.count < LEAST:
        return one.all_waiting()
    return replace(one.early_counted(), waiting=0) if one.of and one.waiting - one.so_far < LEAST else one


def _told(one: Count) -> Told:
    """The interval of the band: from the least of the most people to the most of the least people. Of those who wait
    the lower end alone is known."""
    of, count, unjudged = band(one.of), band(one.count), band(one.unjudged)
    waiting, so_far = band(one.waiting), band(one.so_far)
    most = min(count.most + unjudged.most, of.least)
    high = 1.0 if not of.most else (exact_interval if count.most else _bound)(most, of.least)[1]
    return Told(
        one.group, of, count, _low(count, of), high, band(one.lost), waiting, so_far, unjudged, _low(so_far, waiting)
    )  # fmt: skip


def _low(count: Band, of: Band) -> float:
    return exact_interval(count.least, of.most)[0] if of.most else 0.0


def _bound(count: int, of: int) -> tuple[float, float]:
    return 0.0, at_most(count, of)


def _delay(one: Delay) -> ToldDelay:
    return ToldDelay(one.group, band(one.alarms), _weeks(one.median), _weeks(one.nine_in_ten))


def _weeks(days: int) -> int:
    return max(1, -(-days // _WEEK))
