"""What is shown of a record in an emergency: who, what must not be missed, what was answered, what was injected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from wheal import knowledge, screening
from wheal.clinic.patients.answers import NONE, Answers, as_last_said, is_earlier, patient_facts
from wheal.clinic.patients.earlier import ELSEWHERE, said_on
from wheal.clinic.patients.elsewhere import Told, told_in, words_of
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.patients.questionnaire import Asked, Earlier, pages_of
from wheal.clinic.patients.verdict import Verdict, latest_history, verdict_of
from wheal.clinic.safety.models import Reaction
from wheal.clinic.treatments import passports
from wheal.passport import Visit

LEFT_OUT = frozenset({"hopes"})
"""Pages of the questionnaire that help nobody in an emergency."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`earlier`: of which day and from where, if it was not said when the history was completed."""

    question: str
    words: str
    earlier: Earlier | None


@dataclass(frozen=True)
class Record:
    """Days are those of the patient's clinic, wherever it is read."""

    patient: Patient
    age: int
    facts: screening.Patient | None
    verdict: Verdict | None
    completed_on: date | None  # the history
    answers: list[tuple[str, list[Answer]]]  # by section
    told: Told | None  # elsewhere, in its own words
    unsigned: tuple[Visit, ...]  # drawn or injected, and not signed yet
    visits: tuple[Visit, ...]
    reactions: list[Reaction]


def record_of(patient: Patient) -> Record:
    with timezone.override(patient.clinic.time_zone):
        return _record_of(patient)


def _record_of(patient: Patient) -> Record:
    history = latest_history(patient)
    return Record(
        patient=patient,
        age=screening.age(patient.birth_date, timezone.localdate()),
        facts=patient_facts(history) if history else None,
        verdict=verdict_of(history, jurisdiction=patient.clinic.jurisdiction) if history else None,
        completed_on=timezone.localdate(history.completed_at) if history else None,
        answers=_answers(history.answers, patient) if history else [],
        told=_told(patient, history),
        unsigned=passports.visits_of(patient, signed=False),
        visits=passports.visits_of(patient),
        reactions=list(Reaction.objects.filter(patient=patient).standing()),
    )


def _told(patient: Patient, history: History | None) -> Told | None:
    """As on the chart: of a history that was begun since, too."""
    newest = patient.histories.filter(completed_at=None).first() or history
    return told_in(newest.answers) if newest else None


def _answers(given: Answers, patient: Patient) -> list[tuple[str, list[Answer]]]:
    """What was answered with yes, chosen or measured, then or before; what was denied or left open is not listed."""
    told = []
    last_said = {name: as_last_said(answer) for name, answer in given.items()}
    for page in pages_of(last_said, knowledge.current(), patient):
        rows = [
            Answer(asked.words, words, _earlier(asked.id, words, given))
            for asked in page.questions
            if (words := _answered(asked))
        ]
        if rows and page.id not in LEFT_OUT:
            told.append((page.title, rows))
    return told


def _earlier(name: str, words: str, given: Answers) -> Earlier | None:
    answer = given[name]
    if not is_earlier(answer):
        return None
    return Earlier(said_on(answer), words, answer.get(ELSEWHERE), words_of(given, name))


def _answered(asked: Asked) -> str:
    chosen = [one.words for one in asked.choices if one.is_chosen and one.value not in ("no", NONE)]
    if not asked.is_shown or asked.error:
        return ""
    if not asked.value:
        return ", ".join(str(words) for words in chosen)
    value = date_format(date.fromisoformat(asked.value)) if asked.kind == "date" else asked.value
    return ", ".join(str(words) for words in chosen) or f"{value} {asked.unit}".strip()
