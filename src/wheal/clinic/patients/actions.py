"""What changes patients and their histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.patients.answers import Answers, invalid
from wheal.clinic.patients.models import FORGOTTEN, History, Patient, SearchWord
from wheal.clinic.patients.names import fold, phone_digits, words
from wheal.clinic.people.models import Clinic, User
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Demographics:
    family_name: str
    given_names: str
    birth_date: date
    sex: str
    language: str
    phone: str = ""
    email: str = ""


class HistoryRefused(Exception):
    """`reason`: changed_elsewhere, or invalid_answers (then `about` has the questions)."""

    def __init__(self, reason: str, about: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about


@transaction.atomic
def register(*, clinic: Clinic, person: Demographics, by: User, despite: tuple[int, ...] = ()) -> Patient:
    """`despite`: the patients that were shown as perhaps the same person."""
    patient = Patient(clinic=clinic, number=_next_number(clinic), created_by=by)
    _write(patient, person)
    detail = {"despite": list(despite)} if despite else {}
    audit.record(
        by=by,
        what="patients.patient_registered",
        subject=patient,
        clinic=clinic,
        patient=patient,
        detail=detail,
        fixes=[Rows(Patient, "pk", patient.pk)],
    )
    return patient


@transaction.atomic
def correct(*, patient: Patient, person: Demographics, by: User) -> None:
    before = {name: getattr(patient, name) for name in Demographics.__dataclass_fields__}
    _write(patient, person)
    changed = [name for name, value in before.items() if value != getattr(patient, name)]
    audit.record(
        by=by,
        what="patients.patient_corrected",
        subject=patient,
        clinic=patient.clinic,
        patient=patient,
        detail={"changed": changed},
        fixes=[Rows(Patient, "pk", patient.pk)],
    )


@transaction.atomic
def forget_who(*, patient: Patient, by: User) -> None:
    """Take out names, day of birth, phone and address. The number, the year and what was signed stay."""
    year = date(patient.birth_date.year, 1, 1)
    _write(patient, Demographics(FORGOTTEN, FORGOTTEN, year, patient.sex, patient.language))
    patient.words.all().delete()
    patient.links.filter(ended_at=None).update(ended_at=timezone.now())
    audit.record(
        by=by, what="patients.patient_forgotten", subject=patient, clinic=patient.clinic, patient=patient,
        fixes=[Rows(Patient, "pk", patient.pk)],
    )  # fmt: skip


def _write(patient: Patient, person: Demographics) -> None:
    patient.family_name, patient.given_names = person.family_name, person.given_names
    patient.birth_date, patient.sex, patient.language = person.birth_date, person.sex, person.language
    patient.phone, patient.email = person.phone, person.email
    patient.search_name = fold(f"{person.family_name} {person.given_names}")
    patient.search_phone = phone_digits(person.phone)
    patient.save()
    patient.words.all().delete()
    named = words(f"{person.family_name} {person.given_names}")
    SearchWord.objects.bulk_create(
        SearchWord(patient=patient, clinic_id=patient.clinic_id, word=word[:80]) for word in sorted(named)
    )


def _next_number(clinic: Clinic) -> str:
    """Five digits, counted up in each clinic; the write lock of the transaction keeps them apart."""
    numbers = Patient.objects.filter(clinic=clinic).order_by("-pk").values_list("number", flat=True)
    last = numbers.first() or "10000"
    number = int(last) + 1 if last.isdecimal() else 10001 + numbers.count()
    while Patient.objects.filter(clinic=clinic, number=str(number)).exists():
        number += 1
    return str(number)


@transaction.atomic
def save_history(
    *, patient: Patient, answers: Answers, version: int, after: int, by: User, known: Knowledge
) -> History:
    """The draft as it stands in one browser, begun where there is none.

    `version` and `after` are what that browser began from: the draft's version, the last completed history.
    Refused, and nothing overwritten, where another device saved or completed in between. A draft that already
    holds these very answers is no conflict: a browser left in mid-save sends the same again with the old version.
    """
    draft = _draft(patient, version, after, answers) or History(patient=patient, started_by=by)
    is_new = draft.pk is None
    changed = sorted(key for key in {*draft.answers, *answers} if draft.answers.get(key) != answers.get(key))
    if not changed and not is_new:
        return draft
    draft.answers, draft.draft_version = answers, draft.draft_version + 1
    draft.knowledge_version, draft.knowledge_digest = known.version, known.digest
    draft.save()
    what = "patients.history_begun" if is_new else "patients.history_saved"
    detail = {"version": draft.draft_version, "questions": changed}
    audit.record(by=by, what=what, subject=draft, clinic=patient.clinic, patient=patient, detail=detail)
    return draft


def _draft(patient: Patient, version: int, after: int, answers: Answers) -> History | None:
    last = patient.histories.completed().values_list("pk", flat=True).first() or 0
    draft = patient.histories.filter(completed_at=None).first()
    stands = draft.draft_version if draft else 0
    sent_again = draft is not None and draft.answers == answers
    if last != after or (version != stands and not sent_again):
        raise HistoryRefused("changed_elsewhere")
    return draft


@transaction.atomic
def complete_history(
    *,
    patient: Patient,
    answers: Answers,
    version: int,
    after: int,
    by: User,
    known: Knowledge,
    filled_in: str | None = None,
) -> History:
    """Save what is on the page and fix it. What was not answered stays not known; no slip is fixed. `filled_in`: the
    day or the moment at which another system was told all of it, where that is not now."""
    if wrong := invalid(answers):
        raise HistoryRefused("invalid_answers", wrong)
    history = save_history(patient=patient, answers=answers, version=version, after=after, by=by, known=known)
    history.completed_at, history.completed_by, history.filled_in = timezone.now(), by, filled_in
    history.knowledge_version, history.knowledge_digest = known.version, known.digest
    history.save()
    audit.record(
        by=by,
        what="patients.history_completed",
        subject=history,
        clinic=patient.clinic,
        patient=patient,
        detail={"knowledge": known.digest},
        fixes=[History.objects.filter(pk=history.pk)],
    )
    return history


def record_opening(*, patient: Patient, part: str, by: User) -> None:
    """Somebody looked: `part` is chart, desk, history or screening."""
    audit.record(
        by=by,
        what="patients.record_opened",
        subject=patient,
        clinic=patient.clinic,
        patient=patient,
        detail={"part": part},
    )
