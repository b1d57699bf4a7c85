"""Times that are taken, by an appointment or by a visit of the day list without one. Whoever asks who comes asks here.

Overlaps, reminders, the feed and what is told to come read these; see the decision on two ways to book.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from wheal.booking import Slot
from wheal.clinic.appointments.models import Appointment, Kind, State
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


def visits() -> QuerySet[Session]:
    """Of the day list, without an appointment, and not taken back."""
    rows = Session.objects.filter(cancelled_at=None, appointment=None)
    return rows.select_related("patient__clinic", "practitioner", "clinic").defer(
        "judgement", "document", "given", "checklist"
    )


def between(clinic: Clinic, begin: datetime, end: datetime) -> list[Taken]:
    """Every time of the clinic that takes something of this one."""
    rows = Appointment.objects.filter(clinic=clinic, starts_at__lt=end, ends_at__gt=begin)
    held = [by_appointment(row) for row in rows.taking_a_place().shown().select_related("clinic")]
    here = visits().filter(clinic=clinic, planned_for__lt=end, planned_for__gt=begin - USUAL)
    return held + [by_visit(visit) for visit in here]


def expected(since: datetime, until: datetime | None = None, **whose: object) -> Iterator[Taken]:
    """Patients who are to come and are not here yet, the earliest first. `whose`: a clinic or a patient."""
    ends = {} if until is None else {"lt": until}
    rows = Appointment.objects.filter(
        state=State.BOOKED, patient__isnull=False, **_within("starts_at", since, ends), **whose
    ).exclude(kind=Kind.AWAY)
    here = visits().filter(
        signed_at=None, arrived_at=None, **_within("planned_for", since, ends), **whose
    )  # fmt: skip
    found = [by_appointment(row) for row in rows.shown().select_related("clinic", "patient__clinic")]
    yield from sorted(
        [*found, *(by_visit(visit) for visit in here)], key=lambda one: (one.starts_at, one.key)
    )


def _within(column: str, since: datetime, ends: dict[str, datetime]) -> dict[str, object]:
    return {f"{column}__gt": since} | {f"{column}__{name}": value for name, value in ends.items()}


def of_person_or_room(clinic: Clinic, since: datetime, until: datetime, **whose: object) -> Iterator[Taken]:
    """For a feed, what was cancelled too: `person` (a key) or `room` (a thing)."""
    person, room = whose.get("person"), whose.get("room")
    rows = Appointment.objects.filter(clinic=clinic, starts_at__range=(since, until)).shown()
    rows = rows.filter(Q(practitioner=person) | Q(helper=person) if person else Q(room=room))
    yield from (by_appointment(row) for row in rows.select_related("clinic"))
    here = visits().filter(clinic=clinic, planned_for__range=(since, until))
    here = here.filter(practitioner=person) if person else here.filter(room=room.name)  # type: ignore[union-attr]
    yield from (by_visit(visit) for visit in here)
