"""Ways to remind somebody. Another one, such as text messages, is a class with these three and a place in the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from wheal.clinic import mail
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic


@dataclass(frozen=True, slots=True)
class Letter:
    """In the patient's language, and nothing of anybody's health in it."""

    subject: str
    text: str


class NotSent(Exception):
    """Carries what kind of failure it was; no address is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    code: str

    def reaches(self, patient: Patient) -> bool:
        """Whether it is set up, and the record knows where to."""

    def send(self, letter: Letter, patient: Patient, clinic: Clinic) -> None:
        """Raises NotSent. Never called inside a transaction."""


class Email:
    code = "email"

    def reaches(self, patient: Patient) -> bool:
        return mail.is_set_up() and bool(patient.email)

    def send(self, letter: Letter, patient: Patient, clinic: Clinic) -> None:
        try:
            mail.send(to=patient.email, subject=letter.subject, text=letter.text, sender=clinic.name)
        except mail.NotSent as problem:
            raise NotSent(problem.reason) from problem


CHANNELS: Final[tuple[Channel, ...]] = (Email(),)
"""The first that reaches a patient is used."""
