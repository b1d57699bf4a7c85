"""Times in a calendar: who or what is wanted twice at once, how near to another session one may lie, what clocks show.

Overlaps are told and never forbidden: a room may be shared, a physician called away. The interval that a published text
asks for between two sessions is kept, on both sides of a session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wheal.intervals import earliest
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Limit
from wheal.quantities import Quantity
from wheal.reach import sorted_out


class NoSuchTime(ValueError):
    """The clock goes forward over this time on that day."""


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """What the wall clock of the clinic shows, as a moment. An hour that comes twice is the first of the two.

    Raises NoSuchTime.
    """
    found = datetime.combine(day, hour, zone)
    back = found.astimezone(UTC).astimezone(zone)
    if (back.date(), back.time()) != (day, hour):
        raise NoSuchTime(f"{day} {hour:%H:%M}")
    return found.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is taken, and whom and what it takes: `uses` holds names such as ("room", 3)."""

    key: object
    begins: datetime
    ends: datetime
    uses: frozenset[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Clash:
    key: object  # of the other slot
    uses: frozenset[tuple[str, object]]  # what both want


def clashes(wanted: Slot, others: Iterable[Slot]) -> tuple[Clash, ...]:
    """Ends and begins of the same minute do not overlap. A slot does not clash with itself."""
    return tuple(
        Clash(other.key, shared)
        for other in others
        if other.key != wanted.key
        and other.begins < wanted.ends
        and wanted.begins < other.ends
        and (shared := wanted.uses & other.uses)
    )


@dataclass(frozen=True, slots=True)
class TooNear:
    """A session of the same substance lies nearer than the published interval allows.

    `earliest`: the first day after that other session which keeps it; where the other one lies later, `latest` is the
    last day before it which does.
    """

    substance: str
    limit: Quantity
    sources: tuple[str, ...]
    other: date
    earliest: date
    latest: date | None = None


def too_near(
    substances: Iterable[str],
    areas: Iterable[str],
    country: str,
    on: date,
    others: Sequence[date],
    known: Knowledge,
) -> tuple[TooNear, ...]:
    """What is planned for a day against the days of other sessions of the same substances, before and after it.

    A substance without a published interval asks for none here: that is no advice to go on sooner.
    """
    limits = _intervals(substances, frozenset(areas), country, on, known)
    return tuple(found for name, limit in limits for found in _near(name, limit, on, others))


def _intervals(
    substances: Iterable[str], areas: frozenset[str], country: str, on: date, known: Knowledge
) -> Iterator[tuple[str, Limit]]:
    for name in sorted({name for name in substances if name in known.substances}):
        here, _borrowed, _elsewhere = sorted_out(known, name, country, areas, on)
        yield from ((name, limit) for limit in here if limit.code == "min_interval")


def _near(substance: str, limit: Limit, on: date, others: Sequence[date]) -> Iterator[TooNear]:
    for other in others:
        first, second = sorted((on, other))
        if second < (allowed := earliest(first, limit.amount)):
            after = allowed if other <= on else earliest(other, limit.amount)
            before = None if other <= on else _last_before(other, limit.amount)
            yield TooNear(substance, limit.amount, limit.sources, other, after, before)


def still_open(near: TooNear, others: Sequence[date], *, since: date) -> TooNear:
    """Without the last day before the other session where that day is past, or itself too near to a session."""
    day = near.latest
    if day is None or (day >= since and not any(_too_near_to(day, other, near.limit) for other in others)):
        return near
    return replace(near, latest=None)


def _too_near_to(day: date, other: date, interval: Quantity) -> bool:
    first, second = sorted((day, other))
    return second < earliest(first, interval)


def _last_before(other: date, interval: Quantity) -> date:
    """The last day from which the interval has passed on the day of `other`."""
    day = other
    while earliest(day, interval) > other:
        day -= timedelta(days=1)
    return day
