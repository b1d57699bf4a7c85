"""Line drawings of the body, and where on them each area lies. In tenths of a millimetre, as points are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from wheal import knowledge

FOLDER = Path(__file__).parent / "static" / "wheal" / "charts"
PER_CM = 100


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


@cache
def of_area(area: str) -> Drawing:
    """The drawing that the area's file names; an area that nobody has placed yet lies on bare ground."""
    record = knowledge.current().areas.get(area)
    outline = [(float(x) * PER_CM, float(y) * PER_CM) for x, y in record.outline] if record else []
    name, x, y = _places().get(area, ("", 0, 0))
    svg = (FOLDER / f"{name}.svg").read_text() if name else ""
    return Drawing(name, mark_safe(svg), -x, -y, _view(outline))  # noqa: S308 (our own file)


@cache
def _places() -> dict[str, tuple[str, int, int]]:
    return {area: tuple(place) for area, place in json.loads((FOLDER / "places.json").read_text()).items()}


def _view(outline: list[tuple[float, float]]) -> tuple[int, int, int, int]:
    """A square around the outline with a third of its size to spare, so that the place is recognised."""
    if not outline:
        return 0, 0, 1000, 1000
    xs, ys = zip(*outline, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    side = max(width, height) * 1.5
    return (
        round(min(xs) + width / 2 - side / 2),
        round(min(ys) + height / 2 - side / 2),
        round(side),
        round(side),
    )
