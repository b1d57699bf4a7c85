"""What the page of getting ready shows, put together once."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils import formats, timezone

from wheal.clinic.followup import weights
from wheal.clinic.patients.answers import as_last_said
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.preparing.models import Behaviour, Kept, Question
from wheal.clinic.treatments.models import Plan
from wheal.knowledge import Knowledge
from wheal.weighing import WeightChange, change_before

STABLE_WEIGHT: Final = "unstable_weight"
"""The rule whose sources are the trials that asked for a stable weight."""


def weight_of(patient: Patient, history: History | None, on: date) -> WeightChange:
    """Weighed at sessions and in the follow-up, and what the last history tells of then and of six months before."""
    return change_before(weights.known_of(patient, history), on)


def doctor_told(history: History | None) -> str:
    return str(as_last_said(history.answers.get("own_doctor")) or "")[:160] if history else ""


def last_history(patient: Patient) -> History | None:
    return patient.histories.completed().first()


def open_questions(patient: Patient) -> list[Question]:
    return list(Question.objects.filter(patient=patient, answers=None))


def standing(patient: Patient) -> list[Behaviour]:
    """What is still agreed, each with how it went the last time (`latest`)."""
    rows = list(Behaviour.objects.filter(patient=patient).prefetch_related("told__recorded_by"))
    for row in rows:
        row.latest = next(reversed(row.told.all()), None)
    return [row for row in rows if row.latest is None or row.latest.how != Kept.How.LEFT]


def plans_of(patient: Patient, known: Knowledge, language: str) -> list[tuple[int, str]]:
    rows = Plan.objects.filter(patient=patient, closed_at=None).exclude(area="")
    return [(row.pk, _plan_words(row, known, language)) for row in rows if row.substances]


def _plan_words(plan: Plan, known: Knowledge, language: str) -> str:
    names = ", ".join(known.name(code, language) for code in plan.substances)
    day = formats.date_format(timezone.localtime(plan.created_at), "DATE_FORMAT")
    return f"{known.name(plan.area, language)} · {names} · {day}"
