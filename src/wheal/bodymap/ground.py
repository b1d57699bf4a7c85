"""Outlines and points: what an outline encloses, which points lie in it, how near they are to each other.

Coordinates are whole tenths of a millimetre on the chart, x to the viewer's right, y down, so that a point
means the same place on every machine and distances are judged exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import shapely

from wheal.bodymap.scale import CHART, PER_CM, Point, Scale

Outline = Sequence[Point]
Reason = Literal[
    "too_few_corners",
    "self_crossing",
    "too_small",
    "too_far",
    "grid_too_fine",
    "bad_spacing",
    "beside_the_body",
]

FARTHEST: Final = 32_767  # 3.2 m: no chart is larger, and a coordinate fits into two bytes
_CENT: Final = Decimal("0.01")


class OutlineRefused(ValueError):
    """An outline or a spacing that no grid can be laid on. `reason` is a code, the words are in English."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason


def area_cm2(outline: Outline, scale: Scale = CHART, body: Any = None) -> Decimal:
    """What the outline encloses on the patient, rounded down to 0.01 cm²: a dose per cm² is never told too small.

    `body`: the ground that is skin; what the outline encloses beside it is not counted. Raises OutlineRefused.
    """
    polygon = polygon_of(outline)
    if body is not None and not body.covers(polygon):
        clipped = on_the_body(polygon, body)
        return (Decimal(clipped.area) / PER_CM**2 * _ratio(scale)).quantize(_CENT, ROUND_DOWN)
    sides = pairwise([*outline, outline[0]])
    twice = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in sides)
    exact = Fraction(abs(twice), 2 * PER_CM**2) * scale.squared
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_CENT, ROUND_DOWN)


def _ratio(scale: Scale) -> Decimal:
    return Decimal(scale.squared.numerator) / Decimal(scale.squared.denominator)


def on_the_body(polygon: Any, body: Any) -> Any:
    """The part of an outline that is skin. Raises OutlineRefused where nothing of it is."""
    clipped = polygon if body is None else polygon.intersection(body)
    if clipped.area < PER_CM**2 / 100:
        raise OutlineRefused("beside_the_body", "the outline lies beside the body")
    return clipped


def nearest_spacing_cm(points: Sequence[Point], scale: Scale = CHART) -> Decimal | None:
    """The least distance between two points, rounded down to 0.01 cm; None for fewer than two points."""
    if len(points) < 2:
        return None
    if len(set(points)) < len(points):
        return Decimal("0.00")
    squared = _nearest_squared(np.asarray(points, dtype=np.int64))
    return scale.on_the_patient_cm(squared).quantize(_CENT, ROUND_DOWN)


def contains(outline: Outline, point: Point) -> bool:
    """Is the point inside the outline? Its edge counts as inside."""
    return bool(shapely.intersects_xy(polygon_of(outline), *point))


def points_outside(outline: Outline, points: Sequence[Point]) -> list[Point]:
    """Those of the points that lie outside the outline, in their order."""
    return those(points, inside(polygon_of(outline), points), wanted=False)


def points_beside(body: Any, points: Sequence[Point]) -> list[Point]:
    """Those of the points that lie on no skin, in their order; none where the chart is not drawn."""
    return [] if body is None else those(points, inside(body, points), wanted=False)


def polygon_of(outline: Outline) -> Any:
    if len(set(outline)) < 3:
        raise OutlineRefused("too_few_corners", "an outline needs at least three corners")
    if any(abs(edge) > FARTHEST for corner in outline for edge in corner):
        raise OutlineRefused("too_far", "the outline lies outside every chart")
    polygon = shapely.Polygon(outline)
    if not polygon.is_valid:
        raise OutlineRefused("self_crossing", "the outline crosses or touches itself")
    if polygon.area < PER_CM**2 / 100:
        raise OutlineRefused("too_small", "the outline is smaller than a square millimetre")
    return polygon


def inside(polygon: Any, points: Sequence[Point]) -> Any:
    if not points:
        return []
    shapely.prepare(polygon)
    x, y = np.asarray(points, dtype=float).T
    return shapely.intersects_xy(polygon, x, y)


def those(points: Sequence[Point], are_in: Iterable[bool], *, wanted: bool) -> list[Point]:
    return [point for point, is_in in zip(points, are_in, strict=True) if bool(is_in) is wanted]


def _nearest_squared(points: Any) -> int:
    """Along the wider side: each against the next, then the one after, until none further on can be nearer."""
    along = int(np.ptp(points[:, 1]) > np.ptp(points[:, 0]))
    held = points[np.lexsort((points[:, 1 - along], points[:, along]))]
    nearest = None
    for step in range(1, len(held)):
        apart = held[step:] - held[:-step]
        if nearest is not None and apart[:, along].min() ** 2 >= nearest:
            break
        found = int((apart**2).sum(axis=1).min())
        nearest = found if nearest is None else min(nearest, found)
    return int(nearest or 0)
