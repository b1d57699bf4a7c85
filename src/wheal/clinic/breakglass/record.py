"""What is shown of a record in an emergency: who, what must not be missed, what was answered, what was injected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from wheal import knowledge, screening
from wheal.clinic.patients.answers import NONE, as_last_said, patient_facts
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.questionnaire import Asked, pages_of
from wheal.clinic.patients.verdict import Verdict, latest_history, verdict_of
from wheal.clinic.safety.models import Reaction
from wheal.clinic.treatments import passports
from wheal.passport import Visit

LEFT_OUT = frozenset({"hopes"})
"""Pages of the questionnaire that help nobody in an emergency."""


@dataclass(frozen=True)
class Record:
    patient: Patient
    age: int
    facts: screening.Patient | None
    verdict: Verdict | None
    answers: list[tuple[str, list[tuple[str, str]]]]  # by section: the question and what was answered
    unsigned: tuple[Visit, ...]  # drawn or injected, and not signed yet
    visits: tuple[Visit, ...]
    reactions: list[Reaction]


def record_of(patient: Patient) -> Record:
    history = latest_history(patient)
    return Record(
        patient=patient,
        age=screening.age(patient.birth_date, timezone.localdate()),
        facts=patient_facts(history) if history else None,
        verdict=verdict_of(history, jurisdiction=patient.clinic.jurisdiction) if history else None,
        answers=_answers(history.answers, patient) if history else [],
        unsigned=passports.visits_of(patient, signed=False),
        visits=passports.visits_of(patient),
        reactions=list(Reaction.objects.filter(patient=patient).standing()),
    )


def _answers(given: dict[str, object], patient: Patient) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was answered with yes, chosen or measured, then or before; what was denied or left open is not listed."""
    told = []
    last_said = {name: as_last_said(answer) for name, answer in given.items()}
    for page in pages_of(last_said, knowledge.current(), patient):
        rows = [(asked.words, words) for asked in page.questions if (words := _answered(asked))]
        if rows and page.id not in LEFT_OUT:
            told.append((page.title, rows))
    return told


def _answered(asked: Asked) -> str:
    chosen = [one.words for one in asked.choices if one.is_chosen and one.value not in ("no", NONE)]
    if not asked.is_shown or asked.error:
        return ""
    if not asked.value:
        return ", ".join(str(words) for words in chosen)
    value = date_format(date.fromisoformat(asked.value)) if asked.kind == "date" else asked.value
    return ", ".join(str(words) for words in chosen) or f"{value} {asked.unit}".strip()
