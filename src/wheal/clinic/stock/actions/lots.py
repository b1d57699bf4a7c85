"""Lots: received one at a time, set aside, called back, freed, put somewhere."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import User
from wheal.clinic.stock.actions.moving import Kind, counter, from_shelf, held, hold, rows, to_shelf, write
from wheal.clinic.stock.models import Lot, Movement, Place, Product
from wheal.clinic.stock.refusals import StockRefused

BLOCKS = ("quarantined", "recalled")


@transaction.atomic
def receive(*, product: Product, number: str, expires: date, containers: int, by: User) -> Lot:
    """Containers of a lot arrive. The same number again adds to it, unless the expiry date differs.

    A lot that is called back or set aside anywhere in the group is so here too; one that is past its expiry date is set
    aside at once.
    """
    return take_in(product, number, expires, containers, by).lot


def take_in(
    product: Product, number: str, expires: date, containers: int, by: User, kind: str = Kind.RECEIVED
) -> Movement:
    """Inside the caller's transaction: onto the shelf, with its row in the ledger."""
    if containers < 1:
        raise StockRefused("none_given")
    lot = _of_number(product, number, expires, by)
    to_shelf(lot, containers)
    Lot.objects.filter(pk=lot.pk).update(containers_received=F("containers_received") + containers)
    moved = write(lot, kind, containers * product.container_ul, by)
    detail = {"containers": containers, "expires": expires.isoformat(), "number": number}
    audit.record(
        by=by, what=f"stock.lot_{kind}", subject=lot, clinic=product.clinic, detail=detail,
        fixes=[*rows(moved), Rows(Lot, "pk", lot.pk)],
    )  # fmt: skip
    if lot.expires < lot.today and not lot.is_blocked:
        _block(lot, "quarantined", _("Past its expiry date when it was received."), by)
    lot.refresh_from_db()
    return moved


def never_came(lot: Lot, movement: Movement, reason: str, by: User) -> Movement:
    """What `take_in` wrote is taken back, inside the caller's transaction, which also records it.

    Raises StockRefused where some of it was used since, so that no more can be taken back than is there.
    """
    containers = movement.volume_ul // lot.product.container_ul
    try:
        from_shelf(lot, containers)
    except StockRefused as refused:
        raise StockRefused("used_since") from refused
    Lot.objects.filter(pk=lot.pk).update(containers_received=F("containers_received") - containers)
    return counter(movement, by, reason)


def _of_number(product: Product, number: str, expires: date, by: User) -> Lot:
    number = number.strip()
    found = Lot.objects.all().of(product, number)
    if found is None:
        made, new = Lot.objects.get_or_create(
            product=product, number=number, defaults={"expires": expires, "received_by": by}
        )
        if new:
            block_as_elsewhere(made, by)
        found = made
    lot = held(found)
    if lot.expires != expires:
        raise StockRefused("expiry_differs")
    return lot


def blocked_already(product: Product, number: str) -> Lot | None:
    """The lot that a box of this number belongs to, here or elsewhere, if it is blocked."""
    named = Lot(product=product, number=number.strip())
    blocked = Lot.objects.all().same_as(named).exclude(recalled_at=None, quarantined_at=None)
    return blocked.order_by(F("recalled_at").desc(nulls_last=True)).first()


def block_as_elsewhere(lot: Lot, by: User) -> None:
    """The same product and number, called back or set aside in another clinic of the group. Inside the caller's
    transaction."""
    same = Lot.objects.all().same_as(lot).exclude(pk=lot.pk)
    for blocked in same.exclude(recalled_at=None, quarantined_at=None).order_by(
        F("recalled_at").desc(nulls_last=True)
    ):
        block_like(lot, blocked, by)


def block_elsewhere_too(lot: Lot, by: User) -> None:
    """What is called back or set aside here is so wherever else it is found to be held. Inside the caller's
    transaction."""
    if lot.is_blocked:
        for other in Lot.objects.all().same_as(lot).exclude(pk=lot.pk).select_related("product__clinic"):
            block_like(other, lot, by)


def _as_there(other: Lot, lot: Lot) -> str:
    """Whoever reads it must not think that whoever took the box in had called it back."""
    if other.product.clinic_id == lot.product.clinic_id:
        return other.block_reason
    return _("As in %(clinic)s: %(reason)s") % {
        "clinic": other.product.clinic.name, "reason": other.block_reason,
    }  # fmt: skip


def block_like(lot: Lot, other: Lot, by: User) -> None:
    """What was set aside or called back where it came from stays so where it goes. Inside the caller's transaction."""
    for how in ("recalled", "quarantined"):
        if getattr(other, f"{how}_at") and not lot.is_blocked:
            _block(lot, how, _as_there(other, lot), by)


@transaction.atomic
def quarantine(*, lot: Lot, reason: str, by: User) -> None:
    """Set aside until somebody has looked: nothing of it may be signed."""
    _block(lot, "quarantined", reason, by)


@transaction.atomic
def recall(*, lot: Lot, reason: str, by: User) -> None:
    """The maker or an authority called it back: nothing of it may be signed."""
    _block(lot, "recalled", reason, by)


def _block(lot: Lot, how: str, reason: str, by: User) -> None:
    if not reason.strip():
        raise StockRefused("reason_missing")
    setattr(lot, f"{how}_at", timezone.now())
    setattr(lot, f"{how}_by", by)
    lot.block_reason = reason.strip()
    lot.save(update_fields=[f"{how}_at", f"{how}_by", "block_reason", "changed_at"])
    audit.record(
        by=by, what=f"stock.lot_{how}", subject=lot, clinic=lot.product.clinic, detail={"number": lot.number}
    )


@transaction.atomic
def block_further(*, lot: Lot, reason: str, by: User) -> None:
    """It is blocked, and there is another reason now: whoever frees it later reads both."""
    lot.block_reason = f"{lot.block_reason} · {reason.strip()}"
    lot.save(update_fields=["block_reason"])
    audit.record(
        by=by,
        what="stock.lot_blocked_further",
        subject=lot,
        clinic=lot.product.clinic,
        detail={"number": lot.number},
    )


@transaction.atomic
def free(*, lot: Lot, reason: str, by: User) -> None:
    """The block was unfounded or is settled. Why is kept where the reason of the block stood."""
    if not reason.strip():
        raise StockRefused("reason_missing")
    hold([lot.pk])
    if lot.recalls.filter(closed_at=None, is_drill=False).exists():
        raise StockRefused("recall_open")
    was = [how for how in BLOCKS if getattr(lot, f"{how}_at")]
    lot.quarantined_at = lot.quarantined_by = lot.recalled_at = lot.recalled_by = None
    lot.block_reason = reason.strip()
    block = ("quarantined_at", "quarantined_by", "recalled_at", "recalled_by", "block_reason")
    lot.save(update_fields=[*block, "changed_at"])
    detail = {"number": lot.number, "was": was}
    audit.record(by=by, what="stock.lot_freed", subject=lot, clinic=lot.product.clinic, detail=detail)


@transaction.atomic
def put(*, lot: Lot, place: Place | None, by: User) -> None:
    """All of it that is unopened lies there from now on."""
    if lot.place_id == (place and place.pk):
        return
    lot.place = place
    lot.save(update_fields=["place"])
    detail = {"number": lot.number, "place": place and place.pk}
    audit.record(by=by, what="stock.lot_put", subject=lot, clinic=lot.product.clinic, detail=detail)
