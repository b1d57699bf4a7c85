"""The lots that a mix may be drawn from, those that may not with their reason, and what a mix holds per mL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal import dosing
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments.case import as_mix
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Mix, MixComponent
from wheal.knowledge import Knowledge
from wheal.quantities import Quantity


@dataclass(frozen=True, slots=True)
class ShelfLot:
    lot: Lot
    refused: Promise | None  # why it may not be drawn from
    planned: bool  # its substance is in the plan
    open: tuple[Container, ...]  # that may still be drawn from for this session


def lots(chart: Chart, on: date) -> list[ShelfLot]:
    """Two queries. Usable and planned ones first, by first expiry."""
    plan = chart.session.plan
    wanted = set(plan.substances) if plan else set()
    held = Lot.objects.filter(product__clinic=chart.session.clinic).select_related("product")
    opened = _open_containers(chart)
    rows = [
        ShelfLot(lot, _refused(lot, on), lot.product.substance in wanted, opened.get(lot.pk, ()))
        for lot in held
    ]
    return sorted(
        rows, key=lambda row: (row.refused is not None, not row.planned, row.lot.expires, row.lot.number)
    )


def _refused(lot: Lot, on: date) -> Promise | None:
    if lot.recalled_at is not None:
        return _("Recalled: do not use")
    if lot.quarantined_at is not None:
        return _("In quarantine: do not use")
    if lot.expires < on:
        return _("Past its expiry date")
    return None


def _open_containers(chart: Chart) -> dict[int, tuple[Container, ...]]:
    """Multi-dose ones of this clinic, and single-dose ones that only this session drew from."""
    rows = Container.objects.filter(lot__product__clinic=chart.session.clinic, emptied_at=None)
    mine = {each.container_id for held in chart.components.values() for each in held}
    found: dict[int, list[Container]] = {}
    for row in rows.select_related("lot__product").order_by("-opened_at"):
        if row.lot.product.container_kind == "multi_dose" or row.pk in mine:
            found.setdefault(row.lot_id, []).append(row)
    return {pk: tuple(held) for pk, held in found.items()}


def per_ml(mix: Mix, components: list[MixComponent], known: Knowledge) -> list[tuple[str, Quantity]]:
    held = dosing.per_ml(as_mix(mix, components, mix.prepared_at), known)
    return [(name, _amount(share.numerator, share.denominator, unit)) for name, (share, unit) in held.items()]


def _amount(above: int, below: int, unit: str) -> Quantity:
    return Quantity.of(above, f"{unit}/mL") / below
