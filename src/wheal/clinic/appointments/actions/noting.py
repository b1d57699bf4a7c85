"""What every action on an appointment begins and ends with: the row under a lock, and the audit."""

from __future__ import annotations

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wheal.clinic.appointments.models import Appointment
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User


class AppointmentRefused(Exception):
    """Carries one sentence for the person who can mend it."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)


def locked(row: Appointment, version: int | None = None) -> Appointment:
    """As it stands now. Raises AppointmentRefused where another device changed it since `version`."""
    rows = Appointment.objects.select_for_update(of=("self",)).select_related(
        "clinic", "patient", "visit", "room"
    )
    fresh = rows.get(pk=row.pk)
    if version is not None and fresh.version != version:
        raise AppointmentRefused(
            _("This was changed on another device. Reload to see it; nothing was overwritten.")
        )
    return fresh


def one_at_a_time(clinic: Clinic) -> None:
    """Before any other row of the calendar is locked, so that each who books sees the others."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)


def kept(row: Appointment, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version", "changed_at"])


def note(*, by: User | None, what: str, row: Model, **detail: object) -> None:
    """Codes and moments, no words that somebody wrote."""
    audit.record(
        by=by, what=f"appointments.{what}", subject=row, clinic=row.clinic, patient=getattr(row, "patient", None),
        detail=detail,
    )  # fmt: skip
