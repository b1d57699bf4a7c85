"""Until when a patient's record is kept, read from the law, the clinic's own term and the visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from wheal.clinic.appointments.models import Appointment, State
from wheal.clinic.followup.models import Measure
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.rights.models import OwnTerm
from wheal.clinic.safety.models import FollowUp, Reaction
from wheal.clinic.treatments.models import Session
from wheal.keeping import Stands, Term, term_of
from wheal.knowledge import Knowledge

SOON = timedelta(days=365)


def _last(rows: QuerySet[Any], moment: str, *, patient: str = "patient") -> Subquery:
    held = rows.filter(**{patient: OuterRef("pk"), f"{moment}__isnull": False})
    return Subquery(held.order_by(f"-{moment}").values(moment)[:1])


SEEN: Final = {
    "session_at": _last(Session.objects, "signed_at"),
    "history_at": _last(History.objects, "completed_at"),
    "measured_at": _last(Measure.objects, "recorded_at"),
    "reaction_at": _last(Reaction.objects, "recorded_at"),
    "reaction_followed_at": _last(FollowUp.objects, "written_at", patient="reaction__patient"),
    "came_at": _last(Appointment.objects.filter(state__in=(State.ARRIVED, State.DONE)), "starts_at"),
}
"""What is an entry, beside the registration. The term runs from the latest, also where it was sent from home: a term
that runs from a visit alone would end sooner."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`last_entry`: the day of the last entry about the patient, made here or sent from home; see SEEN."""

    patient: Patient
    last_entry: date
    until: date | None
    stands: Stands


def own_term(clinic: Clinic) -> OwnTerm | None:
    return OwnTerm.objects.filter(clinic=clinic).select_related("stated_by").first()


def term(clinic: Clinic, known: Knowledge) -> Term:
    own = own_term(clinic)
    return term_of(known.jurisdictions[clinic.jurisdiction], own.years if own else None)


def kept(patient: Patient, held: Term, today: date) -> Kept:
    row = _seen(Patient.objects.filter(pk=patient.pk)).get()
    return _kept(row, held, today)


def calendar(clinic: Clinic, held: Term, today: date) -> Iterator[Kept]:
    """Those whose term is over or ends within a year, the longest over first. Nobody where no term is known."""
    if held.years is None:
        return
    latest = timezone.now() + 2 * SOON - timedelta(days=365 * held.years)
    rows = _seen(Patient.objects.filter(clinic=clinic, forgetting=None, created_at__lt=latest))
    found = (_kept(row, held, today) for row in rows.iterator(chunk_size=1000))
    near = [row for row in found if row.until is not None and row.until <= today + SOON]
    yield from sorted(near, key=lambda row: (row.until or today, row.patient.search_name))


def _seen(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    return patients.select_related("clinic").annotate(**SEEN)


def _kept(row: Patient, held: Term, today: date) -> Kept:
    moments = [row.created_at, *(getattr(row, name) for name in SEEN)]
    last = row.clinic.day_of(max(moment for moment in moments if moment))
    return Kept(row, last, held.until(last), held.stands(last, today))
