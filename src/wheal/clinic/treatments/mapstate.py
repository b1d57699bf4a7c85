"""What the body map is given: each pass with its ground, its danger zones and what was given there before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from wheal import bodymap
from wheal.clinic import charts
from wheal.clinic.treatments import grounds
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Pass
from wheal.knowledge import Knowledge

Json = dict[str, object]
MOST_GHOSTS = 3  # earlier sessions beneath the points
EDGES: dict[str, Promise] = {
    "left": _("Patient’s left"),
    "right": _("Patient’s right"),
    "front": _("Front"),
    "back": _p("of the body", "Back"),
    "thumb": _("Thumb"),
    "little_finger": _("Little finger"),
}


def chosen(chart: Chart, asked: str | None) -> Pass | None:
    """The pass that the address names, else the last one."""
    found = [row for row in chart.passes if str(row.pk) == asked]
    return next(iter(found or chart.passes[-1:]), None)


def of_one(row: Pass, chart: Chart, known: Knowledge) -> Json:
    """One pass alone, as the page that shows one needs it."""
    others = [_beside(each, row, known) for each in chart.passes if each.pk != row.pk and each.count]
    return {
        **_pass(row, chart, _earlier(chart), known),
        "others": [each for each in others if each],
        "fixed": chart.session.is_signed,
    }


def _beside(other: Pass, row: Pass, known: Knowledge) -> Json:
    """Another pass of the session as the chart of this one shows it; nothing where it lies on another chart."""
    here, there = grounds.place_of(row, known), grounds.place_of(other, known)
    if here.chart != there.chart:
        return {}
    x, y = there.at[0][0] - here.at[0][0], there.at[0][1] - here.at[0][1]
    points = [(a + x, b + y) for a, b in bodymap.unpack_points(other.points)]
    mark = charts.mark_of(other.order)
    return {
        "name": f"{other.order} · {other.mix.label}",
        "mark": mark.number,
        "dash": mark.dash,
        "points": points,
        "outline": [(a + x, b + y) for a, b in other.outline],
    }


def named(chart: Chart, known: Knowledge) -> list[Json]:
    """Each pass as the column beside the map calls it."""
    return [
        {"row": row, "name": grounds.title(row, known), "mark": charts.mark_of(row.order)}
        for row in chart.passes
    ]


def clear_of_danger(
    points: Sequence[bodymap.Point], row: Pass, chart: Chart, known: Knowledge
) -> list[bodymap.Point]:
    """Without those that lie where something planned or mixed may do harm."""
    given = substances_of(chart)
    zones = grounds.zones_of(row, known, given)
    hit = {
        point
        for name in given
        for found in bodymap.in_danger(zones, points, name).values()
        for point in found
    }
    return [point for point in points if point not in hit]


def _pass(row: Pass, chart: Chart, earlier: Sequence[Pass], known: Knowledge) -> Json:
    place = grounds.place_of(row, known)
    drawing = grounds.drawing_of(row, chart.session, known)
    return {
        "pass": row.pk,
        "version": row.draft_version,
        "mark": charts.mark_of(row.order).number,
        "dash": charts.mark_of(row.order).dash,
        "name": grounds.title(row, known),
        "drawing": {"name": drawing.name, "at": [drawing.dx, drawing.dy], "view": drawing.view},
        "edges": _edges(place, known),
        "outline": row.outline,
        "standard": place.outline,
        "area_cm2": number(row.area_cm2),
        "pattern": row.pattern,
        "spacing_cm": number(row.spacing_cm),
        "depth_mm": number(row.depth_mm),
        "volume_ml": number(row.volume_ml),
        "points": bodymap.unpack_points(row.points),
        "scale": float(row.scale.ratio),
        "ruler": (row.ruler or place.ruler) if place.ruler else [],
        "zones": _zones(row, chart, drawing.view, known),
        "ghosts": _ghosts(row, chart, earlier, known),
    }


def number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _edges(place: bodymap.Place, known: Knowledge) -> list[str]:
    held = known.charts.get(place.chart)
    return [str(EDGES[edge]) for edge in held.edges] if held else []


def substances_of(chart: Chart) -> set[str]:
    """What is mixed and what is planned: both are looked out for."""
    return {*chart.substances, *(chart.session.plan.substances if chart.session.plan else [])}


def _zones(row: Pass, chart: Chart, view: tuple[int, int, int, int], known: Knowledge) -> list[Json]:
    """Each piece of ground with its name where it is seen, why it is dangerous, and who says so."""
    return [
        {
            "code": told["code"],
            "label": told["name"],
            "name": told["why"],
            "who": told["who"],
            "outline": ground,
            "at": bodymap.middle_in_view(ground, view),
        }
        for zone in grounds.zones_of(row, known, substances_of(chart))
        for told in [grounds.told_of(zone, known)]
        for ground in zone.ground
    ]


def dangers(row: Pass, chart: Chart, known: Knowledge) -> list[Json]:
    """Every zone once, those too that are not drawn because their place differs from person to person."""
    held = {zone.code: zone for zone in grounds.zones_of(row, known, substances_of(chart))}
    return [grounds.told_of(zone, known) | {"drawn": bool(zone.ground)} for zone in held.values()]


def _ghosts(row: Pass, chart: Chart, earlier: Sequence[Pass], known: Knowledge) -> list[Json]:
    """The points of earlier signed sessions on the same ground, each session by its day."""
    place = grounds.place_of(row, known)
    here = [each for each in earlier if each.area == row.area and grounds.place_of(each, known) == place]
    found = [
        {
            "name": _day(rows[0]),
            "points": [point for one in rows for point in bodymap.unpack_points(one.points)],
        }
        for _session, group in groupby(here, key=lambda each: each.session_id)
        if (rows := list(group))
    ]
    return found[:MOST_GHOSTS]


def _day(row: Pass) -> str:
    return formats.date_format(timezone.localtime(row.session.signed_at), "SHORT_DATE_FORMAT")


def _earlier(chart: Chart) -> list[Pass]:
    """One query; none for a patient who was never treated here."""
    if not chart.previous and chart.previous is not None:
        return []
    areas = {row.area for row in chart.passes}
    rows: Iterable[Pass] = (
        Pass.objects.filter(
            session__patient=chart.session.patient_id, session__signed_at__isnull=False, area__in=areas
        )
        .exclude(session=chart.session.pk)
        .select_related("session")
        .defer("session__judgement", "session__document", "session__given")
        .order_by("-session__signed_at", "order")[: MOST_GHOSTS * 8]
    )
    return list(rows)
