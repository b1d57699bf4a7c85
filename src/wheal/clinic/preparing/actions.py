"""All that writes: agreements with the patient, the own doctor, letters, questions and answers. Nothing is changed."""

from __future__ import annotations

from datetime import date

from django.db import models, transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.preparing.models import Answer, Behaviour, Kept, Letter, OwnDoctor, Question, Sending
from wheal.clinic.treatments.models import Plan
from wheal.knowledge import Knowledge


class PreparingRefused(Exception):
    """Carries `reason`: to_come, before_it, ends_before, no_doctor, not_agreed, no_plan."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def agree(*, patient: Patient, words: str, by: User, until: date | None = None) -> Behaviour:
    today = patient.clinic.day_of()
    if until and until < today:
        raise PreparingRefused("ends_before")
    made = Behaviour.objects.create(patient=patient, words=words, since=today, until=until, agreed_by=by)
    _note("behaviour_agreed", made, patient, by)
    return made


@transaction.atomic
def tell(*, behaviour: Behaviour, how: str, on: date, by: User, note: str = "") -> Kept:
    _refuse_day(behaviour.patient, on, behaviour.since)
    made = Kept.objects.create(behaviour=behaviour, how=how, on=on, note=note, recorded_by=by)
    _note("behaviour_told", made, behaviour.patient, by, how=how)
    return made


@transaction.atomic
def name_doctor(*, patient: Patient, name: str, address: str, may_be_told: bool, by: User) -> OwnDoctor:
    """Whom the patient names, and whether the clinic may write to them. Withdrawing is a row of its own."""
    made = OwnDoctor.objects.create(
        patient=patient, name=name, address=address, may_be_told=may_be_told, recorded_by=by
    )
    _note("own_doctor_named", made, patient, by, may_be_told=may_be_told)
    return made


@transaction.atomic
def write_letter(*, patient: Patient, plan: Plan, known: Knowledge, by: User) -> Letter:
    """Only with the agreement that stands now, and only of a plan that says what and where."""
    doctor = OwnDoctor.objects.filter(patient=patient).first()
    if doctor is None:
        raise PreparingRefused("no_doctor")
    if not doctor.may_be_told:
        raise PreparingRefused("not_agreed")
    if plan.patient_id != patient.pk or not plan.area or not plan.substances:
        raise PreparingRefused("no_plan")
    rows = Question.objects.filter(patient=patient, answers=None)
    asked = [f"{row.words} ({row.why})" if row.why else row.words for row in rows]
    made = Letter.objects.create(
        doctor=doctor, plan=plan, language=patient.language if patient.language in known.texts_held else "en",
        area=plan.area, substances=plan.substances, sessions=plan.sessions, asked=asked, made_by=by,
    )  # fmt: skip
    _note("letter_made", made, patient, by, questions=len(made.asked))
    return made


@transaction.atomic
def note_sending(*, letter: Letter, how: str, on: date, by: User) -> Sending:
    """Refused where the agreement was taken back since."""
    patient = letter.plan.patient
    doctor = OwnDoctor.objects.filter(patient=patient).first()
    if doctor is None or not doctor.may_be_told:
        raise PreparingRefused("not_agreed")
    _refuse_day(patient, on, patient.clinic.day_of(letter.made_at))
    made = Sending.objects.create(letter=letter, how=how, on=on, recorded_by=by)
    _note("letter_sent", made, patient, by, how=how)
    return made


@transaction.atomic
def ask(*, patient: Patient, words: str, why: str, on: date, by: User) -> Question:
    _refuse_day(patient, on, patient.birth_date)
    made = Question.objects.create(patient=patient, words=words, why=why, asked_on=on, recorded_by=by)
    _note("question_asked", made, patient, by)
    return made


@transaction.atomic
def answer(*, question: Question, doctor: str, how: str, on: date, words: str, by: User) -> Answer:
    _refuse_day(question.patient, on, question.asked_on)
    made = Answer.objects.create(
        question=question, doctor=doctor, how=how, on=on, words=words, recorded_by=by
    )
    _note("question_answered", made, question.patient, by, how=how)
    return made


def note_printing(*, letter: Letter, by: User) -> None:
    patient = letter.plan.patient
    audit.record(
        by=by, what="preparing.letter_printed", subject=letter, clinic=patient.clinic, patient=patient
    )


def _refuse_day(patient: Patient, on: date, since: date) -> None:
    if on > patient.clinic.day_of():
        raise PreparingRefused("to_come")
    if on < since:
        raise PreparingRefused("before_it")


def _note(what: str, made: models.Model, patient: Patient, by: User, **detail: object) -> None:
    rows = type(made)._default_manager.filter(pk=made.pk)
    audit.record(
        by=by, what=f"preparing.{what}", subject=made, clinic=patient.clinic, patient=patient, detail=detail,
        fixes=[rows],
    )  # fmt: skip
