"""The weights that are known of a patient, and one that somebody says at home held against the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from wheal.clinic.followup.series import WEIGHT, weighed
from wheal.clinic.patients.answers import as_last_said, is_earlier
from wheal.clinic.patients.earlier import said_on
from wheal.clinic.patients.models import History, Patient
from wheal.knowledge import Knowledge
from wheal.outcomes.asking import Doubt, doubt
from wheal.weighing import SIX_MONTHS, Weighed

TOLD: Final = ((WEIGHT, timedelta()), ("weight_six_months_ago", SIX_MONTHS))
"""Questions of the history, and how long before the answer each weight was."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """Asked again before it is kept. `last_kg`: what it is far from."""

    kg: Decimal
    last_kg: Decimal | None


def known_of(patient: Patient, history: History | None, *, but: int | None = None) -> list[Weighed]:
    """Weighed at sessions or in the follow-up, and told in a history. `but`: a measure that is left out."""
    rows = [one for one in weighed(patient) if but is None or one.measure != but]
    return [*(Weighed(one.day, one.kg, is_told=one.is_told) for one in rows), *_told(history, patient)]


def _told(history: History | None, patient: Patient) -> Iterator[Weighed]:
    if history is None:
        return
    for name, before in TOLD:
        answer = history.answers.get(name)
        if kg := _kilos(as_last_said(answer)):
            day = said_on(answer) if is_earlier(answer) else patient.clinic.day_of(history.completed_at)
            if day is not None:  # a weight of nobody knows when is no point of a curve
                yield Weighed(day - before, kg, is_told=True)


def last_known(patient: Patient, on: date, *, but: int | None = None) -> Decimal | None:
    """On that day or before it. `but`: a measure that is corrected."""
    held = known_of(patient, patient.histories.completed().first(), but=but)
    days = [one for one in held if one.day <= on]
    last = max(days, key=lambda one: (one.day, not one.is_told), default=None)
    return last.kg if last else None


def doubted(patient: Patient, said: object, known: Knowledge) -> Doubted | None:
    """A weight of a history that is about to be sent; what is no number is somebody else's matter."""
    kg = _kilos(said)
    if kg is None:
        return None
    last = last_known(patient, patient.clinic.day_of())
    found: Doubt | None = doubt(known.instruments[WEIGHT], kg, last, is_converted=True)
    return Doubted(kg, last if found == "jump" else None) if found else None


def _kilos(said: object) -> Decimal | None:
    try:
        kg = Decimal(str(said))
    except InvalidOperation:
        return None
    return kg if kg.is_finite() and kg > 0 else None
