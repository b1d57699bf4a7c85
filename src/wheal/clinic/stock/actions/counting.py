"""Counting: what is there is entered, what differs is explained, and closing writes the differences down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.actions.moving import (
    Kind,
    from_container,
    from_shelf,
    held,
    into_container,
    rows,
    to_shelf,
    write,
)
from wheal.clinic.stock.models import Container, Count, CountLine, Lot, Movement, Place
from wheal.clinic.stock.refusals import StockRefused


@transaction.atomic
def begin_count(*, clinic: Clinic, by: User, place: Place | None = None) -> Count:
    """A line for each lot and each open container that the books know of, in `place` or everywhere."""
    count = Count.objects.create(clinic=clinic, place=place, begun_by=by)
    lots = Lot.objects.filter(product__clinic=clinic, **({"place": place} if place else {}))
    opened = Container.objects.filter(lot__in=lots, emptied_at=None, left_ul__gt=0)
    known = lots.filter(Q(unopened__gt=0) | Q(pk__in=opened.values("lot")))
    lines = [CountLine(count=count, lot=lot) for lot in known.order_by("product__name", "expires", "pk")]
    lines += [CountLine(count=count, lot=one.lot, container=one) for one in opened.select_related("lot")]
    CountLine.objects.bulk_create(lines)
    _note(count, "count_begun", by, lines=len(lines))
    return count


@transaction.atomic
def add_to_count(*, count: Count, lot: Lot, by: User) -> CountLine:
    """A lot lies there of which the books know nothing any more."""
    count = _open(count)
    line, _ = CountLine.objects.get_or_create(count=count, lot=lot, container=None)
    _note(count, "count_lot_added", by, lot=lot.pk)
    return line


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody saw. `volume_ul` None: not counted yet. `latest`: the last movement of the lot that they knew of,
    where their page was made before; None: the last of all."""

    volume_ul: int | None
    explanation: str = ""
    latest: int | None = None


@transaction.atomic
def save_count(*, count: Count, found: Mapping[int, Found], by: User) -> None:
    """By line. What is saved may be changed until the count is closed. Raises StockRefused.

    A page shows no number where something moved since it was counted: one that comes from there was counted again.
    """
    count = _open(count)
    lines = {line.pk: line for line in _lines(count)}
    changed = []
    for pk, said in found.items():
        line = lines[pk]
        if line.container and said.volume_ul and said.volume_ul > line.lot.product.container_ul:
            raise StockRefused("more_than_it_holds", what=str(line.lot))
        known = line.latest if said.latest is None else said.latest
        if line.found_ul != said.volume_ul or (line.seen or 0) < known:
            line.found_ul, line.seen = said.volume_ul, known
        line.explanation = said.explanation.strip()
        changed.append(line)
    CountLine.objects.bulk_update(changed, ["found_ul", "explanation", "seen"])
    _note(count, "count_saved", by, lines=len(changed))


def _lines(count: Count) -> list[CountLine]:
    return list(count.lines.with_latest().select_related("lot__product__clinic", "container"))


@transaction.atomic
def close_count(*, count: Count, by: User) -> Count:
    """Everything that differs becomes a movement, with what was said of it.

    Raises StockRefused where something was not counted, moved since it was counted, or differs without a word.
    """
    count = _open(count)
    lines = _lines(count)
    if left := next((line for line in lines if line.found_ul is None), None):
        raise StockRefused("not_counted", what=str(left.lot))
    for line in lines:
        _settle(line, by)
    count.closed_at, count.closed_by = timezone.now(), by
    count.save(update_fields=["closed_at", "closed_by"])
    moved = [line.movement for line in lines if line.movement]
    fixes = [*rows(*moved), *([CountLine.objects.filter(count=count)] if lines else [])]
    _note(count, "count_closed", by, fixes, differences=len(moved))
    return count


def _settle(line: CountLine, by: User) -> None:
    what = str(line.lot)
    if line.moved_since:
        raise StockRefused("moved_since", what=what)
    lot = held(line.lot)
    expected = line.container.left_ul if line.container else lot.unopened * lot.product.container_ul
    difference = line.found_ul - expected
    if difference and not line.explanation:
        raise StockRefused("not_explained", what=what)
    if difference:
        line.movement = _moved(lot, line.container, difference, by, line.explanation)
    line.expected_ul = expected
    line.save(update_fields=["movement", "expected_ul"])


def _moved(lot: Lot, container: Container | None, difference: int, by: User, note: str) -> Movement:
    kind, volume = (Kind.FOUND, difference) if difference > 0 else (Kind.MISSING, -difference)
    containers = volume // lot.product.container_ul
    if container is None:
        to_shelf(lot, containers) if kind == Kind.FOUND else from_shelf(lot, containers)
    else:
        container.lot = lot
        into_container(container, volume) if kind == Kind.FOUND else from_container(container, volume)
    return write(lot, kind, volume, by, container=container, note=note)


@transaction.atomic
def discard_count(*, count: Count, by: User) -> None:
    """Begun by mistake: nothing was written to the books."""
    count = _open(count)
    _note(count, "count_discarded", by)
    count.lines.all().delete()
    count.delete()


def _open(count: Count) -> Count:
    count = Count.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=count.pk)
    if count.closed_at is not None:
        raise StockRefused("counted_already")
    return count


def _note(count: Count, what: str, by: User, fixes: Iterable[object] = (), **detail: object) -> None:
    audit.record(by=by, what=f"stock.{what}", subject=count, clinic=count.clinic, detail=detail, fixes=fixes)
