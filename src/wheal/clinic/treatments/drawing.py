"""What the body map is given, and what a signed session shows of itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import formats
from django.utils.translation import get_language

from wheal import bodymap
from wheal.clinic.treatments import adding_up, record
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import MixComponent, Pass, Session
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Area

Json = dict[str, object]
MOST_GHOSTS = 3  # earlier sessions behind the points


def chosen(chart: Chart, asked: str | None) -> Pass | None:
    """The pass that the address names, else the last one."""
    found = [row for row in chart.passes if str(row.pk) == asked]
    return next(iter(found or chart.passes[-1:]), None)


def state(row: Pass, chart: Chart, known: Knowledge) -> Json:
    area = known.areas[row.area]
    return {
        "pass": row.pk,
        "version": row.draft_version,
        "area": row.area,
        "outline": row.outline,
        "standard": bodymap.outline_of(area),
        "pattern": row.pattern,
        "spacing_cm": _float(row.spacing_cm),
        "depth_mm": _float(row.depth_mm),
        "volume_ml": _float(row.volume_ml),
        "points": bodymap.unpack_points(row.points),
        "zones": _zones(area, chart, known),
        "ghosts": _ghosts(row, chart),
        "fixed": chart.session.is_signed,
    }


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _zones(area: Area, chart: Chart, known: Knowledge) -> list[Json]:
    """Danger zones that hold for what is planned or mixed."""
    language = (get_language() or "en")[:2]
    plan = chart.session.plan
    injected = {*chart.substances, *(plan.substances if plan else [])}
    return [
        {
            "name": known.text(f"danger.{zone.code}", language),
            "outline": [(round(x * bodymap.PER_CM), round(y * bodymap.PER_CM)) for x, y in zone.outline],
        }
        for zone in area.danger_zones
        if not zone.substances or set(zone.substances) & injected
    ]


def _ghosts(row: Pass, chart: Chart) -> list[Json]:
    """The points of earlier signed sessions on the same area, and of this session's other passes."""
    others = [each for each in chart.passes if each.pk != row.pk and each.area == row.area and each.count]
    if not chart.previous:
        return [
            {"name": _name(each, chart.session), "points": bodymap.unpack_points(each.points)}
            for each in others
        ]
    earlier = Pass.objects.filter(
        session__patient=chart.session.patient_id, session__signed_at__isnull=False, area=row.area
    ).exclude(session=chart.session.pk)
    rows = [*others, *earlier.select_related("session").order_by("-session__signed_at")[:MOST_GHOSTS]]
    return [
        {"name": _name(each, chart.session), "points": bodymap.unpack_points(each.points)} for each in rows
    ]


def _name(row: Pass, session: Session) -> str:
    if row.session_id == session.pk:
        return f"{row.order}"
    return formats.date_format(row.session.signed_at, "SHORT_DATE_FORMAT")


def summary(chart: Chart) -> Json:
    """What is about to be signed, or was: each pass with its points, each mix with its lots."""
    return {
        "drawn": [
            {
                "row": row,
                "points": bodymap.unpack_points(row.points),
                "lots": _lots(chart.components[row.mix_id]),
            }
            for row in chart.passes
        ],
        "mixes": [{"row": mix, "components": chart.components[mix.pk]} for mix in chart.mixes],
        "things": chart.things,
        "sums": adding_up.sums(chart),
    }


def _lots(components: Iterable[MixComponent]) -> list[Json]:
    """Each lot once, however many containers of it were drawn from."""
    told: dict[tuple[str, int], Json] = {}
    for each in components:
        first = {
            "substance": each.substance,
            "concentration": each.concentration,
            "lot": each.lot,
            "drawn": [],
        }
        told.setdefault((each.substance, each.lot_id), first)["drawn"].append(each.volume_ml)
    return [{**each, "times": len(each["drawn"]), "volume_ml": sum(each["drawn"])} for each in told.values()]


def signed_record(chart: Chart) -> Json:
    """The signed parts, read back whole: does the digest still say the same?"""
    signed = Session.objects.select_related("signed_by", "practitioner", "consent", "history").get(
        pk=chart.session.pk
    )
    whole = record.reread(chart, signed)
    return {
        "signed": signed,
        "intact": whole == signed.record_digest,
        "amendments": signed.amendments.select_related("made_by"),
        "judged": signed.judgement,
    }
