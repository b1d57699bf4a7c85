"""What a session does to the books of the stock: what its lots are, and what was given when it is signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from wheal import ledger
from wheal.clinic.people.models import User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Movement
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Amendment, MixComponent, Pass, Session


def lots_of(session: Session) -> Iterator[int]:
    """Neither asked nor built before it is needed."""
    yield from MixComponent.objects.filter(mix__session=session).order_by().values_list("lot", flat=True)


def give(chart: Chart, *, by: User, at: datetime) -> list[Movement]:
    """Each mix is injected as its passes say; its rest and that of what served one patient are thrown away."""
    moved: list[Movement] = []
    for mix in chart.mixes:
        if drawn := drawn_from(chart.components[mix.pk]):
            injected = injected_ul(row for row in chart.passes if row.mix_id == mix.pk)
            moved += stock.give(mix=mix.pk, drawn=drawn, injected_ul=injected, by=by, at=at)
    opened = [row for rows in chart.components.values() for row in rows if row.container]
    for row in opened:
        row.container.lot = row.lot
    return moved + stock.leave(containers=[row.container for row in opened], by=by, at=at)


def drawn_from(components: Iterable[MixComponent]) -> list[stock.Drawn]:
    return [
        stock.Drawn(row.lot_id, row.container_id, ledger.microlitres(row.volume_ml)) for row in components
    ]


def came(mixes: Iterable[int]) -> dict[int, list[stock.Drawn]]:
    """What each mix was filled with, part by part in the order of the record, from where amendments say it came."""
    mixes = list(mixes)
    amended = Amendment.objects.of_lots().filter(component__mix__in=mixes).select_related("component")
    really = {
        (row.component.mix_id, row.component.container_id): (row.lot_id, row.container_id) for row in amended
    }
    found: dict[int, list[stock.Drawn]] = defaultdict(list)
    for row in MixComponent.objects.filter(mix__in=mixes):
        vial = really.get((row.mix_id, row.container_id), (row.lot_id, row.container_id))
        found[row.mix_id].append(stock.Drawn(*vial, ledger.microlitres(row.volume_ml)))
    return found


def injected_ul(passes: Iterable[Pass]) -> int:
    return ledger.microlitres(sum((row.total_ml for row in passes), Decimal(0)))
