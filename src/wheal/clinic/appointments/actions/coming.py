"""The patient is here: the appointment leads to the clinical visit."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from wheal.clinic.appointments.actions.noting import AppointmentRefused, kept, locked, note
from wheal.clinic.appointments.models import Appointment, Kind, State
from wheal.clinic.people.models import User
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session


@transaction.atomic
def arrive(*, row: Appointment, by: User) -> Appointment:
    """Opens the visit on the day list, where the patient is seen by somebody. Said twice, once counts.

    Raises AppointmentRefused.
    """
    row = locked(row)
    if row.state == State.ARRIVED:
        return row
    if row.state != State.BOOKED or row.patient is None:
        raise AppointmentRefused(_("Nobody is expected here."))
    try:
        _open(row, by)
    except treatments.DraftRefused as refused:
        raise AppointmentRefused(refused.reason) from refused
    row.state = State.ARRIVED
    kept(row, "state", "visit")
    note(by=by, what="appointment_arrived", row=row, visit=row.visit_id)
    return row


def _open(row: Appointment, by: User) -> None:
    if row.kind in (Kind.SESSION, Kind.CONSULTATION) and row.visit is None:
        row.visit = _visit(row, by)
    if row.visit and row.visit.cancelled_at:
        treatments.restore(session=row.visit, by=by)
    if row.visit:
        treatments.arrive(session=row.visit, by=by)


def _visit(row: Appointment, by: User) -> Session:
    """The one that was booked for this time without an appointment, or a new one."""
    held = Session.objects.filter(
        patient=row.patient, planned_for=row.starts_at, cancelled_at=None, appointment=None
    ).first()
    return held or treatments.book(
        clinic=row.clinic, patient=row.patient, planned_for=row.starts_at, room=row.room.name if row.room else "",
        practitioner=row.practitioner, by=by,
    )  # fmt: skip


@transaction.atomic
def undo_arrival(*, row: Appointment, by: User) -> Appointment:
    """Not here after all. Raises AppointmentRefused once something was drawn or recorded in the visit."""
    row = locked(row)
    if row.state != State.ARRIVED:
        return row
    if row.visit:
        _close(row.visit, by)
    row.state = State.BOOKED
    kept(row, "state")
    note(by=by, what="arrival_undone", row=row)
    return row


def _close(visit: Session, by: User) -> None:
    try:
        treatments.undo_arrival(session=visit, by=by)
        treatments.cancel(session=visit, by=by)
    except treatments.DraftRefused as refused:
        raise AppointmentRefused(refused.reason) from refused
