"""What stands under suspicion because the watch has an alarm open: said where it is drawn, used and signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext, override

from wheal.clinic.equipment.models import Thing
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Suspicion
from wheal.clinic.treatments.stops import stop
from wheal.findings import Finding

CODE = "under_suspicion"


def of_lot(chart: Chart, lot: Lot) -> Suspicion | None:
    return chart.suspected.get((Suspicion.Kind.LOT, lot.pk))


def of_thing(chart: Chart, thing: Thing | None) -> Suspicion | None:
    return chart.suspected.get((Suspicion.Kind.THING, thing.pk)) if thing else None


def lots_drawn(chart: Chart, mixes: Iterable[int]) -> Iterator[Finding]:
    """Of these mixes, each lot once. A physician decides whether it is given, and says why."""
    if not chart.suspected:
        return
    lots = {row.lot_id: row.lot for pk in mixes for row in chart.components[pk]}
    for lot in lots.values():
        if held := of_lot(chart, lot):
            yield _finding(chart, held, f"{lot.product.name} {lot.number}")


def things_used(chart: Chart) -> Iterator[Finding]:
    """What serves the session, and what a device was cleaned with."""
    if not chart.suspected:
        return
    met: dict[int, Thing] = {}
    for row in chart.things:
        cleaned = (row.cleaning.water_point, row.cleaning.disinfectant) if row.cleaning else ()
        met |= {thing.pk: thing for thing in (row.thing, *cleaned) if thing}
    for thing in met.values():
        if held := of_thing(chart, thing):
            yield _finding(chart, held, f"{thing.get_kind_display()} {thing}")


def _finding(chart: Chart, held: Suspicion, name: str) -> Finding:
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            day = timezone.localtime(held.since, ZoneInfo(chart.session.clinic.time_zone))
            said[language] = gettext(
                "%(name)s is under suspicion since %(day)s: people who met it have fallen ill, and the alarm is open. "
                "Take another one, or a physician decides whether it is used, and writes why."
            ) % {"name": name, "day": formats.date_format(day, "SHORT_DATE_FORMAT")}
    return replace(stop(CODE, name, said), severity="refer")
