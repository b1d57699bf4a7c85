"""Stating a term, giving a copy, forgetting who somebody was."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.rights import terms
from wheal.clinic.rights.models import Forgetting, OwnTerm
from wheal.clinic.rights.unsettled import Open, unsettled
from wheal.clinic.safety.reporting import photographs as reported
from wheal.knowledge import Knowledge

LONGEST = 100


class RightsRefused(Exception):
    """`reason`: years, source, kept, unknown, photographs, open, reason, forgotten. `until`: the last day of keeping.
    `about`: what is open."""

    def __init__(self, reason: str, until: date | None = None, about: tuple[Open, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.until, self.about = reason, until, about


@transaction.atomic
def state_term(*, clinic: Clinic, years: int, source: str, by: User) -> OwnTerm:
    """Raises RightsRefused: years, source. A shorter one than the law's is kept, and does not hold."""
    if not 1 <= years <= LONGEST:
        raise RightsRefused("years")
    if len(source.strip()) < 5:
        raise RightsRefused("source")
    made = OwnTerm.objects.create(clinic=clinic, years=years, source=source.strip()[:300], stated_by=by)
    rows = [OwnTerm.objects.filter(pk=made.pk)]
    audit.record(
        by=by, what="rights.term_stated", subject=made, clinic=clinic, detail={"years": years}, fixes=rows
    )
    return made


@transaction.atomic
def note_copy(*, patient: Patient, by: User) -> None:
    audit.record(by=by, what="rights.copy_given", subject=patient, clinic=patient.clinic, patient=patient)


@transaction.atomic
def note_export(*, clinic: Clinic, by: User | None) -> None:
    """Everything of a clinic was taken along; `by` nobody: at the console."""
    audit.record(by=by, what="rights.everything_exported", subject=clinic, clinic=clinic)


@transaction.atomic
def forget(*, patient: Patient, reason: str, known: Knowledge, by: User) -> Forgetting:
    """Only once the term is over and nothing is open. What was signed stays, under the number alone; photographs
    sent with reports are deleted.

    Raises RightsRefused.
    """
    row = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    if Forgetting.objects.filter(patient=row).exists():
        raise RightsRefused("forgotten")
    if len(reason.strip()) < 5:
        raise RightsRefused("reason")
    held = terms.kept(row, terms.term(row.clinic, known), row.clinic.day_of())
    if held.until is None or held.stands != "over":
        raise RightsRefused(held.stands, held.until)
    if Photograph.objects.kept().filter(patient=row).exists():
        raise RightsRefused("photographs")
    if about := unsettled(row):
        raise RightsRefused("open", about=about)
    reported.delete_all(patient=row, by=by)
    patients.forget_who(patient=row, by=by)
    made = Forgetting.objects.create(
        patient=row, reason=reason.strip()[:300], kept_until=held.until, done_by=by
    )
    rows = [Forgetting.objects.filter(pk=made.pk)]
    audit.record(
        by=by, what="rights.patient_forgotten", subject=made, clinic=row.clinic, patient=row, fixes=rows
    )
    return made
