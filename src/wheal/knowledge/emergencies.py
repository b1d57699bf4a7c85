"""What a file of emergencies/ may say: steps in their order, and doses by age and weight."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Whole
from wheal.quantities import Quantity, UnitMismatch


def _parsed(text: str, like: str | None) -> Quantity:
    """Raises ValueError where it is no amount, or not one of the kind of `like`."""
    held = Quantity.parse(text)
    try:
        return held.to(like) if like else held
    except UnitMismatch as mismatch:
        raise ValueError(str(mismatch)) from None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class EmergencyDose:
    """One dose: fixed, or per kilogram of body weight; within ages and weights where it names any.

    Wording: `emergency.<file>.dose.<code>`. With a `strength`, the volume to draw is told too.
    """

    code: str
    sources: tuple[str, ...]
    fixed: str | None = None
    per_kg: str | None = None
    strength: str | None = None
    from_years: Whole = 0
    below_years: Whole | None = None
    from_kg: str | None = None
    below_kg: str | None = None

    def __post_init__(self) -> None:
        if (self.fixed is None) == (self.per_kg is None):
            raise ValueError("a dose is either fixed or per_kg")
        if self.per_kg and "/kg" not in self.per_kg:
            raise ValueError(f"{self.per_kg!r} is no amount per kg")
        for text, like in ((self.fixed, None), (self.per_kg, None), (self.strength, "mg/mL")):
            if text:
                _parsed(text, like)
        for text in (self.from_kg, self.below_kg):
            if text:
                _parsed(text, "kg")


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Emergency:
    """One file of emergencies/. Wording: `emergency.<id>.name`, `.signs`, and `.step.<step>` of each step."""

    order: Whole
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    doses: tuple[EmergencyDose, ...] = ()
