"""What a file of signs/ and samples/ may say: what is noticed after a session, who looks how soon, what to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Whole

Urgency = Literal["ambulance", "doctor_now", "same_day", "read_today", "clinic"]
URGENCIES: Final[tuple[Urgency, ...]] = ("ambulance", "doctor_now", "same_day", "read_today", "clinic")
"""The worst first. All but the last go to a physician; the first three are red flags, who has one is seen."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Sign:
    """One file of signs/: something that a patient notices after a session.

    Wording: `sign.<id>.ask`; of what goes to a physician also `.told`, what whoever ticked it reads at once, and
    `.do`, what the clinic does.
    """

    order: Whole
    kind: str  # the kind of event that it is recorded as until somebody has looked
    urgency: Urgency = "clinic"
    warning: str = ""  # the condition by which the history asks for it
    kinds: tuple[str, ...] = ()  # kinds of event that are this red flag whatever else is said
    aftercare: str = ""  # the sentence of the sheet to take home that tells the patient what to do
    emergency: str = ""  # the page of emergencies/ that it opens
    samples: tuple[str, ...] = ()  # in the order in which they are taken
    sources: tuple[str, ...] = ()

    @property
    def is_red_flag(self) -> bool:
        """The patient is told at once to be seen, here or elsewhere."""
        return self.goes_to_a_physician and self.urgency != "read_today"

    @property
    def goes_to_a_physician(self) -> bool:
        return self.urgency != "clinic"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Sample:
    """One file of samples/: what to take or keep, and why. Wording: `sample.<id>`."""

    order: Whole
    sources: tuple[str, ...]
    tests: tuple[str, ...] = ()  # kinds of exposure that it examines; none: it is taken from the patient
