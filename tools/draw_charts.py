"""Draws the body charts: the points of charts/*.toml become smooth lines in static/wheal/charts/.

Millimetres, x from the midline to the viewer's right, y down. Each line of `strokes` is a class and its points;
"*" behind a point makes a corner there. `mirror` draws every stroke a second time on the other side. A drawing with
`[[shapes]]` is drawn once for each: its strokes are widened at every height as `wider` says, those of a moved group
also moved aside.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

SOURCES = Path(__file__).parent / "charts"
DRAWN = Path(__file__).parents[1] / "src" / "wheal" / "clinic" / "static" / "wheal" / "charts"
SHOULDER = 178  # where an arm begins
TENSION = 0.5  # of a centripetal spline: it neither loops nor overshoots

Place = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    kind: str
    group: str
    places: tuple[Place, ...]
    corners: frozenset[int]


def read(line: str) -> Stroke:
    """`skin+line: 0 0, 12 4*, …`, or with a group: `line@arm: …`."""
    head, _colon, rest = line.partition(":")
    kind, _at, group = head.strip().partition("@")
    words = [word.strip() for word in rest.split(",") if word.strip()]
    corners = frozenset(number for number, word in enumerate(words) if word.endswith("*"))
    places = tuple((float(x), float(y)) for x, y in (word.rstrip("*").split() for word in words))
    return Stroke(kind, group, places, corners)


def whole(stroke: Stroke) -> Stroke:
    """A half that is filled, with its mirror image: one closed shape without a seam."""
    back = [(-x, y) for x, y in reversed(stroke.places)]
    begin, end = (0 if abs(stroke.places[place][0]) > 0.5 else 1 for place in (-1, 0))
    places = (*stroke.places, *back[begin : len(back) - end])
    last = 2 * len(stroke.places) - 1 - begin
    mirrored = {last - corner for corner in stroke.corners}
    return Stroke(
        stroke.kind, stroke.group, places, stroke.corners | {c for c in mirrored if 0 <= c < len(places)}
    )


def path(stroke: Stroke, *, mirrored: bool, finest: float) -> str:
    """One path through all places. A half that ends on the midline runs on into its mirror image smoothly."""
    closed = stroke.kind.endswith("!")
    pen = Pen(finest)
    for part in _parts(stroke, closed=closed):
        for piece in _pieces(part, mirrored=mirrored, closed=closed and not stroke.corners):
            pen.curve(piece)
    return pen.said + ("Z" if closed else "")


class Pen:
    """Writes curves by their steps, each from where the last one ended after rounding."""

    def __init__(self, finest: float) -> None:
        self.finest, self.at, self.said = finest, (0.0, 0.0), ""

    def curve(self, piece: tuple[Place, ...]) -> None:
        rounded = [tuple(round(edge / self.finest) * self.finest for edge in place) for place in piece]
        if not self.said:
            self.at = rounded[0]  # type: ignore[assignment]
            self.said = f"M{self.at[0]:g} {self.at[1]:g}"
        steps = [f"{round(x - self.at[0], 1):g} {round(y - self.at[1], 1):g}" for x, y in rounded[1:]]
        self.said += "c" + " ".join(steps).replace(" -", "-")
        self.at = rounded[-1]  # type: ignore[assignment]


def _parts(stroke: Stroke, *, closed: bool) -> Iterator[list[Place]]:
    """From corner to corner."""
    places = [*stroke.places, stroke.places[0]] if closed else list(stroke.places)
    cuts = sorted({0, *stroke.corners, len(places) - 1})
    for begin, end in pairwise(cuts):
        yield places[begin : end + 1]


def _pieces(
    places: list[Place], *, mirrored: bool, closed: bool
) -> Iterator[tuple[Place, Place, Place, Place]]:
    before, after = _beyond(places[:2], mirrored), _beyond(places[:-3:-1], mirrored)
    if closed:
        before, after = places[-2], places[1]
    whole = [before, *places, after]
    for one, two, three, four in zip(whole, whole[1:], whole[2:], whole[3:], strict=False):
        yield _handles(one, two, three, four)


def _beyond(ends: list[Place], mirrored: bool) -> Place:
    """The place before the first one: its neighbour's mirror image on the midline, else straight on."""
    (x, y), (next_x, next_y) = ends
    return (-next_x, next_y) if mirrored and abs(x) < 0.5 else (2 * x - next_x, 2 * y - next_y)


def _handles(one: Place, two: Place, three: Place, four: Place) -> tuple[Place, Place, Place, Place]:
    a, b, c = (max(_far(p, q) ** TENSION, 0.01) for p, q in ((one, two), (two, three), (three, four)))
    first = tuple(
        two[k] + (b * (two[k] - one[k]) / a - b * (three[k] - one[k]) / (a + b) + (three[k] - two[k])) / 3
        for k in (0, 1)
    )
    second = tuple(
        three[k] - (b * (four[k] - three[k]) / c - b * (four[k] - two[k]) / (b + c) + (three[k] - two[k])) / 3
        for k in (0, 1)
    )
    return two, first, second, three  # type: ignore[return-value]


def _far(one: Place, other: Place) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def reshaped(stroke: Stroke, shape: dict[str, object]) -> Stroke:
    wider: list[list[float]] = shape["wider"]  # type: ignore[assignment]
    taller = float(shape.get("taller", 1))  # type: ignore[arg-type]
    aside = float(shape.get("aside", {}).get(stroke.group, 0))  # type: ignore[attr-defined]
    places = tuple(
        (_aside(x, aside) if aside else x * _factor(wider, y), y * taller) for x, y in stroke.places
    )
    return Stroke(stroke.kind, stroke.group, places, stroke.corners)


def _aside(x: float, far: float) -> float:
    """An arm moves out whole, what leads to it from the neck less and less."""
    return x + (far if x > 0 else -far) * min(1, abs(x) / SHOULDER)


def _factor(wider: list[list[float]], y: float) -> float:
    for (top, first), (bottom, second) in pairwise(wider):
        if top <= y <= bottom:
            return first + (second - first) * (y - top) / (bottom - top)
    return wider[-1][1] if y > wider[-1][0] else wider[0][1]


def svg(name: str, table: dict[str, object], shape: dict[str, object] | None) -> str:
    contour = table.get("contour")
    lines = (
        tomllib.loads((SOURCES / "contours" / f"{contour}.toml").read_text())["strokes"] if contour else ""
    )
    strokes = list(_strokes(f"{lines}\n{table['strokes']}"))
    if shape:
        strokes = [
            reshaped(stroke, shape) for stroke in strokes if stroke.group not in shape.get("without", [])
        ]
        strokes += _strokes(str(shape.get("strokes", "")))
    mirrored, finest = bool(table.get("mirror")), 1 if shape else 0.5
    drawn = "\n".join(_drawn(stroke, mirrored=mirrored, finest=finest) for stroke in strokes)
    said = f"<!-- {table['says']} Drawn for Wheal: tools/charts/{name}.toml -->"
    return f'{said}\n<g transform="scale(10)">\n{drawn}\n</g>\n'


def _strokes(lines: str) -> Iterator[Stroke]:
    return (read(line) for line in lines.splitlines() if ":" in line and not line.startswith("#"))


def _drawn(stroke: Stroke, *, mirrored: bool, finest: float) -> str:
    said = path(stroke, mirrored=mirrored, finest=finest)
    kinds = " ".join(stroke.kind.rstrip("!").split("+"))
    if not mirrored or "once" in kinds:
        return f'<path class="{kinds.removesuffix(" once")}" d="{said}"/>'
    if _on_the_midline(stroke) and stroke.kind.endswith("!"):
        return f'<path class="{kinds}" d="{path(whole(stroke), mirrored=False, finest=finest)}"/>'
    turned = replace(stroke, places=tuple((-x, y) for x, y in stroke.places))
    return f'<path class="{kinds}" d="{said}{path(turned, mirrored=True, finest=finest)}"/>'


def _on_the_midline(stroke: Stroke) -> bool:
    return abs(stroke.places[0][0]) < 0.5 or abs(stroke.places[-1][0]) < 0.5


def drawings() -> Iterable[tuple[str, str]]:
    """Every file name with its content."""
    for source in sorted(SOURCES.glob("*.toml")):
        table = tomllib.loads(source.read_text())
        shapes = table.get("shapes") or [None]
        for number, shape in enumerate(shapes, 1):
            yield (
                f"{source.stem}-{number}.svg" if len(shapes) > 1 else f"{source.stem}.svg",
                svg(source.stem, table, shape),
            )
        if across := table.get("across"):
            turned = {**table, "says": table["says_across"]}
            for number, shape in enumerate(shapes, 1):
                whole = svg(source.stem, turned, shape).replace('scale(10)"', 'scale(-10 10)"')
                yield f"{across}-{number}.svg" if len(shapes) > 1 else f"{across}.svg", whole


def main() -> int:
    for name, content in drawings():
        (DRAWN / name).write_text(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
