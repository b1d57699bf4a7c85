"""Until when a patient's record is kept, read from the law, the clinic's own term and the visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.rights import entries
from wheal.clinic.rights.models import OwnTerm
from wheal.keeping import Stands, Term, term_of
from wheal.knowledge import Knowledge

SOON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Kept:
    """`last_entry`: the day of the last entry about the patient, made here or sent from home: see `entries`."""

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
    return entries.with_entries(patients.select_related("clinic"))


def _kept(row: Patient, held: Term, today: date) -> Kept:
    last = row.clinic.day_of(entries.last_entry(row))
    return Kept(row, last, held.until(last), held.stands(last, today))
