"""What the watch is told, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Exposure = tuple[str, str]
"""Kind and id: ("lot", "H-123")."""
Level = Literal["watch", "alarm"]


class Treated(NamedTuple):
    """A session: who, when, and everything that touched the patient. One of millions: a tuple, and quick to make."""

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
    also: tuple[str, ...] = ()  # what else it came with, which would be a kind by itself
    name: str = ""  # by which whoever tells it knows it again


@dataclass(frozen=True, slots=True)
class Suspect:
    """One thing that cases share."""

    exposure: Exposure
    cases: int
    exposed: int  # patients whom it touched
    expected: float  # as many cases as other causes would have brought them
    score: (
        float  # log of how much likelier the record is with this as the cause than by chance, see the method
    )
    p: float  # chance of as many cases or more where nothing is wrong with it
    share: float = 0.0  # were one of the suspects the cause: the chance that it is this one

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
    """`alike`: the suspects that the record cannot tell apart from the first, itself among them where there are any.

    What would tell them apart is said by `wheal.events.flags.samples_for`.
    """

    day: date
    level: Level
    patients: tuple[str, ...]  # the cases of the best suspect, in the order of their reports
    suspects: tuple[Suspect, ...]  # best first
    alike: tuple[Exposure, ...] = ()
    evidence: float = (
        0.0  # log of how much likelier the record is by all shared causes together than by chance
    )
    reports: tuple[str, ...] = ()  # the names of the reports that made the patients cases

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
