"""From one clinic of the group to another: sent, arrived with what differs explained, or called back on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.actions.lots import block_like, take_in
from wheal.clinic.stock.actions.moving import (
    Kind,
    counter,
    from_shelf,
    held,
    hold,
    refuse_unusable,
    rows,
    to_shelf,
    write,
)
from wheal.clinic.stock.models import Lot, Movement, Product, Transfer, TransferLine
from wheal.clinic.stock.refusals import StockRefused


@transaction.atomic
def send(
    *, sender: Clinic, receiver: Clinic, lots: Sequence[tuple[Lot, int]], by: User, note: str = ""
) -> Transfer:
    """So many unopened containers of each lot leave the shelf. Raises StockRefused, and sends nothing, where a lot may
    not be used or has not so many."""
    if sender.pk == receiver.pk:
        raise StockRefused("same_clinic")
    if not lots:
        raise StockRefused("nothing_in_it")
    hold(lot.pk for lot, _ in lots)
    made = Transfer.objects.create(
        sender=sender, receiver=receiver, note=note.strip(), sent_at=timezone.now(), sent_by=by
    )
    moved = [_sent(made, held(lot), containers, by) for lot, containers in lots]
    _note(made, "transfer_sent", by, sender, rows(*moved), lines=len(moved))
    return made


def _sent(transfer: Transfer, lot: Lot, containers: int, by: User) -> Movement:
    refuse_unusable(lot)
    from_shelf(lot, containers)
    moved = write(lot, Kind.SENT, containers * lot.product.container_ul, by)
    TransferLine.objects.create(transfer=transfer, lot=lot, sent=moved, containers=containers)
    return moved


@dataclass(frozen=True, slots=True)
class Arrived:
    containers: int
    explanation: str = ""


@transaction.atomic
def arrive(*, transfer: Transfer, found: Mapping[int, Arrived], by: User) -> Transfer:
    """By line: what was in the parcel. It lies on the receiver's shelf from now on, blocked where the sender's is.

    Raises StockRefused where a line is missing, or differs from what was sent without a word.
    """
    transfer = _under_way(transfer)
    lines = list(transfer.lines.select_related("lot__product", "sent"))
    for line in lines:
        _land(line, transfer.receiver, found.get(line.pk), by)
    transfer.arrived_at, transfer.arrived_by = timezone.now(), by
    transfer.save(update_fields=["arrived_at", "arrived_by"])
    fixes = [TransferLine.objects.filter(transfer=transfer)]
    _note(transfer, "transfer_arrived", by, transfer.receiver, fixes, lines=len(lines))
    return transfer


def _land(line: TransferLine, receiver: Clinic, said: Arrived | None, by: User) -> None:
    if said is None or said.containers < 0:
        raise StockRefused("not_counted", what=str(line.lot))
    if said.containers != line.containers and not said.explanation.strip():
        raise StockRefused("not_explained", what=str(line.lot))
    if said.containers:
        product = _same_product(line.lot.product, receiver, by)
        line.arrived = take_in(
            product, line.lot.number, line.lot.expires, said.containers, by, kind=Kind.ARRIVED
        )
        block_like(line.arrived.lot, line.lot, by)
    line.arrived_containers, line.explanation = said.containers, said.explanation.strip()
    line.save(update_fields=["arrived", "arrived_containers", "explanation"])


def _same_product(product: Product, clinic: Clinic, by: User) -> Product:
    """The receiver's product of the same code, else of the same name, content and container, else a copy."""
    alike = Product.objects.filter(
        clinic=clinic,
        substance=product.substance,
        strength=product.strength,
        strength_unit=product.strength_unit,
        also=product.also,
        container_kind=product.container_kind,
        container_ml=product.container_ml,
    )
    found = alike.same_as(product).first() or alike.filter(name__iexact=product.name).first()
    if found is not None:
        return found
    copied = Product.objects.get(pk=product.pk)
    copied.pk, copied.clinic, copied.low_at, copied.retired_at = None, clinic, None, None
    copied._state.adding = True
    copied.save(force_insert=True)
    audit.record(
        by=by, what="stock.product_added", subject=copied, clinic=clinic, detail={"copied_from": product.pk},
        fixes=[Rows(Product, "pk", copied.pk)],
    )  # fmt: skip
    return copied


@transaction.atomic
def call_back(*, transfer: Transfer, by: User, note: str = "") -> None:
    """It did not leave, or came back: on the sender's shelf again. Raises StockRefused once it has arrived."""
    transfer = _under_way(transfer)
    moved = []
    for line in transfer.lines.select_related("lot", "sent"):
        moved.append(counter(line.sent, by, note))
        to_shelf(held(line.lot), line.containers)
    transfer.called_back_at = timezone.now()
    transfer.save(update_fields=["called_back_at"])
    _note(transfer, "transfer_called_back", by, transfer.sender, rows(*moved))


def _under_way(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("sender", "receiver")
    transfer = rows.get(pk=transfer.pk)
    if transfer.arrived_at or transfer.called_back_at:
        raise StockRefused("arrived_already")
    return transfer


def _note(
    transfer: Transfer, what: str, by: User, clinic: Clinic, fixes: Sequence[object] = (), **detail: object
) -> None:
    audit.record(by=by, what=f"stock.{what}", subject=transfer, clinic=clinic, detail=detail, fixes=fixes)
