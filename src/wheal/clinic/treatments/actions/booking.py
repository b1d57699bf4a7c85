"""Who comes when: booking, arriving, cancelling."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.chart import locked
from wheal.clinic.treatments.models import Plan, Session


@transaction.atomic
def book(
    *,
    clinic: Clinic,
    patient: Patient,
    planned_for: datetime,
    by: User,
    room: str = "",
    practitioner: User | None = None,
) -> Session:
    """A visit on the day list. It goes on with the patient's open plan, or begins one.

    Raises DraftRefused where the same patient is booked for that very time already: sent twice, or by two people.
    """
    if Session.objects.filter(patient=patient, planned_for=planned_for, cancelled_at=None).exists():
        raise DraftRefused(_("This patient is booked for that time already."))
    plan = Plan.objects.filter(patient=patient, closed_at=None).first()
    session = Session.objects.create(
        clinic=clinic,
        patient=patient,
        plan=plan or Plan.objects.create(patient=patient, created_by=by),
        planned_for=planned_for,
        room=room,
        practitioner=practitioner,
        created_by=by,
    )
    saved(by=by, what="session_booked", session=session, planned_for=planned_for.isoformat())
    return session


@transaction.atomic
def arrive(*, session: Session, by: User) -> Session:
    """The patient is here. Said twice, the first time stands."""
    session = open_draft(session)
    if session.arrived_at is None:
        session.arrived_at = timezone.now()
        session.save(update_fields=["arrived_at", "saved_at"])
        saved(by=by, what="patient_arrived", session=session)
    return session


@transaction.atomic
def undo_arrival(*, session: Session, by: User) -> Session:
    session = open_draft(session)
    if session.arrived_at is not None:
        session.arrived_at = None
        session.save(update_fields=["arrived_at", "saved_at"])
        saved(by=by, what="arrival_undone", session=session)
    return session


@transaction.atomic
def cancel(*, session: Session, by: User) -> Session:
    """Takes the visit off the day; what was entered stays to be read.

    Raises DraftRefused once something was drawn or a point recorded: that may have been given.
    """
    session = open_draft(session)
    if session.passes.filter(count__gt=0).exists() or session.mixes.filter(components__isnull=False).exists():
        raise DraftRefused(
            _(
                "Something was drawn or injected in this visit. It is signed, or emptied first; it is not cancelled."
            )
        )
    session.cancelled_at = timezone.now()
    session.save(update_fields=["cancelled_at", "saved_at"])
    saved(by=by, what="session_cancelled", session=session)
    return session


@transaction.atomic
def restore(*, session: Session, by: User) -> Session:
    """A visit that was cancelled by mistake comes back to its day, as it was left. Said twice, once counts."""
    session = locked(session.pk)
    if session.cancelled_at is not None:
        session.cancelled_at = None
        session.save(update_fields=["cancelled_at", "saved_at"])
        saved(by=by, what="session_restored", session=session)
    return session
