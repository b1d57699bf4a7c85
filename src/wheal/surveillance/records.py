"""What the watch is told, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Exposure = tuple[str, str]
"""Kind and id: ("lot", "H-123")."""
Level = Literal["watch", "alarm"]


@dataclass(frozen=True, slots=True)
class Treated:
    """A session: who, when, and everything that touched the patient."""

    day: date
    patient: str
    exposures: tuple[Exposure, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """An event after a session. The watch knows of it from `day`, the day of the report, on."""

    day: date
    patient: str
    onset: date
    kind: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """One thing that cases share. `expected`: as many as would fall ill of other causes."""

    exposure: Exposure
    cases: int
    exposed: int  # patients
    expected: float
    score: float  # log-likelihood ratio: how well it tells the cases from others treated around the same days
    p: float  # chance of as many or more where nothing is wrong with it

    def as_json(self) -> Mapping[str, object]:
        kind, name = self.exposure
        return {
            "kind": kind,
            "id": name,
            "cases": self.cases,
            "exposed": self.exposed,
            "expected": _rounded(self.expected),
            "score": round(self.score, 2),
            "p": _rounded(self.p),
        }


@dataclass(frozen=True, slots=True)
class Notice:
    day: date
    level: Level
    patients: tuple[str, ...]  # the cases of the best suspect, in the order of their reports
    suspects: tuple[Suspect, ...]  # best first

    def as_json(self) -> Mapping[str, object]:
        return {
            "date": self.day.isoformat(),
            "level": self.level,
            "events": len(self.patients),
            "patients": list(self.patients),
            "suspects": [suspect.as_json() for suspect in self.suspects],
        }


def _rounded(value: float) -> float:
    """To two figures, so that a very small chance is not told as none."""
    return float(f"{value:.2g}")
