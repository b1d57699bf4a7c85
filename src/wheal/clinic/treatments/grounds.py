"""Where on the charts a pass lies, and the drawing under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wheal import bodymap
from wheal.clinic import charts, silhouettes
from wheal.clinic.treatments.models import Pass, Session
from wheal.knowledge import Knowledge

SIDES: dict[str | None, Promise] = {"left": _("left"), "right": _("right")}


def place_of(row: Pass, known: Knowledge) -> bodymap.Place:
    return bodymap.place(row.area, known, row.chart, row.side)


def zones_of(row: Pass, known: Knowledge, substances: Iterable[str]) -> list[bodymap.Zone]:
    """The danger zones under a pass that hold for any of the substances."""
    given = list(substances)
    held = bodymap.zones(place_of(row, known), known, row.scale)
    return [zone for zone in held if not zone.substances or any(zone.holds_for(each) for each in given)]


def shape_of(session: Session) -> int:
    """The body shape that was chosen, else the one offered first."""
    return session.body_shape or charts.shape_of(session.patient.sex)


def told_of(zone: bodymap.Zone, known: Knowledge) -> dict[str, object]:
    """What the map says of a danger zone, in the reader's language."""
    language = (get_language() or "en")[:2]
    why = known.text(f"danger.{zone.code}", language)
    name = f"danger_name.{zone.code}"
    return {
        "code": zone.code,
        "name": known.text(name, language) if known.has_text(name) else why,
        "why": why,
        "who": known.sources[zone.sources[0]].cited(language),
        "source": zone.sources[0],
        "severity": zone.severity,
    }


def body_of(row: Pass, session: Session, known: Knowledge) -> Any:
    """The ground of the chart that is skin, in the coordinates of the pass."""
    return silhouettes.silhouette(place_of(row, known), shape_of(session))


def title(row: Pass, known: Knowledge) -> str:
    """Flanks, left: the area as the reader calls it, and whose side it is."""
    name = known.text(f"area.{row.area}", (get_language() or "en")[:2])
    return f"{name}, {SIDES[row.side]}" if row.side in SIDES else name


def key(place: bodymap.Place) -> str:
    return f"{place.area}/{place.chart}/{place.side}"


def choices(known: Knowledge) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every place of every area: whose side, seen on which chart."""
    language = (get_language() or "en")[:2]
    held = []
    for area in sorted(known.areas, key=lambda code: (known.areas[code].order, code)):
        name = known.text(f"area.{area}", language)
        rows = [(key(each), _told(each, name, known, language)) for each in bodymap.places(area, known)]
        held.append((name, rows))
    return held


def _told(place: bodymap.Place, name: str, known: Knowledge, language: str) -> str:
    side = f", {SIDES[place.side]}" if place.side else ""
    chart = f" · {known.text(f'chart.{place.chart}', language)}" if place.chart in known.charts else ""
    return f"{name}{side}{chart}"


def drawing_of(row: Pass, session: Session, known: Knowledge) -> charts.Drawing:
    return charts.drawing(place_of(row, known), shape_of(session))
