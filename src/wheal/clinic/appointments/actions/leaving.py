"""What somebody who leaves had before them goes to a colleague: visits that are not signed, appointments, who waits."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from wheal.clinic.appointments.actions.noting import kept, locked, note, one_at_a_time
from wheal.clinic.appointments.models import Appointment, Kind, State, Waiting
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session


@dataclass(frozen=True)
class LeftOpen:
    sessions: QuerySet[Session]
    appointments: QuerySet[Appointment]
    waiting: QuerySet[Waiting]

    def __bool__(self) -> bool:
        return any(rows.exists() for rows in (self.sessions, self.appointments, self.waiting))


def left_open(clinic: Clinic, of: User) -> LeftOpen:
    return LeftOpen(
        Session.objects.filter(clinic=clinic, practitioner=of, signed_at=None, cancelled_at=None)
        .select_related("patient")
        .order_by("planned_for"),
        Appointment.objects.filter(clinic=clinic, practitioner=of, state=State.BOOKED)
        .exclude(kind=Kind.AWAY)
        .select_related("patient")
        .order_by("starts_at"),
        Waiting.objects.filter(clinic=clinic, practitioner=of, ended_at=None).select_related("patient"),
    )


@transaction.atomic
def hand_over(*, clinic: Clinic, of: User, to: User | None, by: User) -> int:
    """All of it to one colleague, or to nobody yet. Nothing that was drawn changes: whoever signs answers for it."""
    one_at_a_time(clinic)
    held = left_open(clinic, of)
    for session in held.sessions:
        treatments.save_practitioner(session=session, practitioner=to, by=by)
    for found in held.appointments:
        row = locked(found)
        row.practitioner = to
        kept(row, "practitioner")
        note(by=by, what="appointment_changed", row=row, handed_over=True)
    moved = len(held.sessions) + len(held.appointments) + held.waiting.update(practitioner=to)
    detail = {"rows": moved, "to": to.pk if to else None}
    audit.record(by=by, what="appointments.handed_over", subject=of, clinic=clinic, detail=detail)
    return moved
