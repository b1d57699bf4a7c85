"""What takes a summary in: the person is registered, or known already, and a draft of the history waits."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients import earlier, elsewhere
from wheal.clinic.patients.duplicates import Likely, likely
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.fhir.incoming import Summary
from wheal.fhir.statements import Said
from wheal.knowledge import Knowledge


class ArrivalRefused(Exception):
    """Somebody of the clinic is filling in this person's history: it is never written over."""


class PerhapsHere(Exception):
    """Somebody like this person is registered and was not shown as such. `found`: who."""

    def __init__(self, found: list[Likely]) -> None:
        super().__init__(", ".join(each.patient.number for each in found))
        self.found = found


@transaction.atomic
def register(
    *, clinic: Clinic, person: patients.Demographics, summary: Summary, by: User, known: Knowledge,
    despite: tuple[int, ...] = (), program: str = "",
) -> Patient:  # fmt: skip
    """`despite`: those who were shown as perhaps the same person. Raises PerhapsHere: of several who send the same at
    the same moment, one registers."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    found = likely(
        clinic, family_name=person.family_name, given_names=person.given_names, birth_date=person.birth_date,
        phone=person.phone,
    )  # fmt: skip
    if unseen := [each for each in found if each.patient.pk not in despite]:
        raise PerhapsHere(unseen)
    patient = patients.register(clinic=clinic, person=person, by=by, despite=despite)
    take_into(patient=patient, summary=summary, by=by, known=known, program=program)
    return patient


@transaction.atomic
def take_into(*, patient: Patient, summary: Summary, by: User, known: Knowledge, program: str = "") -> bool:
    """What it says was said elsewhere: it stands in the draft to be confirmed, and in its own words beside, and answers
    nothing. Whether there was anything that is not held here already. Raises ArrivalRefused."""
    if patient.histories.filter(completed_at=None).exists():
        raise ArrivalRefused
    last = patient.histories.completed().first()
    today = patient.clinic.day_of()
    held = earlier.carried_over(last, known, on=today)
    day, where = summary.written_by(today), summary.source[:200]
    told = elsewhere.with_codes(held, summary.answers, day, where)
    told = elsewhere.with_words(told, [_statement(each, day, where) for each in summary.kept])
    if told != held:
        try:
            patients.save_history(
                patient=patient, answers=told, version=0, after=last.pk if last else 0, by=by, known=known
            )
        except patients.HistoryRefused as moved:  # begun or completed while this was being looked at
            raise ArrivalRefused from moved
    detail = {"from": summary.source[:80], "statements": len(summary.said)}
    audit.record(
        by=by, what="fhir.summary_taken", subject=patient, clinic=patient.clinic, patient=patient,
        detail=detail | ({"program": program} if program else {}),
    )  # fmt: skip
    return told != held


def _statement(said: Said, day: date | None, where: str) -> elsewhere.Statement:
    return elsewhere.Statement(
        said.words,
        said.group,
        said.becomes,
        said.question,
        said.more,
        day,
        where,
        said.kind,
        said.code,
        said.codes,
    )
