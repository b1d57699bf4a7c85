"""Photographs on the axis of time of a curve: one view, each under its day; where days lie close, the first stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from wheal.clinic.followup.curves import LEFT, RIGHT, WIDTH
from wheal.clinic.photographs.models import Photograph
from wheal.knowledge import Knowledge
from wheal.photography import poses_for

SIDE: Final = 62
APART: Final = SIDE + 4


@dataclass(frozen=True, slots=True)
class Laid:
    """`x`: of its day; `left`: of the picture, which stays within the drawing."""

    photograph: Photograph
    x: float
    left: float

    @property
    def middle(self) -> float:
        return self.left + SIDE / 2


@dataclass(frozen=True, slots=True)
class Strip:
    pose: str
    laid: tuple[Laid, ...]
    left_out: int  # too close to another to be seen

    width: int = WIDTH
    side: int = SIDE


def strip(held: Iterable[Photograph], area: str, first: date, last: date, known: Knowledge) -> Strip | None:
    """Of the view of this area that was taken most often in this time; None where there is none."""
    views = poses_for([area], known)
    of_view = {pose: [] for pose in views}
    for each in held:
        if each.pose in of_view and first <= each.taken_on <= last:
            of_view[each.pose].append(each)
    pose = max(views, key=lambda view: len(of_view[view]), default="")
    if not pose or not of_view[pose]:
        return None
    taken = sorted(of_view[pose], key=lambda each: (each.taken_on, each.pk))
    laid = _laid(taken, first, max((last - first).days, 28))
    return Strip(pose, tuple(laid), len(taken) - len(laid))


def _laid(taken: Sequence[Photograph], first: date, span: int) -> list[Laid]:
    """From the left; the last one always, for it is what the first is compared with."""
    laid: list[Laid] = []
    for each in taken:
        x = LEFT + (each.taken_on - first).days / span * (WIDTH - LEFT - RIGHT)
        left = min(max(x - SIDE / 2, 0.0), WIDTH - SIDE)
        if laid and left - laid[-1].left < APART:
            if each is not taken[-1] or len(laid) == 1:
                continue
            laid.pop()
        laid.append(Laid(each, x, left))
    return laid
