"""A day or a week as columns of quarters of an hour: what is taken, and what is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from wheal.clinic.appointments import taken
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.appointments.taken import Taken
from wheal.clinic.people.models import Clinic

FIRST, LAST, STEP, FREE = 8, 19, 15, 30  # hours; minutes of a row; minutes of what is offered
LANES = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """`slot`: its row, from 1; `long`: how many; `lane`: beside which others, from 1."""

    held: Taken
    slot: int
    long: int
    lane: int
    lanes: int  # so many beside each other


@dataclass(frozen=True, slots=True)
class Free:
    slot: int
    long: int
    hour: str
    to: str  # what a tap on it means: "2026-11-26T10:30|person|7"


@dataclass(slots=True)
class Column:
    title: object
    day: date
    what: str  # person, room or nothing
    pk: int | None = None
    items: list[Taken] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    free: list[Free] = field(default_factory=list)

    @property
    def value(self) -> str:
        return f"{self.what}-{self.pk}" if self.pk else ""


def rows_of(clinic: Clinic, first: date, days: int) -> list[Appointment]:
    begin, end = _from_to(clinic, first, days)
    rows = taken.appointments().filter(clinic=clinic, starts_at__gte=begin, starts_at__lt=end)
    return list(rows.taking_a_place().order_by("starts_at", "pk"))


def held_in(clinic: Clinic, first: date, days: int) -> list[Taken]:
    """What begins on these days: appointments, then visits that were booked without one."""
    begin, end = _from_to(clinic, first, days)
    visits = taken.visits().filter(clinic=clinic, planned_for__gte=begin, planned_for__lt=end)
    rows = rows_of(clinic, first, days)
    return [*map(taken.by_appointment, rows), *map(taken.by_visit, visits.order_by("planned_for"))]


def _from_to(clinic: Clinic, first: date, days: int) -> tuple[datetime, datetime]:
    return clinic.begin_of(first), clinic.begin_of(first + timedelta(days=days))


def of_day(columns: Sequence[Column], held: Iterable[Taken]) -> list[Column]:
    """Each in the columns of the people or the rooms that it takes; what takes none, in the last one."""
    for one in held:
        uses = one.as_slot().uses
        wanted = [
            each
            for each in columns
            if each.pk and uses & {("person", each.pk) if each.what == "person" else ("room", each.title)}
        ]
        for column in wanted or columns[-1:]:
            column.items.append(one)
    return [column for column in columns if column.pk or column.items]


def of_week(columns: Sequence[Column], held: Iterable[Taken]) -> list[Column]:
    days = {column.day: column for column in columns}
    for one in held:
        days[timezone.localdate(one.starts_at)].items.append(one)
    return list(columns)


def hours_of(columns: Iterable[Column]) -> range:
    """From eight to seven in the evening, longer where something lies outside."""
    held = [one for column in columns for one in column.items]
    begins = [timezone.localtime(one.starts_at).hour for one in held]
    ends = [_end_hour(one.starts_at, one.ends_at) for one in held]
    return range(min([FIRST, *begins]), max([LAST, *ends]))


def _end_hour(begins: datetime, ends: datetime) -> int:
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    if first.date() != last.date():
        return 24
    return last.hour + (1 if last.minute else 0)


def lay(column: Column, hours: range, now: datetime) -> None:
    """Rows and lanes, and half hours that nothing of the column takes and that have not passed."""
    for group in _overlapping(column.items):
        lanes = _lanes(group)
        most = min(max(lane for _one, lane in lanes), LANES)
        for one, lane in lanes:
            slot, long = _rows(one.starts_at, one.ends_at, hours)
            column.placed.append(Placed(one, slot, long, min(lane, LANES), most))
    zone = timezone.get_current_timezone()
    busy = {row for each in column.placed for row in range(each.slot, each.slot + each.long)}
    for hour in hours:
        for minute in range(0, 60, FREE):
            slot = ((hour - hours.start) * 60 + minute) // STEP + 1
            begins = datetime.combine(column.day, time(hour, minute), zone)
            if begins > now and busy.isdisjoint(range(slot, slot + FREE // STEP)):
                to = f"{column.day.isoformat()}T{hour:02}:{minute:02}|{column.what}|{column.pk or ''}"
                column.free.append(Free(slot, FREE // STEP, f"{hour:02}:{minute:02}", to))


def _overlapping(items: Iterable[Taken]) -> list[list[Taken]]:
    """In the order of their begin, those together that overlap with one another in a row."""
    groups: list[list[Taken]] = []
    for item in sorted(items, key=lambda each: each.starts_at):
        if groups and item.starts_at < max(each.ends_at for each in groups[-1]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _lanes(group: Sequence[Taken]) -> list[tuple[Taken, int]]:
    ends: list[datetime] = []  # of each lane
    placed = []
    for item in group:
        lane = next((place for place, end in enumerate(ends) if end <= item.starts_at), len(ends))
        ends[lane : lane + 1] = [item.ends_at]
        placed.append((item, lane + 1))
    return placed


def _rows(begins: datetime, ends: datetime, hours: range) -> tuple[int, int]:
    """By the wall clock: an hour that comes twice is drawn once."""
    local = timezone.localtime(begins)
    slot = ((local.hour - hours.start) * 60 + local.minute) // STEP + 1
    long = max(1, -(-int((ends - begins).total_seconds()) // (STEP * 60)))
    return slot, min(long, len(hours) * 60 // STEP - slot + 1)
