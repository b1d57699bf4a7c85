"""What a signed session really used: the books follow an amendment by counter-entries and new entries.

Inside the caller's transaction, which writes the amendment. What was really injected is written down even where the lot
is blocked or expired by now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal import ledger
from wheal.clinic.people.models import User
from wheal.clinic.stock.actions.containers import Drawn, emptied, give, opened
from wheal.clinic.stock.actions.moving import (
    Kind,
    counter,
    from_container,
    held,
    hold,
    into_container,
    to_shelf,
    write,
)
from wheal.clinic.stock.models import Container, Lot, Movement
from wheal.clinic.stock.refusals import StockRefused

GIVEN = (Kind.DRAWN, Kind.INJECTED, Kind.WASTED)


def standing(mix: int, kinds: tuple[str, ...] = GIVEN) -> list[Movement]:
    """What moved into a mix and out of it, and was not taken back."""
    rows = Movement.objects.filter(mix=mix, kind__in=kinds, takes_back=None, taken_back_by=None)
    return list(rows.select_related("lot__product__clinic", "container"))


def use_other_lot(
    *, mix: int, container: Container, lot: Lot, by: User, note: str
) -> tuple[Container, list[Movement]]:
    """All that a mix got from `container` came from a container of `lot`: one that stood open then, else one opened at
    the same moment. Where by the books none is left, one more was there than they know.

    Raises StockRefused where it does not hold so much.
    """
    hold([container.lot_id, lot.pk])
    was = [row for row in standing(mix) if row.container_id == container.pk]
    drawn_ul = sum(row.volume_ul for row in was if row.kind == Kind.DRAWN)
    moved = [counter(row, by, note) for row in was]
    moved += _never_used(container, drawn_ul, by, note)
    really, begun = _really(held(lot), drawn_ul, container.opened_at, by, note)
    moved += begun
    for row in was:
        if row.kind == Kind.DRAWN:
            from_container(really, row.volume_ul)
        moved.append(
            write(really.lot, row.kind, row.volume_ul, by, container=really, mix=mix, reason=row.reason,
                  note=note, at=row.at)
        )  # fmt: skip
    really.refresh_from_db(fields=["left_ul"])
    if really.lot.product.is_for_one_patient or not really.left_ul:
        rest = emptied(really.lot, really, by, timezone.now(), Movement.Reason.REST, note)
        moved += [rest] if rest else []
    return really, moved


def _really(
    lot: Lot, volume_ul: int, opened_at: datetime, by: User, note: str
) -> tuple[Container, list[Movement]]:
    if stood_open := _stood_open(lot, volume_ul, opened_at):
        return stood_open, []
    unknown = [] if lot.unopened else [_unknown(lot, by, note)]
    container, opening = opened(lot, opened_at, by, note)
    return container, [*unknown, opening]


def _stood_open(lot: Lot, volume_ul: int, at: datetime) -> Container | None:
    """Of several doses, with as much in it: the one that was opened last. With its lot as it is held."""
    if lot.product.is_for_one_patient:
        return None
    open_then = Container.objects.filter(lot=lot, emptied_at=None, left_ul__gte=volume_ul, opened_at__lte=at)
    found = open_then.order_by("-opened_at", "-pk").first()
    if found:
        found.lot = lot
    return found


def _unknown(lot: Lot, by: User, note: str) -> Movement:
    """A container that was used and that the books never had, or had lost. The next count tells which."""
    to_shelf(lot, 1)
    why = _("By an amendment of a session: %(why)s") % {"why": note}
    return write(lot, Kind.FOUND, lot.product.container_ul, by, note=why)


def _never_used(container: Container, volume_ul: int, by: User, note: str) -> list[Movement]:
    """What was not drawn after all is in the container: as nobody opened it, else as it stands or was thrown away."""
    was_emptied = Container.objects.values_list("emptied_at", flat=True).get(pk=container.pk)
    into_container(container, volume_ul)
    container.refresh_from_db()
    if not Movement.objects.filter(container=container, mix__isnull=False).aggregate(net=Sum("volume_ul"))[
        "net"
    ]:
        return unopened(container, by, note)
    if was_emptied:
        thrown = emptied(container.lot, container, by, was_emptied, Movement.Reason.REST, note)
        return [thrown] if thrown else []
    return []


def unopened(container: Container, by: User, note: str) -> list[Movement]:
    """Nobody opened it: what was thrown away of it and its opening are taken back, and it is on the shelf again."""
    rows = Movement.objects.filter(container=container, mix=None, takes_back=None, taken_back_by=None)
    moved = [counter(row, by, note) for row in rows]
    Container.objects.filter(pk=container.pk).update(left_ul=0, emptied_at=timezone.now())
    if any(row.kind == Kind.OPENED for row in moved):
        to_shelf(container.lot, 1)
    return moved


def inject_otherwise(
    *, mix: int, drawn: Sequence[Drawn], injected_ul: int, by: User, note: str
) -> list[Movement]:
    """Another volume of a mix was injected than its points said; the rest was thrown away. `drawn`: its parts in the
    order in which they were given, so that each share is the same whoever divides.

    Raises StockRefused where the mix did not hold so much.
    """
    hold({part.lot for part in drawn})
    holds = sum(part.volume_ul for part in drawn)
    if injected_ul > holds:
        words = f"{ledger.millilitres(holds).normalize():f}"
        raise StockRefused("mix_not_so_much", holds=words)
    given = standing(mix, (Kind.INJECTED, Kind.WASTED))
    moved = [counter(row, by, note) for row in given]
    at = max((row.at for row in given), default=timezone.now())
    return moved + (give(mix=mix, drawn=drawn, injected_ul=injected_ul, by=by, at=at) if drawn else [])
