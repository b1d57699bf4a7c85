"""What a set of points delivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from wheal.mixing import Mix
from wheal.quantities import Quantity
from wheal.reading import AnObject, Code, Count, Day, Dose, Positive


@dataclass(frozen=True, slots=True)
class Points:
    """`volume_ml` is that of each point; `spacing_cm` the least distance between two of them."""

    count: Count
    volume_ml: Positive
    spacing_cm: Positive | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """One mix, one area, one technique. Passes with the same `mix_id` (or the same Mix object) share one syringe."""

    area: str
    technique: str
    mix: Mix
    points: Points
    area_cm2: Decimal | None = None
    depth_mm: Decimal | None = None
    mix_id: str = ""


@dataclass(frozen=True, slots=True)
class PreviousSession:
    date: Day
    area: Code
    substances: Annotated[Mapping[Code, Dose], AnObject]
