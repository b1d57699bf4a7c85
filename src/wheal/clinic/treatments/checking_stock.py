"""The whole stock held against its books: what `wheal.ledger` is asked of lots, mixes and transfers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from django.db.models import Max, Sum

from wheal import ledger
from wheal.clinic.stock.models import Container, Lot, Movement, TransferLine
from wheal.clinic.transactions import one_moment
from wheal.clinic.treatments import books
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent, Pass
from wheal.ledger import Discrepancy, Entry, Left, LotBooks, MixBooks, TransferBooks, Vial

AT_ONCE = 100


def discrepancies() -> list[Discrepancy]:
    """Everything that does not add up, in all clinics, as of one moment. Nobody who writes waits for it."""
    with one_moment():
        return [*_all_lots(), *_all_mixes(), *ledger.check(transfers=_transfers())]


def _all_lots() -> Iterator[Discrepancy]:
    ids = list(Lot.objects.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), AT_ONCE):
        yield from ledger.check(lots=lot_books(ids[at : at + AT_ONCE]))


def lot_books(ids: Sequence[int]) -> list[LotBooks]:
    """Four queries, however many they are."""
    entries, containers, drawn_up = _entries(ids), _containers(ids), _drawn_up(ids)
    return [
        LotBooks(
            lot=lot.pk,
            container_ul=lot.product.container_ul,
            unopened=lot.unopened,
            containers=containers[lot.pk],
            drawn_up_ul=drawn_up[lot.pk],
            entries=tuple(entries[lot.pk]),
        )
        for lot in Lot.objects.filter(pk__in=ids).select_related("product").order_by("pk")
    ]


def _entries(ids: Sequence[int]) -> dict[int, list[Entry]]:
    rows = Movement.objects.filter(lot__in=ids).order_by().values_list("lot", "kind", "container", "mix")
    found: dict[int, list[Entry]] = defaultdict(list)
    for lot, kind, container, mix, volume in rows.annotate(volume=Sum("volume_ul")):
        found[lot].append(Entry(kind, volume, container, mix))
    return found


def _containers(ids: Sequence[int]) -> dict[int, dict[int, Left]]:
    found: dict[int, dict[int, Left]] = defaultdict(dict)
    for row in Container.objects.filter(lot__in=ids):
        found[row.lot_id][row.pk] = Left(row.left_ul, row.emptied_at is not None)
    return found


def _drawn_up(ids: Sequence[int]) -> dict[int, int]:
    """What stands in syringes of sessions that nobody has signed."""
    rows = MixComponent.objects.filter(lot__in=ids, mix__session__signed_at=None).order_by()
    found = rows.values_list("lot").annotate(volume=Sum("volume_ml"))
    return defaultdict(int, {lot: ledger.microlitres(volume) for lot, volume in found})


def _all_mixes() -> Iterator[Discrepancy]:
    """By number: a mix that was removed may have left movements behind."""
    last = Mix.objects.aggregate(last=Max("pk"))["last"] or 0
    moved = Movement.objects.aggregate(last=Max("mix"))["last"] or 0
    for begin in range(1, max(last, moved) + 1, AT_ONCE):
        yield from ledger.check(mixes=mix_books(range(begin, begin + AT_ONCE)))


def mix_books(ids: Iterable[int]) -> list[MixBooks]:
    """Four queries, however many they are."""
    ids = list(ids)
    drawn, injected, moved = _drawn(ids), _injected(ids), _moved(ids)
    return [
        MixBooks(mix=mix, drawn_ul=drawn[mix], injected_ul=injected.get(mix), moved_ul=moved[mix])
        for mix in sorted(drawn.keys() | injected.keys() | moved.keys())
    ]


def _drawn(ids: Sequence[int]) -> dict[int, dict[Vial, int]]:
    """From which containers, as the record says, amendments of the lot included."""
    found: dict[int, dict[Vial, int]] = defaultdict(lambda: defaultdict(int))
    for mix, parts in books.came(ids).items():
        for part in parts:
            found[mix][Vial(part.lot, part.container)] += part.volume_ul
    return found


def _injected(ids: Sequence[int]) -> dict[int, int]:
    """Of the mixes that were signed with something in them; what an amendment says comes last and counts."""
    signed = Mix.objects.filter(pk__in=ids, session__signed_at__isnull=False, components__isnull=False)
    found = dict.fromkeys(signed.values_list("pk", flat=True), 0)
    for row in Pass.objects.filter(mix__in=found).only("mix", "total_ml"):
        found[row.mix_id] += ledger.microlitres(row.total_ml)
    for row in Amendment.objects.filter(mix__in=found, injected_ml__isnull=False):
        found[row.mix_id] = ledger.microlitres(row.injected_ml)
    return found


def _moved(ids: Sequence[int]) -> dict[int, dict[tuple[Vial, str], int]]:
    rows = Movement.objects.filter(mix__in=ids).order_by().values_list("mix", "lot", "container", "kind")
    found: dict[int, dict[tuple[Vial, str], int]] = defaultdict(dict)
    for mix, lot, container, kind, volume in rows.annotate(volume=Sum("volume_ul")):
        found[mix][Vial(lot, container), kind] = volume
    return found


def _transfers() -> Iterator[TransferBooks]:
    """Those that have arrived. What was explained is what the line says was lost or too many."""
    rows = TransferLine.objects.filter(arrived_containers__isnull=False)
    for row in rows.select_related("sent", "arrived", "lot__product"):
        explained = row.containers - row.arrived_containers if row.explanation else 0
        arrived = row.arrived.volume_ul if row.arrived else 0
        yield TransferBooks(row.pk, row.sent.volume_ul, arrived, explained * row.lot.product.container_ul)


def kept(found: Iterable[Discrepancy]) -> dict[str, object]:
    """What the timetable keeps of the night: how much was read, and everything that is wrong, with its clinic."""
    return {
        "lots": Lot.objects.count(),
        "movements": Movement.objects.count(),
        "wrong": [_told(each) for each in found],
    }


def _told(each: Discrepancy) -> dict[str, object]:
    said = {name: value for name, value in asdict(each).items() if value is not None}
    return said | {"clinic": _clinic(each)}


def _clinic(each: Discrepancy) -> int | None:
    if each.lot is not None:
        rows = Lot.objects.filter(pk=each.lot).values_list("product__clinic", flat=True)
    elif each.mix is not None:
        rows = Mix.objects.filter(pk=each.mix).values_list("session__clinic", flat=True)
    else:
        rows = TransferLine.objects.filter(pk=each.line).values_list("transfer__sender", flat=True)
    return rows.first()
