"""Times that are taken, by an appointment or by a visit of the day list without one. Whoever asks who comes asks here.

The calendar, overlaps, reminders, the feed and what is told to come read these; see the decision on two ways to book.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from wheal.booking import Slot
from wheal.clinic.appointments.models import Appointment, Feed, Kind, State
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments.models import Session

USUAL: Final = timedelta(minutes=30)
"""A visit of the day list names no end: the calendar draws it, and every overlap reads it, as half an hour."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`row` or `visit`: what it stands for, one of the two."""

    clinic: Clinic
    patient: Patient | None
    starts_at: datetime
    ends_at: datetime
    practitioner: User | None
    room: str
    row: Appointment | None = None
    visit: Session | None = None

    @property
    def key(self) -> tuple[str, int]:
        return ("appointment", self.row.pk) if self.row else ("visit", self.visit.pk)

    @property
    def people(self) -> tuple[User, ...]:
        named = (self.practitioner, self.row.helper if self.row else None)
        return tuple(each for each in named if each is not None)

    def as_slot(self) -> Slot:
        uses: set[tuple[str, object]] = {("person", each.pk) for each in self.people}
        uses |= {("room", self.room)} if self.room else set()
        uses |= {("patient", self.patient.pk)} if self.patient else set()
        uses |= {("device", self.row.device_id)} if self.row and self.row.device_id else set()
        return Slot(self.key, self.starts_at, self.ends_at, frozenset(uses))


def by_appointment(row: Appointment) -> Taken:
    room = row.room.name if row.room else ""
    return Taken(row.clinic, row.patient, row.starts_at, row.ends_at, row.practitioner, room, row=row)


def by_visit(visit: Session) -> Taken:
    begins, who = visit.planned_for, visit.practitioner
    return Taken(visit.clinic, visit.patient, begins, begins + USUAL, who, visit.room, visit=visit)


def of(item: Appointment | Session) -> Taken:
    return by_appointment(item) if isinstance(item, Appointment) else by_visit(item)


def appointments() -> QuerySet[Appointment]:
    return Appointment.objects.all().shown().select_related("clinic", "patient__clinic")


def visits() -> QuerySet[Session]:
    """Of the day list, without an appointment, and not taken back."""
    rows = Session.objects.filter(cancelled_at=None, appointment=None)
    return rows.select_related("patient__clinic", "practitioner", "clinic").defer(
        "judgement", "document", "given", "checklist"
    )


def between(clinic: Clinic, begin: datetime, end: datetime) -> list[Taken]:
    """Every time of the clinic that takes something of this one."""
    rows = appointments().filter(clinic=clinic, starts_at__lt=end, ends_at__gt=begin).taking_a_place()
    here = visits().filter(clinic=clinic, planned_for__lt=end, planned_for__gt=begin - USUAL)
    return [*map(by_appointment, rows), *map(by_visit, here)]


def expected(since: datetime, until: datetime | None = None, **whose: object) -> Iterator[Taken]:
    """Patients who are to come and are not here yet, the earliest first. `whose`: a clinic or a patient."""
    rows = appointments().filter(state=State.BOOKED, patient__isnull=False, starts_at__gt=since, **whose)
    here = visits().filter(signed_at=None, arrived_at=None, planned_for__gt=since, **whose)
    if until is not None:
        rows, here = rows.filter(starts_at__lt=until), here.filter(planned_for__lt=until)
    held = [*map(by_appointment, rows.exclude(kind=Kind.AWAY)), *map(by_visit, here)]
    yield from sorted(held, key=lambda one: (one.starts_at, one.key))


def of_feed(feed: Feed, since: datetime, until: datetime) -> Iterator[Taken]:
    """Of the person or the room whose feed it is; appointments that were cancelled too."""
    rows = appointments().filter(clinic=feed.clinic, starts_at__range=(since, until))
    here = visits().filter(clinic=feed.clinic, planned_for__range=(since, until))
    if person := feed.practitioner_id:
        rows, here = rows.filter(Q(practitioner=person) | Q(helper=person)), here.filter(practitioner=person)
    else:
        rows, here = rows.filter(room=feed.room), here.filter(room=feed.room.name)
    yield from map(by_appointment, rows)
    yield from map(by_visit, here)
