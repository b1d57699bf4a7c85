"""What a file of poses/ may say: how somebody stands for a photograph, so that the next one can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Whole, YesNo

Figure = Literal[
    "head_front", "head_oblique", "head_side", "head_raised", "head_top", "head_back", "chest", "trunk_front",
    "trunk_oblique", "trunk_side", "trunk_back", "arms_front", "arms_back", "hips_back", "legs_front", "legs_side",
    "legs_back", "hands", "close_up",
]  # fmt: skip
FIGURES: Final[tuple[str, ...]] = get_args(Figure)
"""The line drawings that are held, to stand by for the first picture. Side and oblique ones face the viewer’s left."""


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Pose:
    """One file of poses/. Wording: `pose.<id>`, and `pose_how.<id>`, one sentence to say aloud.

    A convention that makes pictures comparable, not a clinical statement: no source prescribes these views.
    """

    figure: Figure
    areas: tuple[str, ...]  # empty: every area
    order: Whole
    mirrored: YesNo = False  # the drawing faces the viewer’s right
