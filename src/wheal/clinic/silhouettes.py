"""What of a drawing is body: its filled shapes as one piece of ground. What lies beside them is nobody's skin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import shapely
import shapely.affinity

from wheal.bodymap import Place
from wheal.clinic import charts

_LINE = 20  # tenths of a millimetre: a drawn edge is that wide, and its middle is as good as its outer side
_STEPS = (0.25, 0.5, 0.75, 1)  # of each curve: they are short
_FILLED = {"skin", "body"}
_PATHS = re.compile(r'<path class="([^"]*)" d="([^"]*)"')
_NUMBER = re.compile(r"-?\d*\.?\d+")


@lru_cache(maxsize=256)
def silhouette(place: Place, shape: int) -> Any:
    """In the coordinates of the place; None where its chart is not drawn yet."""
    drawn = charts.drawing(place, shape)
    ground = _body(drawn.svg) if drawn.svg else None
    return ground and shapely.affinity.translate(ground, drawn.dx, drawn.dy)


@lru_cache(maxsize=64)
def _body(svg: str) -> Any:
    turned = -10 if "scale(-10" in svg else 10
    rings = [
        shapely.Polygon([(turned * x, 10 * y) for x, y in ring]).buffer(0)
        for kinds, path in _PATHS.findall(svg)
        if _FILLED & {*kinds.split()}
        for ring in _rings(path)
    ]
    return shapely.union_all(rings).buffer(_LINE)


def _rings(path: str) -> Iterator[list[tuple[float, float]]]:
    """Each closed line of a path of curves, by places along it: a beginning, then steps of six numbers."""
    for line in path.split("M")[1:]:
        x, y, *steps = map(float, _NUMBER.findall(line))
        places = [(x, y)]
        for at in range(0, len(steps), 6):
            places += _along(places[-1], steps[at : at + 6])
        yield places


def _along(begin: tuple[float, float], step: list[float]) -> Iterator[tuple[float, float]]:
    (x, y), (a, b, c, d, e, f) = begin, step
    for t in _STEPS:
        first, second, third = 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        yield x + first * a + second * c + third * e, y + first * b + second * d + third * f
