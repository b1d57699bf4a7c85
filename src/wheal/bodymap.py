"""The ground that points lie on: outlines, their area, grids over them, spacing, danger zones.

Coordinates are whole tenths of a millimetre on the chart of the area, x to the viewer's right, y down, so
that a point means the same place on every machine and distances are judged exactly.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from itertools import pairwise
from math import isqrt
from typing import Any, Final, Literal

import numpy as np
import shapely
import shapely.affinity

from wheal.knowledge.records import Area

Point = tuple[int, int]
Outline = Sequence[Point]
Pattern = Literal["square", "hexagonal"]
Reason = Literal["too_few_corners", "self_crossing", "too_small", "too_far", "grid_too_fine", "bad_spacing"]

PER_CM: Final = 100
MOST_POINTS: Final = 5000
PHASES: Final = 8  # the lattice is tried at 8 by 8 places
ENOUGH: Final = 29 / 30  # of the most points that fit: for so many a grid may lie more evenly
FARTHEST: Final = 32_767  # 3.2 m: no chart is larger, and a coordinate fits into two bytes
_VERSION: Final = 1
_CENT: Final = Decimal("0.01")


class OutlineRefused(ValueError):
    """An outline or a spacing that no grid can be laid on. `reason` is a code, the words are in English."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason


class PackedPointsRefused(ValueError):
    """Bytes that this version did not write."""


def lay_grid(
    outline: Outline, spacing_cm: Decimal, pattern: Pattern = "square", margin: Decimal | None = None
) -> list[Point]:
    """Points `spacing_cm` apart inside the outline, at least `margin` cm (half a spacing) from its edge.

    Of the places where the lattice may lie, those with most points are taken, of those the best centred.
    No two points are nearer than the spacing: the step is rounded up, and rows of a hexagonal grid with it.
    The same outline always gives the same grid, wherever it lies on the chart. Reading order: row by row.
    Raises OutlineRefused.
    """
    step = _step(spacing_cm)
    polygon = _polygon(outline)
    if polygon.area / step**2 > MOST_POINTS:
        raise OutlineRefused("grid_too_fine", f"more than {MOST_POINTS} points: choose a larger spacing")
    left, top = (int(edge) for edge in polygon.bounds[:2])
    inset = float(spacing_cm if margin is None else margin) * PER_CM / (2 if margin is None else 1)
    ground = shapely.affinity.translate(polygon, -left, -top).buffer(-inset)
    if ground.is_empty:
        raise OutlineRefused("too_small", "the outline leaves no room for a point at this spacing")
    x, y = _best(ground, step, pattern)
    return [(int(one) + left, int(other) + top) for one, other in zip(x, y, strict=True)]


def area_cm2(outline: Outline) -> Decimal:
    """What the outline encloses, rounded down to 0.01 cm²: a dose per cm² is never told too small."""
    _polygon(outline)
    sides = pairwise([*outline, outline[0]])
    twice = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in sides)
    return (Decimal(abs(twice)) / (2 * PER_CM**2)).quantize(_CENT, ROUND_DOWN)


def nearest_spacing_cm(points: Sequence[Point]) -> Decimal | None:
    """The least distance between two points, rounded down to 0.01 cm; None for fewer than two points."""
    if len(points) < 2:
        return None
    if len(set(points)) < len(points):
        return Decimal("0.00")
    placed = shapely.points(np.asarray(points, dtype=float))
    pairs = shapely.STRtree(placed).query_nearest(placed, exclusive=True).T
    squared = min(_squared(points[one], points[other]) for one, other in pairs)
    return (Decimal(squared).sqrt() / PER_CM).quantize(_CENT, ROUND_DOWN)


def contains(outline: Outline, point: Point) -> bool:
    """Is the point inside the outline? Its edge counts as inside."""
    return bool(shapely.intersects_xy(_polygon(outline), *point))


def points_outside(outline: Outline, points: Sequence[Point]) -> list[Point]:
    """Those of the points that lie outside the outline, in their order."""
    return _those(points, _inside(_polygon(outline), points), wanted=False)


def in_danger(area: Area, points: Sequence[Point], substance: str) -> dict[str, list[Point]]:
    """The points that lie in danger zones of the area which hold for the substance, by the zone's code."""
    found: dict[str, list[Point]] = {}
    for zone in area.danger_zones:
        if zone.substances and substance not in zone.substances:
            continue
        polygon = shapely.Polygon([(float(x) * PER_CM, float(y) * PER_CM) for x, y in zone.outline])
        if hit := _those(points, _inside(polygon, points), wanted=True):
            found.setdefault(zone.code, []).extend(hit)
    return found


def outline_of(area: Area) -> list[Point]:
    """The area's own outline, to start drawing from."""
    return [(round(x * PER_CM), round(y * PER_CM)) for x, y in area.outline]


def pack_points(points: Iterable[Point]) -> bytes:
    """Four bytes a point after one that tells the version. Depth and volume are columns of the pass."""
    flat = [edge for point in points for edge in point]
    if any(not -FARTHEST <= edge <= FARTHEST for edge in flat):
        raise OutlineRefused("too_far", "a point lies outside every chart")
    return struct.pack(f"<B{len(flat)}h", _VERSION, *flat)


def unpack_points(packed: bytes | memoryview) -> list[Point]:
    """The points of `pack_points` in their order; no bytes are no points. Raises PackedPointsRefused."""
    held = bytes(packed)
    if not held:
        return []
    if held[0] != _VERSION or len(held) % 4 != 1:
        raise PackedPointsRefused(f"these points are of version {held[0]} or cut short")
    return list(struct.iter_unpack("<hh", held[1:]))


def _step(spacing_cm: Decimal) -> int:
    if not spacing_cm.is_finite() or spacing_cm <= 0:
        raise OutlineRefused("bad_spacing", "the spacing must be above zero")
    return int((spacing_cm * PER_CM).to_integral_value(ROUND_CEILING))


def _polygon(outline: Outline) -> Any:
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


def _best(ground: Any, step: int, pattern: Pattern) -> tuple[Any, Any]:
    """The best centred lattice of those that hold most points, give or take one in thirty."""
    shapely.prepare(ground)
    middle = ground.centroid
    tried: list[tuple[int, float, Any, Any]] = []
    for shift in _phases(step, step if pattern == "square" else 2 * _row(step)):
        x, y = _lattice(ground.bounds, step, pattern, shift)
        inside = shapely.intersects_xy(ground, x, y)
        x, y = x[inside], y[inside]
        if len(x):
            off = round(float((x.mean() - middle.x) ** 2 + (y.mean() - middle.y) ** 2), 3)
            tried.append((len(x), off, x, y))
    if not tried:
        raise OutlineRefused("too_small", "the outline leaves no room for a point at this spacing")
    enough = max(count for count, *_ in tried) * ENOUGH
    best = min((one for one in tried if one[0] >= enough), key=lambda one: (one[1], -one[0]))
    return best[2], best[3]


def _phases(step: int, period: int) -> Iterable[Point]:
    return ((step * i // PHASES, period * j // PHASES) for j in range(PHASES) for i in range(PHASES))


def _row(step: int) -> int:
    """The height of a hexagonal row: the shorter half-step beside it must still be a whole step away."""
    squared = step**2 - (step // 2) ** 2
    return isqrt(squared - 1) + 1


def _lattice(bounds: Sequence[float], step: int, pattern: Pattern, shift: Point) -> tuple[Any, Any]:
    """All places of a lattice over the bounds, row by row, the rows counted from the shift."""
    right, bottom = int(bounds[2]) + 1, int(bounds[3]) + 1
    height = step if pattern == "square" else _row(step)
    rows = np.arange(-2, (bottom - shift[1]) // height + 1)
    columns = np.arange(-2, (right - shift[0]) // step + 1)
    offset = np.zeros_like(rows) if pattern == "square" else (rows % 2) * (step // 2)
    x = shift[0] + columns[None, :] * step + offset[:, None]
    y = np.broadcast_to((shift[1] + rows * height)[:, None], x.shape)
    return x.ravel(), y.ravel()


def _inside(polygon: Any, points: Sequence[Point]) -> Any:
    if not points:
        return []
    shapely.prepare(polygon)
    x, y = np.asarray(points, dtype=float).T
    return shapely.intersects_xy(polygon, x, y)


def _those(points: Sequence[Point], inside: Iterable[bool], *, wanted: bool) -> list[Point]:
    return [point for point, is_in in zip(points, inside, strict=True) if bool(is_in) is wanted]


def _squared(one: Point, other: Point) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
