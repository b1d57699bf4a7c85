"""The lots that a mix may be drawn from, those that may not with their reason, and what a mix holds per mL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal import dosing
from wheal.clinic.stock.actions import containers
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments.case import as_mix
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Mix, MixComponent, Suspicion
from wheal.clinic.treatments.suspected import of_lot
from wheal.knowledge import Knowledge
from wheal.quantities import Quantity

_FIGURES = Context(prec=4)


@dataclass(frozen=True, slots=True)
class ShelfLot:
    lot: Lot
    refused: Promise | str | None  # why it may not be drawn from
    planned: bool  # its substance is in the plan
    open: tuple[Container, ...]  # that may still be drawn from for this session
    suspected: Suspicion | None = None  # by an alarm that is open
    forbidden: bool = False  # a stop stands against what is in it


def lots(chart: Chart, on: date, scanned: Lot | None = None, stopped: Collection[str] = ()) -> list[ShelfLot]:
    """One query: those that something is left of, and the one that was scanned. Usable and planned ones first, by
    first expiry; what is forbidden of them comes last. `stopped`: substances that a stop stands against."""
    plan = chart.session.plan
    wanted = set(plan.substances) if plan else set()
    rows = [
        ShelfLot(
            lot,
            _refused(lot, on, is_open=bool(standing)),
            _is_planned(lot, wanted),
            tuple(_open(lot, chart, standing)),
            of_lot(chart, lot),
            any(code in stopped for code, _strength in lot.product.contents),
        )
        for lot, standing in _offered(chart, scanned)
    ]
    return sorted(
        rows,
        key=lambda row: (
            row.refused is not None,
            row.forbidden,
            not row.planned,
            row.suspected is not None,
            row.lot.expires,
            row.lot.number,
        ),
    )


def _is_planned(lot: Lot, wanted: set[str]) -> bool:
    """All that is in it."""
    return {code for code, _strength in lot.product.contents} <= wanted


def _refused(lot: Lot, on: date, *, is_open: bool) -> Promise | None:
    if lot.recalled_at is not None:
        return _("Recalled: do not use")
    if lot.quarantined_at is not None:
        return _("In quarantine: do not use")
    if lot.expires < on:
        return _("Past its expiry date")
    if not lot.unopened and not is_open:
        return _("Used up, by the books")
    return None


def _offered(chart: Chart, scanned: Lot | None) -> Iterable[tuple[Lot, list[Container]]]:
    """Each lot that something is left of, with its open multi-dose containers that may still be drawn from, the one
    opened first before the others."""
    asked = [row.lot_id for rows in chart.components.values() for row in rows]
    if scanned is not None:
        asked.append(scanned.pk)
    lots = Lot.objects.filter(product__clinic=chart.session.clinic).select_related("product")
    standing = FilteredRelation(
        "containers",
        condition=Q(
            containers__emptied_at=None,
            containers__left_ul__gt=0,
            containers__opened_at__gte=timezone.now() - containers.longest_open(),
        ),
    )
    rows = lots.annotate(
        standing=standing,
        open_pk=F("standing__pk"),
        open_since=F("standing__opened_at"),
        open_ul=F("standing__left_ul"),
    ).order_by("pk", "standing__opened_at", "standing__pk")
    is_open = Q(open_pk__isnull=False, product__container_kind="multi_dose")
    found: dict[int, tuple[Lot, list[Container]]] = {}
    for row in rows.filter(Q(unopened__gt=0) | is_open | Q(pk__in=asked)):
        lot, opened = found.setdefault(row.pk, (row, []))
        if row.open_pk and row.product.container_kind == "multi_dose":
            opened.append(Container(pk=row.open_pk, lot=lot, opened_at=row.open_since, left_ul=row.open_ul))
    return found.values()


def _open(lot: Lot, chart: Chart, standing: list[Container]) -> Iterator[Container]:
    """What may still be drawn from for this session: open multi-dose containers, and its own single-dose ones."""
    yield from standing
    if lot.product.container_kind == "multi_dose":
        return
    mine = {
        row.container
        for held in chart.components.values()
        for row in held
        if row.lot_id == lot.pk and row.container and row.container.left_ul
    }
    yield from mine


def per_ml(mix: Mix, components: list[MixComponent], known: Knowledge) -> list[tuple[str, Quantity]]:
    held = dosing.per_ml(as_mix(mix, components, mix.prepared_at), known)
    return [(name, _amount(share.numerator, share.denominator, unit)) for name, (share, unit) in held.items()]


def _amount(above: int, below: int, unit: str) -> Quantity:
    """To four figures: what is read and said aloud. Doses are reckoned from the fraction."""
    exact = Quantity.of(above, f"{unit}/mL") / below
    return Quantity(_FIGURES.plus(exact.value), exact.unit)
