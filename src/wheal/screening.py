"""Is this person a candidate today, and why. Silence is never consent."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.reading import Code, Codes, Day, Positive, YesNo


@dataclass(frozen=True, slots=True)
class Patient:
    """None means not known; an empty tuple means asked, none."""

    birth_date: Day
    sex: Code
    weight_kg: Positive | None = None
    height_cm: Positive | None = None
    pregnant: YesNo | None = None
    breastfeeding: YesNo | None = None
    allergies: Codes | None = None
    conditions: Codes | None = None
    medications: Codes | None = None
