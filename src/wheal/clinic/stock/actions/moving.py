"""How a volume moves: the row of the ledger and what is left where it came from, in one go.

What is left is changed by conditional updates, so that it never falls below zero whoever else writes; whoever asks
whether a lot may be used holds its row until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils import timezone

from wheal.clinic.people.models import User
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.stock.refusals import StockRefused

Kind = Movement.Kind
NOTE = Movement._meta.get_field("note").max_length


def held(lot: Lot) -> Lot:
    """The lot as it stands now; nobody else changes it until the caller's transaction ends."""
    rows = Lot.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("product__clinic").get(pk=lot.pk)


def hold(lots: Iterable[int]) -> None:
    """Several at once, in one order, so that two transactions cannot wait for each other. SQLite lets one write."""
    if connection.features.has_select_for_update:
        rows = Lot.objects.filter(pk__in=set(lots)).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def refuse_unusable(lot: Lot) -> None:
    """Raises StockRefused for a lot that may not be given to anybody."""
    if lot.is_blocked:
        raise StockRefused("lot_blocked", lot=lot.number)
    if lot.expires < lot.today:
        raise StockRefused("lot_expired", lot=lot.number)


def to_shelf(lot: Lot, containers: int) -> None:
    Lot.objects.filter(pk=lot.pk).update(unopened=F("unopened") + containers)


def from_shelf(lot: Lot, containers: int) -> None:
    """Raises StockRefused where fewer are unopened."""
    if containers < 1:
        raise StockRefused("none_given")
    enough = Lot.objects.filter(pk=lot.pk, unopened__gte=containers)
    if not enough.update(unopened=F("unopened") - containers):
        left = Lot.objects.values_list("unopened", flat=True).get(pk=lot.pk)
        raise StockRefused("not_so_many" if left else "lot_empty", lot=lot.number, left=left)


def into_container(container: Container, volume_ul: int) -> None:
    """What is put back makes a container that was emptied one to draw from again."""
    Container.objects.filter(pk=container.pk).update(left_ul=F("left_ul") + volume_ul, emptied_at=None)


def from_container(container: Container, volume_ul: int) -> None:
    """Raises StockRefused where less is left in it."""
    enough = Container.objects.filter(pk=container.pk, left_ul__gte=volume_ul)
    if not enough.update(left_ul=F("left_ul") - volume_ul):
        left = Container.objects.get(pk=container.pk).left_ml
        holds = container.lot.product.container_ml
        raise StockRefused(
            "container_not_so_much", holds=f"{holds.normalize():f}", left=f"{left.normalize():f}"
        )


def write(
    lot: Lot,
    kind: str,
    volume_ul: int,
    by: User,
    *,
    container: Container | None = None,
    mix: int | None = None,
    reason: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Movement:
    return Movement.objects.create(
        lot=lot,
        container=container,
        mix=mix,
        kind=kind,
        volume_ul=volume_ul,
        reason=reason,
        note=note.strip()[:NOTE],
        at=at or timezone.now(),
        by=by,
    )


def counter(movement: Movement, by: User, note: str) -> Movement:
    """The entry that takes another back. What is left where is the caller's to change."""
    if Movement.objects.filter(takes_back=movement).exists():
        raise StockRefused("taken_back_already")
    return Movement.objects.create(
        lot_id=movement.lot_id,
        container_id=movement.container_id,
        mix=movement.mix,
        kind=movement.kind,
        volume_ul=-movement.volume_ul,
        reason=movement.reason,
        note=note.strip()[:NOTE],
        at=timezone.now(),
        by=by,
        takes_back=movement,
    )


def rows(*movements: Movement) -> list[object]:
    """For the audit: these are fixed from now on."""
    return [Movement.objects.filter(pk__in=[row.pk for row in movements])] if movements else []
