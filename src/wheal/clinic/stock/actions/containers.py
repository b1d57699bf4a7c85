"""Containers: opened, drawn from, put back into, emptied; and what becomes of what was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from wheal import knowledge, ledger
from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import User
from wheal.clinic.prepared_writes import PreparedInsert
from wheal.clinic.stock.actions.moving import (
    Kind,
    counter,
    from_container,
    from_shelf,
    held,
    into_container,
    refuse_unusable,
    rows,
    write,
)
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.stock.refusals import StockRefused

Reason = Movement.Reason
MOVED = PreparedInsert(Movement)


@transaction.atomic
def open_container(*, lot: Lot, by: User, at: datetime | None = None) -> Container:
    """The clock of the container starts. Raises StockRefused for a lot that may not be used today, or of which nothing
    is left."""
    lot = held(lot)
    refuse_unusable(lot)
    now = timezone.now()
    if at and at > now:
        raise StockRefused("not_opened_yet")
    container, moved = opened(lot, at or now, by)
    detail = {"lot": lot.pk, "opened_at": container.opened_at.isoformat()}
    audit.record(
        by=by,
        what="stock.container_opened",
        subject=container,
        clinic=lot.product.clinic,
        detail=detail,
        fixes=[*rows(moved), Rows(Container, "pk", container.pk)],
    )
    return container


def opened(lot: Lot, at: datetime, by: User, note: str = "") -> tuple[Container, Movement]:
    """One from the shelf, full, inside the caller's transaction. Raises StockRefused where none is left."""
    from_shelf(lot, 1)
    holds = lot.product.container_ul
    made = Container.objects.create(lot=lot, opened_at=at, opened_by=by, left_ul=holds)
    return made, write(lot, Kind.OPENED, holds, by, container=made, note=note, at=at)


def draw(*, container: Container, volume_ul: int, mix: int, by: User) -> Movement:
    """Into the mix of this number, inside the caller's transaction, which also records it.

    Raises StockRefused where its lot may not be used, it has been open too long, or less is left in it.
    """
    lot = held(container.lot)
    container = Container.objects.get(pk=container.pk)
    container.lot = lot
    refuse_unusable(lot)
    refuse_past_use(container)
    from_container(container, volume_ul)
    return write(lot, Kind.DRAWN, volume_ul, by, container=container, mix=mix)


def refuse_past_use(container: Container) -> None:
    """Raises StockRefused for a container that is empty, or was opened longer ago than its kind may be used."""
    if container.emptied_at is not None:
        raise StockRefused("container_emptied")
    if is_past_use(container, timezone.now()):
        days = knowledge.current().handling.multi_dose_days
        raise StockRefused("container_too_long", days=f"{days.normalize():f}")


def is_past_use(container: Container, now: datetime) -> bool:
    last = last_use(container)
    return last is not None and last < now


def last_use(container: Container) -> datetime | None:
    """A multi-dose container lasts days; None: what is for one patient is judged with the session that it serves."""
    if container.lot.product.is_for_one_patient:
        return None
    return container.opened_at + longest_open()


def longest_open() -> timedelta:
    """How long a multi-dose container may be drawn from after it was opened."""
    return timedelta(days=float(knowledge.current().handling.multi_dose_days))


def put_back(*, movement: Movement, by: User, note: str = "") -> Movement:
    """What was drawn into a mix was not, inside the caller's transaction: it is in its container again."""
    held(movement.lot)
    taken_back = counter(movement, by, note)
    into_container(movement.container, movement.volume_ul)
    return taken_back


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a mix was filled with from one container."""

    lot: int
    container: int | None
    volume_ul: int


def give(*, mix: int, drawn: Sequence[Drawn], injected_ul: int, by: User, at: datetime) -> list[Movement]:
    """A mix is injected and its rest thrown away, each of its parts in proportion, inside the caller's transaction."""
    injected = ledger.shares([part.volume_ul for part in drawn], injected_ul)
    wasted = [part.volume_ul - share for part, share in zip(drawn, injected, strict=True)]
    made = [
        Movement(
            lot_id=part.lot, container_id=part.container, mix=mix, kind=kind, volume_ul=volume, at=at, by=by,
            reason=Reason.REST if kind == Kind.WASTED else "",
        )
        for kind, volumes in ((Kind.INJECTED, injected), (Kind.WASTED, wasted))
        for part, volume in zip(drawn, volumes, strict=True)
        if volume > 0
    ]  # fmt: skip
    for row in made:
        MOVED(row)
    return made


def leave(*, containers: Iterable[Container], by: User, at: datetime) -> list[Movement]:
    """After a session what served it for one patient is thrown away with its rest; the others stay open if they
    hold anything. Inside the caller's transaction, with the lots of the containers loaded."""
    made = []
    for container in {row.pk: row for row in containers}.values():
        if container.emptied_at is None and (
            container.lot.product.is_for_one_patient or not container.left_ul
        ):
            made.append(emptied(container.lot, container, by, at, Reason.REST))
    return [row for row in made if row is not None]


@transaction.atomic
def empty_container(
    *, container: Container, by: User, reason: str = Reason.REST, note: str = ""
) -> Movement | None:
    """Used up or thrown away, with the rest that was in it: no longer offered. Said twice, once counts."""
    lot = held(container.lot)
    container = Container.objects.get(pk=container.pk)
    if container.emptied_at is not None:
        return None
    moved = emptied(lot, container, by, timezone.now(), reason, note)
    audit.record(
        by=by,
        what="stock.container_emptied",
        subject=container,
        clinic=lot.product.clinic,
        detail={"rest_ul": moved.volume_ul if moved else 0, "reason": reason},
        fixes=rows(*([moved] if moved else [])),
    )
    return moved


def emptied(
    lot: Lot, container: Container, by: User, at: datetime, reason: str, note: str = ""
) -> Movement | None:
    """Inside the caller's transaction, with `left_ul` as the database has it."""
    rest = container.left_ul
    Container.objects.filter(pk=container.pk).update(left_ul=0, emptied_at=at)
    if not rest:
        return None
    return write(lot, Kind.WASTED, rest, by, container=container, reason=reason, note=note, at=at)
