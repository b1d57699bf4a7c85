"""Photographs of a course: which views are taken, who may be shown them, and how one is laid in its frame.

Photographs have a consent of their own, for each purpose apart: to be treated is not to agree to be shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wheal.knowledge import Knowledge

PURPOSES: Final = ("record", "teaching", "publication")
"""For the patient's own record; shown to others who learn; published. None includes another."""

MOST_TURN, MOST_ZOOM, MOST_MOVE = Decimal(180), Decimal(4), Decimal(100)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One signature for one purpose; `withdrawn` where it was taken back."""

    purpose: str
    withdrawn: bool = False


def stands(purpose: str, agreements: Iterable[Agreement]) -> bool:
    """Was it agreed to and not taken back; an agreement signed anew stands again.

    The purposes beyond the record rest on it: what may not be shown to those who treat is shown to nobody.
    """
    given = {each.purpose for each in agreements if not each.withdrawn}
    return {"record", purpose} <= given


def poses_for(areas: Iterable[str], known: Knowledge) -> list[str]:
    """The views of these areas in the order in which they are taken; of an area that has none, the general ones."""
    wanted = set(areas)
    ordered = sorted(known.poses.items(), key=lambda item: (item[1].order, item[0]))
    found = [name for name, pose in ordered if wanted & set(pose.areas)]
    return found or [name for name, pose in ordered if not pose.areas]


def missing(areas: Iterable[str], taken: Iterable[str], known: Knowledge) -> list[str]:
    done = set(taken)
    return [name for name in poses_for(areas, known) if name not in done]


@dataclass(frozen=True, slots=True)
class Framing:
    """How the original is laid in its frame: turned clockwise by `turn` degrees, enlarged by `zoom` from 1 on, then
    moved right and down by `x` and `y` percent of the frame. The frame has the shape of the original, lying on its
    side where the nearest quarter turn lays it there."""

    turn: Decimal = Decimal(0)
    zoom: Decimal = Decimal(1)
    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Raises ValueError for what no frame can be."""
        if not (
            abs(self.turn) <= MOST_TURN
            and 1 <= self.zoom <= MOST_ZOOM
            and max(abs(self.x), abs(self.y)) <= MOST_MOVE
        ):
            raise ValueError("turn is from -180 to 180, zoom from 1 to 4, x and y from -100 to 100")

    @property
    def as_taken(self) -> bool:
        return self == Framing()

    def as_json(self) -> dict[str, str]:
        return {name: f"{getattr(self, name).normalize():f}" for name in ("turn", "zoom", "x", "y")}

    @classmethod
    def of_json(cls, kept: Mapping[str, str]) -> Framing:
        return cls(**{name: Decimal(value) for name, value in kept.items()})

    def frame(self, width: int, height: int) -> tuple[int, int]:
        """The size of the frame of an original of this size."""
        return (height, width) if 45 < abs(self.turn) < 135 else (width, height)

    def affine(self, width: int, height: int) -> tuple[float, float, float, float, float, float]:
        """From a place (u, v) in the frame to the place in the original: x = a·u + b·v + c, y = d·u + e·v + f."""
        across, down = self.frame(width, height)
        angle, zoom = math.radians(float(self.turn)), float(self.zoom)
        cos, sin = math.cos(angle) / zoom, math.sin(angle) / zoom
        middle_u, middle_v = across * (0.5 + float(self.x) / 100), down * (0.5 + float(self.y) / 100)
        return (
            cos, sin, width / 2 - cos * middle_u - sin * middle_v,
            -sin, cos, height / 2 + sin * middle_u - cos * middle_v,
        )  # fmt: skip
