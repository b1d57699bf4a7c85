"""The waiting list: who would come sooner, and a place that became free offered to them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.appointments import judging
from wheal.clinic.appointments.actions.booking import Booked, Wanted, book
from wheal.clinic.appointments.actions.noting import AppointmentRefused, note, one_at_a_time
from wheal.clinic.appointments.models import Appointment, State, Waiting
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User


@transaction.atomic
def wait(
    *,
    clinic: Clinic,
    patient: Patient,
    kind: str,
    minutes: int,
    first: date,
    last: date,
    by: User,
    practitioner: User | None = None,
    note_for_the_desk: str = "",
) -> Waiting:
    """Raises AppointmentRefused where the days are none, or the patient waits for the same already."""
    if last < first:
        raise AppointmentRefused(_("The last day lies before the first."))
    one_at_a_time(clinic)
    if Waiting.objects.filter(patient=patient, kind=kind, ended_at=None).exists():
        raise AppointmentRefused(_("This patient waits for this already."))
    made = Waiting.objects.create(
        clinic=clinic, patient=patient, kind=kind, minutes=minutes, first=first, last=last, practitioner=practitioner,
        note=note_for_the_desk, added_by=by,
    )  # fmt: skip
    note(by=by, what="waiting_begun", row=made, kind=kind)
    return made


@transaction.atomic
def stop_waiting(*, row: Waiting, by: User) -> None:
    """Said twice, once counts."""
    row = Waiting.objects.select_for_update(of=("self",)).select_related("clinic", "patient").get(pk=row.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        note(by=by, what="waiting_ended", row=row)


@transaction.atomic
def offer(*, row: Waiting, freed: Appointment, by: User) -> Booked:
    """The place of an appointment that was cancelled or missed, taken by somebody who waits.

    Raises NotPossible, AppointmentRefused where the place is taken again or too short.
    """
    one_at_a_time(freed.clinic)
    row = Waiting.objects.select_for_update(of=("self",)).select_related("clinic", "patient").get(pk=row.pk)
    freed = Appointment.objects.select_for_update(of=("self",)).get(pk=freed.pk)
    if row.ended_at:
        raise AppointmentRefused(_("This patient waits no longer."))
    if freed.state not in (State.CANCELLED, State.NO_SHOW) or freed.ends_at <= timezone.now():
        raise AppointmentRefused(_("This place is not free."))
    ends_at = freed.starts_at + timedelta(minutes=row.minutes)
    if ends_at > freed.ends_at:
        raise AppointmentRefused(_("This place is too short."))
    if judging.overlaps(freed):
        raise AppointmentRefused(_("This place is taken again."))
    wanted = Wanted(
        row.kind,
        freed.starts_at,
        ends_at,
        freed.practitioner,
        freed.helper,
        freed.room,
        freed.device,
        row.note,
    )
    booked = book(clinic=row.clinic, patient=row.patient, wanted=wanted, by=by)
    row.ended_at, row.booked = timezone.now(), booked.row
    row.save(update_fields=["ended_at", "booked"])
    note(by=by, what="place_offered", row=row, appointment=booked.row.pk)
    return booked
