"""Cross-checks of the body map: every area lies on a chart that is held, once for each of its body shapes."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.knowledge.charts import Area, Chart, Corners, DangerZone, View
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, chart in known.charts.items():
        yield from _chart(known, f"charts/{name}.toml", name, chart)
    for name, area in known.areas.items():
        yield from _area(known, f"areas/{name}.toml", area)
    for file, _holder, zone in known.danger_zones:
        yield from _zone(known, file, zone)


def _chart(known: Knowledge, file: str, name: str, chart: Chart) -> Iterator[Problem]:
    other = known.charts.get(chart.across)
    if other is None:
        yield Problem(file, "across", f"the chart {chart.across!r} is not held")
    elif other.across != name:
        yield Problem(file, "across", f"{chart.across!r} does not lead back to this chart")
    if chart.mirrored and (chart.danger_zones or (other and other.mirrored)):
        yield Problem(
            file, "mirrored", "a mirror image has the zones of the other chart, which is none itself"
        )
    if chart.shapes < 1:
        yield Problem(file, "shapes", "a chart is drawn in one body shape at least")
    if chart.shapes > 1 and any(zone.outline for zone in chart.danger_zones):
        yield Problem(file, "danger_zones", "ground on a chart of several body shapes belongs to an area")


def _area(known: Knowledge, file: str, area: Area) -> Iterator[Problem]:
    for number, view in enumerate(area.seen):
        key = f"views.{number - 1}." if number else ""
        yield from _view(known, file, key, view)


def _view(known: Knowledge, file: str, key: str, view: View) -> Iterator[Problem]:
    yield from _outline(file, f"{key}outline", view.outline)
    if len(view.ruler) not in (0, 2):
        yield Problem(file, f"{key}ruler", "a ruler has two ends")
    chart = known.charts.get(view.chart)
    if chart is None:
        yield Problem(file, f"{key}chart", f"the chart {view.chart!r} is not held")
        return
    if len(view.at) != chart.shapes:
        yield Problem(file, f"{key}at", f"the chart is drawn in {chart.shapes} body shapes: a place for each")
    if chart.across != view.chart and not view.side:
        yield Problem(file, f"{key}side", "this chart shows one side of the patient: say whose")
    if not view.side and len({x for x, _y in view.at}) > 1:
        yield Problem(file, f"{key}at", "an area astride the midline has it at one place in every body shape")


def _outline(file: str, key: str, outline: Corners) -> Iterator[Problem]:
    if len(outline) < 3:
        yield Problem(file, key, "an outline has at least three corners")


def _zone(known: Knowledge, file: str, zone: DangerZone) -> Iterator[Problem]:
    if zone.outline:
        yield from _outline(file, zone.code, zone.outline)
    if zone.margin_cm is not None and zone.margin_cm < 0:
        yield Problem(file, zone.code, "a margin is not below zero")
    for code in zone.substances:
        if code not in known.substances:
            yield Problem(file, zone.code, f"the substance {code!r} is not held")
