"""Line drawings of the body, where on them each area lies, and how the points of each pass look.

In tenths of a millimetre, as points are. The drawings come from tools/draw_charts.py; where an area lies on them
its file of the knowledge says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from wheal.bodymap import Place, Point

FOLDER = Path(__file__).parent / "static" / "wheal" / "charts"
SHAPES = (1, 2)  # of the body: wider hips, wider shoulders
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Drawing:
    """`svg` is drawn around the area: moved by `dx`, `dy` it lies right under the area's own coordinates."""

    name: str
    svg: SafeString
    dx: int
    dy: int
    view: tuple[int, int, int, int]  # x, y, width, height that show the whole area

    @property
    def dot(self) -> int:
        """The radius of a point on a small map."""
        return max(self.view[2] // 90, 1)

    @property
    def view_box(self) -> str:
        return " ".join(str(edge) for edge in self.view)


@dataclass(frozen=True, slots=True)
class Mark:
    """Colour, shape and line change from pass to pass, so that passes are told apart without colour too."""

    number: int  # 1 to 5
    shape: str
    colour: str  # on paper; on the screen the tokens say
    dash: str  # of the outline: lengths of line and gap, "none" for an unbroken line

    def dash_at(self, width: float) -> str:
        """For a line of this width; on the screen lines are two pixels wide."""
        if self.dash == "none":
            return self.dash
        return " ".join(f"{int(length) / 2 * width:.1f}" for length in self.dash.split())


MARKS = tuple(
    Mark(number, shape, colour, dash)
    for number, (shape, colour, dash) in enumerate(
        (
            ("circle", "#0b5a60", "none"),
            ("square", "#5b2a86", "12 5"),
            ("triangle", "#1d5fa8", "3 4"),
            ("diamond", "#1b272a", "14 4 3 4"),
            ("cross", "#a3307a", "7 3 2 3 2 3"),
        ),
        1,
    )
)
_CORNERS = {
    "square": "M{0} {1}m-{r} -{r}h{d}v{d}h-{d}z",
    "triangle": "M{0} {1}m0 -{r}l{r} {d}h-{d}z",
    "diamond": "M{0} {1}m0 -{r}l{r} {r}l-{r} {r}l-{r} -{r}z",
    "cross": "M{0} {1}m-{r} -{r}l{d} {d}m-{d} 0l{d} -{d}",
    "circle": "M{0} {1}m-{r} 0a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0",
}


def mark_of(number: int) -> Mark:
    """Of the pass with this number, from 1."""
    return MARKS[(number - 1) % len(MARKS)]


def marks(shape: str, points: object, size: int) -> str:
    """All points of a pass as one path: hundreds of them weigh as much as one."""
    places: Iterable[Point] = points  # type: ignore[assignment]
    return "".join(_CORNERS[shape].format(int(x), int(y), r=size, d=2 * size) for x, y in places)


def shape_of(sex: str) -> int:
    """The body shape that is offered first; any can be chosen for anybody."""
    return 2 if sex == "male" else 1


@lru_cache(maxsize=_KEPT)
def drawing(place: Place, shape: int) -> Drawing:
    """Of a chart that is not drawn yet there is bare ground."""
    shaped = FOLDER / f"{place.chart}-{shape}.svg"
    path = shaped if shaped.exists() else FOLDER / f"{place.chart}.svg"
    x, y = place.at[min(shape, len(place.at)) - 1]
    svg = path.read_text() if path.exists() else ""
    return Drawing(path.stem if svg else "", mark_safe(svg), -x, -y, _view(place.outline))  # noqa: S308 (our own file)


def _view(outline: Sequence[Point]) -> tuple[int, int, int, int]:
    """A square around the outline with a third of its size to spare, so that the place is recognised."""
    xs, ys = zip(*outline, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    side = max(width, height) * 1.5
    return (
        round(min(xs) + width / 2 - side / 2),
        round(min(ys) + height / 2 - side / 2),
        round(side),
        round(side),
    )
