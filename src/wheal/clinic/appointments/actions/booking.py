"""Booked, moved, taken back, missed, done; each can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.appointments import judging
from wheal.clinic.appointments.actions.noting import AppointmentRefused, kept, locked, note, one_at_a_time
from wheal.clinic.appointments.models import Appointment, Kind, State
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=3653)
LONGEST: Final = timedelta(days=1)
_FIELDS = ("kind", "starts_at", "ends_at", "practitioner", "helper", "room", "device", "note")


class NotPossible(AppointmentRefused):
    """A session that lies too near to another, or within the time to think. `reasons` say against what."""

    def __init__(self, reasons: list[judging.Against]) -> None:
        super().__init__(" ".join(each.words for each in reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Wanted:
    kind: str
    starts_at: datetime
    ends_at: datetime
    practitioner: User | None = None
    helper: User | None = None
    room: Thing | None = None
    device: Thing | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """What was written, and what overlaps with it: told, not forbidden."""

    row: Appointment
    overlaps: list[judging.Overlap]


@transaction.atomic
def book(*, clinic: Clinic, patient: Patient | None, wanted: Wanted, by: User) -> Booked:
    """Raises NotPossible; AppointmentRefused where the same patient has this very time already."""
    _is_whole(patient, wanted)
    one_at_a_time(clinic)
    if patient is not None:
        same = Appointment.objects.filter(patient=patient, starts_at=wanted.starts_at).taking_a_place()
        if same.exists():
            raise AppointmentRefused(_("This patient has an appointment at that time already."))
        if reasons := judging.against(clinic, patient, wanted.kind, wanted.starts_at):
            raise NotPossible(reasons)
    row = Appointment.objects.create(clinic=clinic, patient=patient, booked_by=by, **_as_fields(wanted))
    note(by=by, what="appointment_booked", row=row, kind=row.kind, starts_at=row.starts_at.isoformat())
    return Booked(row, judging.overlaps(row))


@transaction.atomic
def book_visit(
    *, clinic: Clinic, patient: Patient, planned_for: datetime, room: str, practitioner: User | None, by: User
) -> Session:
    """A visit on the day list without an appointment: by the same rule as a treatment session of the calendar.

    Raises NotPossible; AppointmentRefused where the same patient is booked for that very time already.
    """
    one_at_a_time(clinic)
    if reasons := judging.against(clinic, patient, Kind.SESSION, planned_for):
        raise NotPossible(reasons)
    try:
        return treatments.book(
            clinic=clinic,
            patient=patient,
            planned_for=planned_for,
            room=room,
            practitioner=practitioner,
            by=by,
        )
    except treatments.DraftRefused as refused:
        raise AppointmentRefused(refused.reason) from refused


def _is_whole(patient: Patient | None, wanted: Wanted) -> None:
    if (patient is None) != (wanted.kind == Kind.AWAY):
        raise AppointmentRefused(_("An appointment is of a patient; an absence is of nobody."))
    if wanted.kind == Kind.AWAY and not (wanted.practitioner or wanted.room or wanted.device):
        raise AppointmentRefused(_("Say who or what is not available."))
    if wanted.ends_at <= wanted.starts_at:
        raise AppointmentRefused(_("It ends before it begins."))
    if not EARLIEST <= wanted.starts_at <= timezone.now() + AHEAD:
        raise AppointmentRefused(
            _("Appointments are kept from the year 2000 to ten years from now: is the year right?")
        )
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise AppointmentRefused(_("It takes more than 24 hours: is the day of its end right?"))


def _as_fields(wanted: Wanted) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in _FIELDS}


@transaction.atomic
def change(*, row: Appointment, wanted: Wanted, by: User, version: int | None = None) -> Booked:
    """Another time, room or person. Raises NotPossible, AppointmentRefused."""
    one_at_a_time(row.clinic)
    row = locked(row, version)
    if row.state != State.BOOKED:
        raise AppointmentRefused(_("Only what is booked and not yet begun is moved. Undo the other first."))
    _is_whole(row.patient, wanted)
    if row.patient and (
        reasons := judging.against(row.clinic, row.patient, wanted.kind, wanted.starts_at, but=row.pk)
    ):
        raise NotPossible(reasons)
    was = row.starts_at
    for name, value in _as_fields(wanted).items():
        setattr(row, name, value)
    kept(row, *_FIELDS)
    note(
        by=by,
        what="appointment_changed",
        row=row,
        was=was.isoformat(),
        starts_at=row.starts_at.isoformat(),
        kind=row.kind,
    )
    return Booked(row, judging.overlaps(row))


def _turned(row: Appointment, state: str, possible: tuple[str, ...], what: str, by: User) -> Appointment:
    """Said twice, once counts."""
    row = locked(row)
    if row.state == state:
        return row
    if row.state not in possible:
        raise AppointmentRefused(
            _("This appointment is %(state)s: undo that first.") % {"state": row.get_state_display().lower()}
        )
    row.state = state
    kept(row, "state")
    note(by=by, what=what, row=row)
    return row


@transaction.atomic
def cancel(*, row: Appointment, by: User) -> Appointment:
    return _turned(row, State.CANCELLED, (State.BOOKED,), "appointment_cancelled", by)


@transaction.atomic
def miss(*, row: Appointment, by: User) -> Appointment:
    """The patient did not come. It is counted on the patient's page."""
    if row.clinic.day_of(row.starts_at) > row.clinic.day_of():
        raise AppointmentRefused(_("That day has not come yet."))
    return _turned(row, State.NO_SHOW, (State.BOOKED,), "appointment_missed", by)


@transaction.atomic
def finish(*, row: Appointment, by: User) -> Appointment:
    return _turned(row, State.DONE, (State.BOOKED, State.ARRIVED), "appointment_done", by)


@transaction.atomic
def restore(*, row: Appointment, by: User) -> Booked:
    """Cancelled, missed or done by mistake: booked again, if it may still be. Raises NotPossible."""
    one_at_a_time(row.clinic)
    row = locked(row)
    if row.state not in (State.CANCELLED, State.NO_SHOW, State.DONE):
        return Booked(row, [])
    if row.patient and (
        reasons := judging.against(row.clinic, row.patient, row.kind, row.starts_at, but=row.pk)
    ):
        raise NotPossible(reasons)
    row.state = State.ARRIVED if row.visit_id else State.BOOKED
    kept(row, "state")
    note(by=by, what="appointment_restored", row=row)
    return Booked(row, judging.overlaps(row))
