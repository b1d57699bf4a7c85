"""One thing that `wheal doctor` found."""

from __future__ import annotations

from dataclasses import dataclass

WRONG, LOOK, WELL = "wrong", "look", "well"


@dataclass(frozen=True, slots=True)
class Told:
    """`level`: wrong (something is lost or open), look (it may become so), well. `do`: what mends it."""

    level: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.what}" + (f"\n       → {self.do}" if self.do else "")
