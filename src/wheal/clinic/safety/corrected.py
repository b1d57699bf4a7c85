"""What amendments say of lots and volumes, laid over what was read of the signed record.

Whoever was signed as given from one lot and got another is told of both: nothing is taken off a list. Volumes are told
of the lot that stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from wheal import tracing
from wheal.clinic.prepared import Prepared
from wheal.clinic.safety import rows
from wheal.clinic.safety.rows import Found
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent

Vial = tuple[int, int | None]
"""A mix and the container that the record says it was drawn from; an amendment is of all of that."""


class Said(NamedTuple):
    mix: int
    container: int | None
    lot: int | None
    really: int | None  # the container
    injected_ul: int | None


def _said(amendments: QuerySet[Amendment]) -> QuerySet[Any]:
    told = amendments.filter(Q(component__isnull=False, lot__isnull=False) | Q(injected_ml__isnull=False))
    return told.order_by("pk").values_list(
        Coalesce("component__mix_id", "mix_id"), "component__container_id", "lot_id", "container_id",
        rows.microlitres("injected_ml"),
    )  # fmt: skip


def _of_lots(lots: Any) -> QuerySet[Any]:
    """Whatever touches a mix that held them, or holds them by an amendment."""
    drawn = MixComponent.objects.filter(lot__in=lots).order_by()
    moved = (
        Amendment.objects.filter(lot__in=lots, component__isnull=False).order_by().values("component__mix")
    )
    there = MixComponent.objects.filter(mix__in=moved).order_by()
    return _said(
        Amendment.objects.filter(
            Q(component__in=drawn.values("pk"))
            | Q(component__in=there.values("pk"))
            | Q(mix__in=drawn.values("mix"))
            | Q(mix__in=moved)
        )
    )


def _of_sessions(**which: Any) -> QuerySet[Any]:
    return _said(Amendment.objects.filter(**which))


_OF_LOT = Prepared(lambda pk: _of_lots([pk]))
_OF_PATIENT = Prepared(lambda pk: _of_sessions(session__patient=pk))


def of_lot(pk: int) -> Found:
    return _laid(rows.of_lot(pk), _OF_LOT(pk), {pk})


def of_lots(lots: Collection[int]) -> Found:
    drawn = rows.rows_of(MixComponent.objects.filter(lot__in=lots))
    return _laid(rows.read(drawn), _of_lots(lots), set(lots))


def of_number(number: str) -> Found:
    found = rows.of_number(number)
    said = [row for pk in found.lots for row in _OF_LOT(pk)]
    return _laid(found, said, set(found.lots))


def of_patient(pk: int) -> Found:
    return _laid(rows.of_patient(pk), _OF_PATIENT(pk), None)


def of_drawn(drawn: QuerySet[MixComponent]) -> Found:
    """All that is drawn there, whichever lot it came from."""
    mixes = Mix.objects.filter(components__in=drawn.values("pk")).order_by()
    return _laid(rows.read(rows.rows_of(drawn)), _of_sessions(session__in=mixes.values("session")), None)


def _laid(found: Found, amendments: Iterable[tuple[Any, ...]], wanted: Collection[int] | None) -> Found:
    """`wanted`: the lots asked for; None: any."""
    said = [Said(*row) for row in amendments]
    if said:
        chains = _chains(said)
        found = found._replace(
            given={row.mix: row.injected_ul for row in said if row.injected_ul is not None}
        )
        found = _moved(_with_what_came(found, chains), chains, wanted) if chains else found
    uneven = tracing.uneven(found.drawn, found.mixed, found.injected, found.given)
    return found._replace(parts=_parts(uneven)) if uneven else found


def _chains(said: Iterable[Said]) -> dict[Vial, list[tuple[int, int | None]]]:
    """Lot and container as one amendment after the other says; the last one stands."""
    chains: dict[Vial, list[tuple[int, int | None]]] = defaultdict(list)
    for row in said:
        if row.lot is not None:
            chains[row.mix, row.container].append((row.lot, row.really))
    return chains


def _with_what_came(found: Found, chains: Collection[Vial]) -> Found:
    """Together with what was signed as of another lot; in the order of names."""
    here = {(row.mix, row.container) for row in found.drawn}
    missing = {mix for mix, container in chains if (mix, container) not in here}
    if not missing:
        return found
    read = rows.read(rows.rows_of(MixComponent.objects.filter(mix__in=missing), with_lots=False))
    came = [
        row
        for row in read.drawn
        if (row.mix, row.container) in chains and (row.mix, row.container) not in here
    ]
    passes = {each.id: each for each in (*found.injected, *read.injected)}
    drawn = sorted([*found.drawn, *came], key=lambda row: row.person.casefold())
    return found._replace(drawn=drawn, mixed=found.mixed | read.mixed, injected=list(passes.values()))


def _moved(
    found: Found, chains: dict[Vial, list[tuple[int, int | None]]], wanted: Collection[int] | None
) -> Found:
    drawn: list[tracing.Drawn] = []
    for row in found.drawn:
        chain = chains.get((row.mix, row.container))
        drawn += [row] if chain is None else _stations(row, chain, wanted)
    unknown = {row.lot for row in drawn} - found.lots.keys() if wanted is None else set()
    lots = Lot.objects.filter(pk__in=unknown).select_related("product") if unknown else ()
    return found._replace(drawn=drawn, lots=found.lots | {lot.pk: told(lot) for lot in lots})


def _stations(
    row: tracing.Drawn, chain: list[tuple[int, int | None]], wanted: Collection[int] | None
) -> list[tracing.Drawn]:
    """As of each lot that it was ever said to come from."""
    stands = chain[-1][0]
    return [
        row._replace(lot=lot, container=container, stands=lot == stands, corrected=True)
        for lot, container in dict([(row.lot, row.container), *chain]).items()
        if wanted is None or lot in wanted
    ]


def _parts(mixes: Collection[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    drawn = MixComponent.objects.filter(mix__in=mixes).order_by("mix", "pk")
    for mix, part, volume in drawn.values_list("mix", "pk", rows.microlitres("volume_ml")):
        found[mix][part] = volume
    return found


def told(lot: Lot) -> tracing.Lot:
    return tracing.Lot(
        id=lot.pk,
        gtin=lot.product.gtin,
        number=lot.number,
        product=lot.product.name,
        substance=lot.product.substance,
        expires=lot.expires,
        state=lot.state(timezone.localdate()),
    )
