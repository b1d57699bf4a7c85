"""Where an area lies: on which charts it is seen, of which side of the patient, and what is dangerous there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import shapely

from wheal.bodymap.ground import Outline, inside, those
from wheal.bodymap.scale import CHART, PER_CM, Point, Scale
from wheal.knowledge import Knowledge
from wheal.knowledge.charts import Chart, Corners, DangerZone, View

Side = Literal["", "left", "right"]
_OTHER: dict[str, Side] = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Place:
    """An area as one chart shows it. `side` is the patient's; "" where the area lies astride the midline.

    Coordinates count from the place's own origin, which lies `at` on the chart, once for each body shape.
    """

    area: str
    chart: str
    side: Side
    outline: tuple[Point, ...]
    at: tuple[Point, ...]
    ruler: tuple[Point, ...]  # two ends of what is measured on the patient; none: see `ruler_of`

    @property
    def midline(self) -> int:
        """The x of the chart's midline, counted from the origin."""
        return -self.at[0][0]


@dataclass(frozen=True, slots=True)
class Zone:
    """Ground where substances may do harm. No ground: its place differs, it must be felt for on the patient."""

    code: str
    substances: tuple[str, ...]  # none: for all
    sources: tuple[str, ...]
    ground: tuple[tuple[Point, ...], ...]
    severity: Literal["stop", "refer", "caution"] = "caution"  # of a point in it

    def holds_for(self, substance: str) -> bool:
        return not self.substances or substance in self.substances


def places(area: str, known: Knowledge) -> list[Place]:
    """Every chart the area is seen on, each side of it; what is offered first comes first."""
    found: list[Place] = []
    for view in known.areas[area].seen:
        place = _placed(area, view)
        found += [place, *_twin(place, known)]
    return found


def place(area: str, known: Knowledge, chart: str | None = None, side: str | None = None) -> Place:
    """The place on this chart and side, else on this chart, else the first."""
    held = places(area, known)
    on_chart = [one for one in held if one.chart == chart] or held
    return next((one for one in on_chart if one.side == side), on_chart[0])


def ruler_of(place: Place, known: Knowledge) -> tuple[Point, ...]:
    """What is measured on the patient for this place. A view that does not show that line is drawn to the same scale as
    those of the area that do, so the distance serves it too; only its length counts there."""
    held = (one.ruler for one in (place, *places(place.area, known)) if one.ruler)
    return next(held, ())


def mirrored(points: Sequence[Point], place: Place) -> list[Point]:
    """The points on the other side of the patient, in the coordinates of the place there."""
    about = 0 if place.side else 2 * place.midline
    return [(about - x, y) for x, y in points]


def across(place: Place, known: Knowledge) -> Place:
    """The same area on the patient's other side; an area astride the midline is its own other side."""
    return next(_twin(place, known), place)


def side_of(outline: Outline, place: Place, known: Knowledge) -> Side:
    """Whose side the outline lies on; "" where it crosses the midline, or the chart does not say."""
    chart = known.charts.get(place.chart)
    if place.side or chart is None or not outline:
        return place.side
    lies = {x > place.midline for x, _y in outline}
    edge = chart.edges[1] if lies == {True} else chart.edges[0]
    return edge if len(lies) == 1 and edge in _OTHER else ""  # type: ignore[return-value]


def zones(place: Place, known: Knowledge, scale: Scale = CHART) -> list[Zone]:
    """Those of the chart and of the area, in the place's coordinates, their margins as wide as on the patient."""
    x, y = place.at[0]
    area = known.areas[place.area]
    own = area.danger_zones if (place.chart, place.side) == (area.chart, area.side) else ()
    of_chart = [_zone(one, corners, (-x, -y), scale) for one, corners in _drawn_on(place.chart, known)]
    return [*of_chart, *(_zone(one, _corners(one.outline), (0, 0), scale) for one in own)]


def in_danger(held: Sequence[Zone], points: Sequence[Point], substance: str) -> dict[str, list[Point]]:
    """The points that lie in zones which hold for the substance, by the zone's code."""
    found: dict[str, list[Point]] = {}
    for zone in held:
        for corners in zone.ground if zone.holds_for(substance) else ():
            hit = those(points, inside(shapely.Polygon(corners), points), wanted=True)
            if hit:
                found.setdefault(zone.code, []).extend(hit)
    return found


def middle_in_view(ground: Sequence[Point], view: tuple[int, int, int, int]) -> Point | None:
    """A place within the part of a zone that is seen, for its name; None where nothing of it is."""
    x, y, width, height = view
    seen = shapely.Polygon(ground).intersection(shapely.box(x, y, x + width, y + height))
    if seen.is_empty:
        return None
    middle = seen.representative_point()
    return round(middle.x), round(middle.y)


def _placed(area: str, view: View) -> Place:
    return Place(
        area=area,
        chart=view.chart,
        side=view.side,
        outline=_corners(view.outline),
        at=_corners(view.at) or ((0, 0),),
        ruler=_corners(view.ruler),
    )


def _twin(place: Place, known: Knowledge) -> Iterator[Place]:
    """The mirror image of a place that belongs to one side."""
    if not place.side:
        return
    chart: Chart | None = known.charts.get(place.chart)
    yield replace(
        place,
        chart=chart.across if chart else place.chart,
        side=_OTHER[place.side],
        outline=tuple((-x, y) for x, y in place.outline),
        at=tuple((-x, y) for x, y in place.at),
        ruler=tuple((-x, y) for x, y in place.ruler),
    )


@lru_cache(maxsize=1024)
def _corners(held: Corners) -> tuple[Point, ...]:
    return tuple((round(x * PER_CM), round(y * PER_CM)) for x, y in held)


def _drawn_on(name: str, known: Knowledge) -> Iterator[tuple[DangerZone, tuple[Point, ...]]]:
    chart = known.charts.get(name)
    if chart is None:
        return
    turned = -1 if chart.mirrored else 1
    for zone in (known.charts[chart.across] if chart.mirrored else chart).danger_zones:
        yield zone, tuple((turned * x, y) for x, y in _corners(zone.outline))


def _zone(zone: DangerZone, outline: Sequence[Point], moved: Point, scale: Scale) -> Zone:
    corners = tuple((x + moved[0], y + moved[1]) for x, y in outline)
    margin = scale.on_the_chart(zone.margin_cm) if zone.margin_cm else 0
    ground = _widened(corners, margin) if corners else ()
    return Zone(zone.code, zone.substances, zone.sources, ground, zone.severity)


@lru_cache(maxsize=1024)
def _widened(corners: tuple[Point, ...], margin: int) -> tuple[tuple[Point, ...], ...]:
    if not margin:
        return (corners,)
    wide: Any = shapely.Polygon(corners).buffer(margin, quad_segs=6)
    return (tuple((round(x), round(y)) for x, y in wide.exterior.coords[:-1]),)
