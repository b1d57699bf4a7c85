"""What goes from the shelf otherwise than into a mix, and what is taken back because it was a mistake."""

from __future__ import annotations

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.stock.actions.amending import unopened
from wheal.clinic.stock.actions.lots import never_came
from wheal.clinic.stock.actions.moving import (
    Kind,
    counter,
    from_shelf,
    held,
    into_container,
    rows,
    to_shelf,
    write,
)
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.stock.refusals import StockRefused

OTHER = Movement.Reason.OTHER


@transaction.atomic
def waste(*, lot: Lot, containers: int, reason: str, by: User, note: str = "") -> Movement:
    """So many unopened ones are thrown away. Raises StockRefused; "something else" needs a note."""
    if reason not in Movement.Reason or (reason == OTHER and not note.strip()):
        raise StockRefused("reason_missing")
    return _gone(lot, Kind.WASTED, containers, by, reason, note)


@transaction.atomic
def give_back(*, lot: Lot, containers: int, note: str, by: User) -> Movement:
    """To the supplier, blocked and expired ones too. `note`: on which document, and why."""
    if not note.strip():
        raise StockRefused("reason_missing")
    return _gone(lot, Kind.RETURNED, containers, by, "", note)


def _gone(lot: Lot, kind: str, containers: int, by: User, reason: str, note: str) -> Movement:
    lot = held(lot)
    from_shelf(lot, containers)
    moved = write(lot, kind, containers * lot.product.container_ul, by, reason=reason, note=note)
    detail = {"number": lot.number, "containers": containers, "reason": reason}
    audit.record(
        by=by,
        what=f"stock.lot_{kind}",
        subject=lot,
        clinic=lot.product.clinic,
        detail=detail,
        fixes=rows(moved),
    )
    return moved


@transaction.atomic
def take_back(*, movement: Movement, reason: str, by: User) -> Movement:
    """It was a mistake: received without a delivery, opened, thrown away or returned.

    Raises StockRefused where it belongs to a session, a delivery, a count or a transfer, or some of it was used since.
    """
    if not reason.strip():
        raise StockRefused("reason_missing")
    lot = held(movement.lot)
    movement = Movement.objects.select_related("container", "lot__product").get(pk=movement.pk)
    if not may_be_taken_back(movement):
        raise StockRefused("cannot_be_taken_back")
    if Movement.objects.filter(takes_back=movement).exists():
        raise StockRefused("taken_back_already")
    back = _UNDONE[movement.kind](lot, movement, reason, by)
    detail = {"movement": movement.pk, "kind": movement.kind}
    audit.record(
        by=by,
        what="stock.movement_taken_back",
        subject=lot,
        clinic=lot.product.clinic,
        detail=detail,
        fixes=rows(*back),
    )
    return back[0]


def may_be_taken_back(movement: Movement) -> bool:
    """By itself: what belongs to a session or a paper is corrected there."""
    alone = movement.takes_back_id is None and movement.mix is None and movement.kind in _UNDONE
    return alone and not hasattr(movement, "delivery_line")


def _received(lot: Lot, movement: Movement, reason: str, by: User) -> list[Movement]:
    return [never_came(lot, movement, reason, by)]


def _opened(lot: Lot, movement: Movement, reason: str, by: User) -> list[Movement]:
    """Nobody opened it. What was thrown away of it is taken back with it."""
    if Movement.objects.filter(container=movement.container, mix__isnull=False, taken_back_by=None,
                               takes_back=None).exists():  # fmt: skip
        raise StockRefused("used_since")
    container: Container = movement.container
    container.lot = lot
    return unopened(container, by, reason)


def _gone_by_mistake(lot: Lot, movement: Movement, reason: str, by: User) -> list[Movement]:
    back = counter(movement, by, reason)
    if movement.container_id is not None:
        into_container(movement.container, movement.volume_ul)
    else:
        to_shelf(lot, movement.volume_ul // lot.product.container_ul)
    return [back]


_UNDONE = {
    Kind.RECEIVED: _received,
    Kind.OPENED: _opened,
    Kind.WASTED: _gone_by_mistake,
    Kind.RETURNED: _gone_by_mistake,
}
