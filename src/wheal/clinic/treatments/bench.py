"""What the mixing bench shows: protocols, the clock of each mix, a vial that was scanned."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wheal.clinic import own_labels
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.stock.scanned import Doubt, ScanForm, doubt
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Mix, MixComponent, Protocol, ProtocolLine
from wheal.clinic.treatments.shelf import ShelfLot
from wheal.knowledge import Knowledge
from wheal.knowledge.notes import Measured

SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when a mix may be injected: a fixed number of hours after its preparation."""

    until: datetime
    hours: Decimal
    sources: tuple[str, ...]
    state: str  # running, soon, over


def clock(mix: Mix, known: Knowledge, now: datetime) -> Clock | None:
    if mix.prepared_at is None:
        return None
    rules = known.handling
    until = mix.prepared_at + timedelta(hours=float(rules.beyond_use_hours))
    state = "over" if until < now else "soon" if until < now + SOON else "running"
    return Clock(until, rules.beyond_use_hours, rules.beyond_use_sources, state)


@dataclass(frozen=True, slots=True)
class Recipe:
    protocol: Protocol
    volume_ml: Decimal
    planned: bool  # everything in it is in the plan
    forbidden: bool  # a stop stands against something in it
    short: list[
        tuple[ProtocolLine, Decimal]
    ]  # what the shelf does not give as it is written, and how much it gives


def recipes(chart: Chart, lots: list[ShelfLot], stopped: Collection[str] = ()) -> list[Recipe]:
    """Those that are not retired; what fits the plan first, what is forbidden last. `stopped`: its substances."""
    plan = chart.session.plan
    wanted = set(plan.substances) if plan else set()
    held = Protocol.objects.filter(clinic=chart.session.clinic, retired_at=None).prefetch_related("lines")
    rows = [
        Recipe(
            one,
            sum((line.volume_ml for line in one.lines.all()), Decimal(0)),
            wanted >= {*_contents(one)},
            any(code in stopped for code in _contents(one)),
            [
                (line, held)
                for line in one.lines.all()
                if (held := _on_the_shelf(line, lots)) < line.volume_ml
            ],
        )
        for one in held
    ]
    return sorted(rows, key=lambda row: (row.forbidden, not row.planned, row.protocol.name))


def _contents(protocol: Protocol) -> Iterator[str]:
    return (code for line in protocol.lines.all() for code, _strength in line.contents)


def _on_the_shelf(line: ProtocolLine, lots: list[ShelfLot]) -> Decimal:
    """What can be drawn of a line at once: from one open container, or from new ones."""
    same = [each for each in lots if not each.refused and each.lot.product.contents == line.contents]
    unopened = sum((each.lot.unopened * each.lot.product.container_ml for each in same), Decimal(0))
    opened = [
        one.left_ml for each in same for one in each.open if one.lot.product.container_kind == "multi_dose"
    ]
    return max([unopened, *opened])


def needed_ml(chart: Chart) -> Decimal | None:
    """What the points drawn so far ask for and no mix holds yet."""
    drawn = sum((row.volume_ml for rows in chart.components.values() for row in rows), Decimal(0))
    asked = sum((row.total_ml for row in chart.passes), Decimal(0)) - drawn
    return asked if asked > 0 else None


def container_scanned(code: str, clinic: Clinic) -> Container | None:
    """The open container whose label bears this code; None where it is another kind of code.

    Raises ValidationError with words for whoever scans.
    """
    try:
        ours = own_labels.read(code)
    except own_labels.WrongCode:
        raise ValidationError(_("The code was misread: scan it again.")) from None
    if ours is None:
        return None
    kind, number = ours
    found = (
        Container.objects.filter(pk=number, lot__product__clinic=clinic)
        .select_related("lot__product")
        .first()
    )
    if kind != own_labels.CONTAINER or found is None:
        raise ValidationError(_("This label is of no container of this clinic."))
    return found


def lot_scanned(code: str, clinic: Clinic) -> tuple[Lot, Doubt | None]:
    """The lot whose vial or box bears this code, and where the code says another last day of use.

    Raises ValidationError with words for whoever scans.
    """
    form = ScanForm({"code": code}, clinic=clinic)
    if not form.is_valid():
        raise ValidationError(form.errors["code"].as_data())
    product, number = form.filled["product"], form.filled["number"]
    lot = Lot.objects.all().of(product, number or "")
    if lot is None:
        words = _("Lot %(number)s was not received here. Receive it first, then draw from it.")
        raise ValidationError(words % {"number": number or "—"})
    return lot, doubt(lot, form.filled["expires"])


def acidity(components: list[MixComponent], known: Knowledge) -> list[tuple[str, list[Measured]]]:
    """The pH that labels print for each substance of a mix; none where none is held. No rule is made of it here."""
    drawn = dict.fromkeys(code for each in components for code, _strength in each.contents)
    held = [(name, known.substances.get(name)) for name in drawn]
    return [(name, list(record.ph) if record else []) for name, record in held]
