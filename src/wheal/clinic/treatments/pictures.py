"""A pass drawn on the body for paper: the chart, the outline, and the points in the colour and shape of the pass."""

from __future__ import annotations

from collections.abc import Sequence

from wheal import bodymap
from wheal.clinic import charts
from wheal.clinic.treatments.models import Pass

Point = tuple[int, int]

STYLE = (
    ".skin{fill:#faf3e8;stroke:none}.line{fill:none;stroke:#75695c;stroke-width:1.1}"
    ".soft,.hair{fill:none;stroke:#b3a796;stroke-width:.8}"
)
COLOURS = ("#0b5a60", "#9c1c1f", "#5d4e00", "#4a3a8c", "#1b272a")
SHAPES = ("circle", "square", "triangle", "diamond", "cross")
"""Both change from pass to pass, so that passes are told apart without colour too."""


def svg_of(row: Pass, number: int) -> str:
    """Numbers are those of the passes of a session, from 0."""
    drawing = charts.of_area(row.area)
    x, y, width, height = drawing.view
    outline = " ".join(f"{int(east)},{int(south)}" for east, south in row.outline)
    colour = COLOURS[number % len(COLOURS)]
    size = max(width // 110, 1)
    points = bodymap.unpack_points(row.points)
    marks = "".join(_mark(SHAPES[number % len(SHAPES)], int(px), int(py), size) for px, py, *_rest in points)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}"><style>{STYLE}</style>'
        f'<g transform="translate({drawing.dx} {drawing.dy})">{drawing.svg}</g>'
        f'<polygon points="{outline}" fill="{colour}" fill-opacity=".08" stroke="{colour}" stroke-width="{size / 2}"/>'
        f'<g fill="#ffffff" stroke="{colour}" stroke-width="{size * 0.6:.1f}">{marks}</g></svg>'
    )


def _mark(shape: str, x: int, y: int, size: int) -> str:
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="{size}"/>'
    return f'<path d="{_corners(shape, x, y, size)}"/>'


def _corners(shape: str, x: int, y: int, size: int) -> str:
    if shape == "cross":
        return f"M{x - size} {y - size}L{x + size} {y + size}M{x - size} {y + size}L{x + size} {y - size}"
    corners: dict[str, Sequence[Point]] = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1), (1, 1), (-1, 1)),
        "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    }
    return "M" + "L".join(f"{x + east * size} {y + south * size}" for east, south in corners[shape]) + "Z"
