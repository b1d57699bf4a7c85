"""One thing that `wheal doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WRONG, LOOK, WELL = "wrong", "look", "well"


@dataclass(frozen=True, slots=True)
class Told:
    """`level`: wrong (something is lost or open), look (it may become so), well. `do`: what mends it."""

    level: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.what}" + (f"\n       → {self.do}" if self.do else "")


def age(passed: timedelta) -> str:
    hours = int(passed.total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
