"""What everybody may read: a release of counts, told in bands, made anew at most once in thirteen weeks.

    made = release(measures, engine.counts, clinics=11, between=("2026-01", "2026-09"), on=today)

Every number of a release follows from bands of five alone (none, 1 to 4, 5 to 9, …), the intervals too: each is as wide
as the widest that a count of its band allows, and so holds that of the true count. No share, interval or median can be
led back to what lies within a band. A group is in it only where LEAST clinics counted in it, LEAST people were treated,
and all but LEAST of them are not harmed; and beside a count of everybody so is whoever is in none of its groups.
docs/decisions/0028-what-everybody-may-read.md says what that promises.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Protocol

from pydantic import TypeAdapter

from wheal.knowledge.measuring import Measure
from wheal.measures.answers import LEAST, Delay, delays, settled
from wheal.measures.counting import Apart, Count, added
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
    told: dict[str, Section]  # by the code of the measure
    treated: Band | None = None  # people in all; None where they are not told
    between: tuple[str, str] | None = None  # months of LEAST clinics, as `months_of_enough` says

    def is_due_again(self, on: date) -> bool:
        return on - self.on >= EVERY


AS_JSON: Final = TypeAdapter(Release)


def may_still_tell(left: date, on: date) -> bool:
    """Of a clinic that left on that day, whether the release that stands may be of before."""
    return on - left <= EVERY


def band(number: int) -> Band:
    least = number // LEAST * LEAST
    return Band(max(least, min(number, 1)), least + LEAST - 1) if number else Band(0, 0)


def months_of_enough(months: Iterable[str]) -> tuple[str, str] | None:
    """`months`: each as often as clinics told something of it. The first and the last of LEAST of them: whoever came
    long before all others, or last, is not told to have."""
    enough = [month for month, clinics in Counter(months).items() if clinics >= LEAST]
    return (min(enough), max(enough)) if enough else None


class Asked(Protocol):
    def __call__(self, measure: Measure, /, *, apart: Apart | None = None) -> Sequence[Count]: ...


def release(
    measures: Mapping[str, Measure],
    counts: Asked,
    *,
    clinics: int,
    between: tuple[str, str] | None,
    on: date,
) -> Release | None:
    """None where fewer than LEAST clinics count. Every measure is counted by clinic: no person is of two of them."""
    if clinics < LEAST:
        return None
    public = {code: measure for code, measure in measures.items() if measure.is_public}
    counted = {code: _Counted.of(counts(_by_clinic(measure))) for code, measure in public.items()}
    told = {code: _section(measure, counted[code]) for code, measure in public.items()}
    in_all = [code for code, measure in public.items() if not measure.by and told[code].lines]
    for total in (public[code] for code in in_all):
        for code, measure in public.items():
            if measure.by and measure.question == total.question:
                told[code] = _beside(total, measure, told[code], counts)
    people = [one.people for code in in_all for one in counted[code].together]
    return Release(on, band(clinics), told, band(people[0]) if people else None, between)


def _by_clinic(measure: Measure) -> Measure:
    return replace(measure, by=(*measure.by, "clinic"))


@dataclass(frozen=True, slots=True)
class _Counted:
    together: list[Count]  # group by group
    clinics: dict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, by_clinic: Sequence[Count]) -> _Counted:
        made = cls(added(replace(one, group=one.group[:-1]) for one in by_clinic))
        for one in by_clinic:
            made.clinics[one.group[:-1]].add(one.group[-1])
        return made

    def of_enough(self) -> list[Count]:
        return [one for one in self.together if len(self.clinics[one.group]) >= LEAST]

    def tellable(self) -> list[Count]:
        return [one for one in self.of_enough() if one.people - one.count - one.so_far >= LEAST]


def _section(measure: Measure, counted: _Counted) -> Section:
    if measure.shape == "delay":
        late = tuple(_delay(one) for one in delays(counted.of_enough()))
        return Section((), late, len(late) < len(counted.clinics))
    lines = tuple(_told(_parted(one)) for one in counted.tellable())
    return Section(lines, (), len(lines) < len(counted.clinics))


def _beside(total: Measure, measure: Measure, section: Section, counts: Asked) -> Section:
    """A total less its groups tells of whoever is in none of them: they must be as many, of as many clinics, as a group
    that is told, or nobody. Else the smallest group goes to them, until they are."""
    while section.lines:
        groups = tuple(line.group for line in section.lines)
        others = _Counted.of(counts(_by_clinic(total), apart=Apart(measure, groups)))
        if not others.together or others.tellable():
            break
        smallest = min(section.lines, key=lambda line: (line.of.most + line.waiting.most, line.group))
        section = replace(
            section, lines=tuple(it for it in section.lines if it is not smallest), leaves_out=True
        )
    return section


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
