"""A day or a week as columns of quarters of an hour: what is taken, and what is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from wheal.clinic.appointments.models import Appointment
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.models import Session

FIRST, LAST, STEP, FREE = 8, 19, 15, 30  # hours; minutes of a row; minutes of what is offered
LANES = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """`slot`: its row, from 1; `long`: how many; `lane`: beside which others, from 1."""

    item: object  # an appointment, or a visit that was booked without one
    is_visit: bool
    begins: datetime
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
    items: list[tuple[object, bool, datetime, datetime]] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    free: list[Free] = field(default_factory=list)

    @property
    def value(self) -> str:
        return f"{self.what}-{self.pk}" if self.pk else ""


def rows_of(clinic: Clinic, first: date, days: int) -> list[Appointment]:
    begin, end = clinic.begin_of(first), clinic.begin_of(first + timedelta(days=days))
    rows = Appointment.objects.filter(clinic=clinic, starts_at__gte=begin, starts_at__lt=end)
    return list(rows.taking_a_place().shown().order_by("starts_at", "pk"))


def visits_of(clinic: Clinic, first: date, days: int) -> list[Session]:
    """Those that were booked without an appointment."""
    begin, end = clinic.begin_of(first), clinic.begin_of(first + timedelta(days=days))
    rows = Session.objects.filter(
        clinic=clinic, planned_for__gte=begin, planned_for__lt=end, cancelled_at=None
    )
    kept = rows.filter(appointment=None).select_related("patient", "practitioner")
    return list(
        kept.only("planned_for", "patient", "practitioner", "room", "clinic", "signed_at").order_by(
            "planned_for"
        )
    )


def of_day(columns: Sequence[Column], rows: Iterable[Appointment], visits: Iterable[Session]) -> list[Column]:
    """Each in the columns of the people or the rooms that it takes; what takes none, in the last one."""
    for row in rows:
        _put(columns, row, False, row.starts_at, row.ends_at, _takes(row))
    for visit in visits:
        uses = {("person", visit.practitioner_id), ("room", visit.room)}
        _put(columns, visit, True, visit.planned_for, visit.planned_for + timedelta(minutes=FREE), uses)
    return [column for column in columns if column.pk or column.items]


def _takes(row: Appointment) -> set[tuple[str, object]]:
    named = {("person", row.practitioner_id), ("person", row.helper_id), ("room", row.room_id)}
    return named | ({("room", row.room.name)} if row.room else set())


def _put(
    columns: Sequence[Column],
    item: object,
    is_visit: bool,
    begins: datetime,
    ends: datetime,
    uses: set[tuple[str, object]],
) -> None:
    wanted = [
        each
        for each in columns
        if each.pk and ((each.what, each.pk) in uses or (each.what, each.title) in uses)
    ]
    for column in wanted or columns[-1:]:
        column.items.append((item, is_visit, begins, ends))


def of_week(
    columns: Sequence[Column], rows: Iterable[Appointment], visits: Iterable[Session]
) -> list[Column]:
    days = {column.day: column for column in columns}
    for row in rows:
        days[timezone.localdate(row.starts_at)].items.append((row, False, row.starts_at, row.ends_at))
    for visit in visits:
        end = visit.planned_for + timedelta(minutes=FREE)
        days[timezone.localdate(visit.planned_for)].items.append((visit, True, visit.planned_for, end))
    return list(columns)


def hours_of(columns: Iterable[Column]) -> range:
    """From eight to seven in the evening, longer where something lies outside."""
    begins = [timezone.localtime(item[2]).hour for column in columns for item in column.items]
    ends = [_end_hour(item[2], item[3]) for column in columns for item in column.items]
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
        most = min(max(lane for _item, lane in lanes), LANES)
        for (item, is_visit, begins, ends), lane in lanes:
            slot, long = _rows(begins, ends, hours)
            column.placed.append(Placed(item, is_visit, begins, slot, long, min(lane, LANES), most))
    zone = timezone.get_current_timezone()
    busy = {row for each in column.placed for row in range(each.slot, each.slot + each.long)}
    for hour in hours:
        for minute in range(0, 60, FREE):
            slot = ((hour - hours.start) * 60 + minute) // STEP + 1
            begins = datetime.combine(column.day, time(hour, minute), zone)
            if begins > now and busy.isdisjoint(range(slot, slot + FREE // STEP)):
                to = f"{column.day.isoformat()}T{hour:02}:{minute:02}|{column.what}|{column.pk or ''}"
                column.free.append(Free(slot, FREE // STEP, f"{hour:02}:{minute:02}", to))


Taken = tuple[object, bool, datetime, datetime]


def _overlapping(items: Iterable[Taken]) -> list[list[Taken]]:
    """In the order of their begin, those together that overlap with one another in a row."""
    groups: list[list[Taken]] = []
    for item in sorted(items, key=lambda each: each[2]):
        if groups and item[2] < max(each[3] for each in groups[-1]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _lanes(group: Sequence[Taken]) -> list[tuple[Taken, int]]:
    ends: list[datetime] = []  # of each lane
    placed = []
    for item in group:
        lane = next((place for place, end in enumerate(ends) if end <= item[2]), len(ends))
        ends[lane : lane + 1] = [item[3]]
        placed.append((item, lane + 1))
    return placed


def _rows(begins: datetime, ends: datetime, hours: range) -> tuple[int, int]:
    """By the wall clock: an hour that comes twice is drawn once."""
    local = timezone.localtime(begins)
    slot = ((local.hour - hours.start) * 60 + local.minute) // STEP + 1
    long = max(1, -(-int((ends - begins).total_seconds()) // (STEP * 60)))
    return slot, min(long, len(hours) * 60 // STEP - slot + 1)
