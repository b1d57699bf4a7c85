"""Grids over an outline: square, hexagonal, or in lines along it as the hand goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import atan2, isqrt
from typing import Any, Final, Literal

import numpy as np
import shapely
import shapely.affinity

from wheal.bodymap.ground import Outline, OutlineRefused, on_the_body, polygon_of
from wheal.bodymap.scale import CHART, Point, Scale

Pattern = Literal["square", "hexagonal", "line"]

MOST_POINTS: Final = 5000
PHASES: Final = 8  # the lattice is tried at 8 by 8 places
ENOUGH: Final = 29 / 30  # of the most points that fit: for so many a grid may lie more evenly
_TURNED: Final = 2  # a turned lattice is rounded to whole coordinates: so much may be lost between two points


def lay_grid(
    outline: Outline,
    spacing_cm: Decimal,
    pattern: Pattern = "square",
    margin: Decimal | None = None,
    scale: Scale = CHART,
    body: Any = None,
) -> list[Point]:
    """Points `spacing_cm` apart inside the outline, at least `margin` cm (half a spacing) from its edge.

    `body`: the ground that is skin; none is laid beside it.

    Of the places where the lattice may lie, those with most points are taken, of those the best centred.
    No two points are nearer on the patient than the spacing: the step is rounded up, and rows of a hexagonal
    grid with it. The same outline always gives the same grid, wherever it lies on the chart. Reading order:
    row by row; in lines to and fro along the outline's length, as nappage goes. Raises OutlineRefused.
    """
    step = _step(spacing_cm, scale)
    polygon = on_the_body(polygon_of(outline), body)
    if polygon.area / step**2 > MOST_POINTS:
        raise OutlineRefused("grid_too_fine", f"more than {MOST_POINTS} points: choose a larger spacing")
    inset = step / 2 if margin is None else scale.on_the_chart(margin)
    left, top = (int(edge) for edge in polygon.bounds[:2])
    ground = shapely.affinity.translate(polygon, -left, -top).buffer(-inset)
    if ground.is_empty:
        raise OutlineRefused("too_small", "the outline leaves no room for a point at this spacing")
    x, y = _in_lines(ground, step) if pattern == "line" else _best(ground, step, pattern)
    return [(int(one) + left, int(other) + top) for one, other in zip(x, y, strict=True)]


def _step(spacing_cm: Decimal, scale: Scale) -> int:
    if not spacing_cm.is_finite() or spacing_cm <= 0:
        raise OutlineRefused("bad_spacing", "the spacing must be above zero")
    return scale.on_the_chart(spacing_cm)


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


def _in_lines(ground: Any, step: int) -> tuple[Any, Any]:
    """A square lattice turned along the outline, its rows walked to and fro."""
    turn = _along(ground)
    level = shapely.affinity.rotate(ground, -turn, origin=(0, 0), use_radians=True)
    x, y = _best(level, step + _TURNED, "square")
    rows = np.unique(y)
    walked = np.lexsort((np.where(np.searchsorted(rows, y) % 2, -x, x), y))
    x, y = x[walked], y[walked]
    cos, sin = np.cos(turn), np.sin(turn)
    return np.rint(x * cos - y * sin), np.rint(x * sin + y * cos)


def _along(ground: Any) -> float:
    """The direction of the outline's length, between straight down and straight up."""
    corners = list(shapely.minimum_rotated_rectangle(ground).exterior.coords)[:3]
    sides = [(corners[i + 1][0] - corners[i][0], corners[i + 1][1] - corners[i][1]) for i in (0, 1)]
    across, down = max(sides, key=lambda side: (round(side[0] ** 2 + side[1] ** 2, 3), abs(side[0])))
    return atan2(down, across) if across >= 0 else atan2(-down, -across)


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
    rows = np.arange(int(bounds[1] // height) - 2, (bottom - shift[1]) // height + 1)
    columns = np.arange(int(bounds[0] // step) - 2, (right - shift[0]) // step + 1)
    offset = np.zeros_like(rows) if pattern == "square" else (rows % 2) * (step // 2)
    x = shift[0] + columns[None, :] * step + offset[:, None]
    y = np.broadcast_to((shift[1] + rows * height)[:, None], x.shape)
    return x.ravel(), y.ravel()
