"""The weight that somebody says at home: held against the last one that is known, from wherever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from wheal.clinic.followup.series import WEIGHT, weighed
from wheal.clinic.patients.models import Patient
from wheal.knowledge import Knowledge
from wheal.outcomes.asking import Doubt, doubt
from wheal.weighing import Weighed


@dataclass(frozen=True, slots=True)
class Doubted:
    """Asked again before it is kept."""

    found: Doubt
    kg: Decimal
    last_kg: Decimal | None


def last_known(patient: Patient, on: date, *, but: int | None = None) -> Decimal | None:
    """Weighed at a session or in the follow-up, or told in the last history. `but`: a measure that is corrected."""
    held = [Weighed(one.day, one.kg) for one in weighed(patient) if one.measure != but or but is None]
    history = patient.histories.completed().first()
    if history and (kg := _kilos(history.answers.get(WEIGHT))):
        held.append(Weighed(patient.clinic.day_of(history.completed_at), kg, is_told=True))
    last = max(
        (one for one in held if one.day <= on), key=lambda one: (one.day, not one.is_told), default=None
    )
    return last.kg if last else None


def doubted(patient: Patient, said: object, known: Knowledge) -> Doubted | None:
    """A weight of a history that is about to be sent; what is no number is somebody else's matter."""
    kg = _kilos(said)
    if kg is None:
        return None
    last = last_known(patient, patient.clinic.day_of())
    found = doubt(known.instruments[WEIGHT], round(kg, 1), last)
    return Doubted(found, kg, last) if found else None


def _kilos(said: object) -> Decimal | None:
    try:
        kg = Decimal(str(said))
    except InvalidOperation:
        return None
    return kg if kg.is_finite() and kg > 0 else None
