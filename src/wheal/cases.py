"""One case: a person, a practitioner, a plan, a day; and how it is read from a JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wheal.credentials import Practitioner
from wheal.dosing import Pass, PreviousSession
from wheal.screening import Patient


@dataclass(frozen=True, slots=True)
class Case:
    """All that one judgement needs. `previous_sessions` None means not known, () none."""

    jurisdiction: str
    date: date
    patient: Patient
    practitioner: Practitioner
    purpose: str
    passes: tuple[Pass, ...]
    previous_sessions: tuple[PreviousSession, ...] | None = None
