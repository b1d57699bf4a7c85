"""Places: kept, read, and what is done when one was too warm or too cold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal import storage
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.actions.lots import block_further, free, quarantine
from wheal.clinic.stock.actions.moving import held
from wheal.clinic.stock.models import Excursion, Lot, Place, Reading
from wheal.clinic.stock.refusals import StockRefused

POSSIBLE = (Decimal(-90), Decimal(60))  # what a thermometer in a clinic can show; anything else is a slip


@transaction.atomic
def keep_place(
    *,
    clinic: Clinic,
    name: str,
    kind: str,
    by: User,
    coldest_c: Decimal | None = None,
    warmest_c: Decimal | None = None,
    place: Place | None = None,
) -> Place:
    """A new one, or `place` corrected. Raises StockRefused where another has this name."""
    name = name.strip()
    if Place.objects.filter(clinic=clinic, name__iexact=name).exclude(pk=place and place.pk).exists():
        raise StockRefused("named_already")
    kept = place or Place(clinic=clinic)
    kept.name, kept.kind, kept.coldest_c, kept.warmest_c = name, kind, coldest_c, warmest_c
    kept.save()
    _note(kept, "place_kept", by)
    return kept


@transaction.atomic
def retire_place(*, place: Place, by: User) -> None:
    """No longer offered; what lay there lies nowhere in particular. Its log stays."""
    place.retired_at = place.retired_at or timezone.now()
    place.save(update_fields=["retired_at"])
    place.lots.update(place=None)
    _note(place, "place_retired", by)


@transaction.atomic
def read_temperature(
    *,
    place: Place,
    celsius: Decimal,
    by: User,
    lowest_c: Decimal | None = None,
    highest_c: Decimal | None = None,
    read_at: datetime | None = None,
    note: str = "",
) -> Reading:
    """Write it down. Outside the bounds of the place an excursion begins: every lot there that was kept outside its own
    bounds, or whose bounds nobody has written down, is set aside until somebody settles it. What was blocked before
    stays so, and its reason says of this too."""
    now = timezone.now()
    if read_at and read_at > now:
        raise StockRefused("time_in_future")
    shown = [each for each in (celsius, lowest_c, highest_c) if each is not None]
    if any(not POSSIBLE[0] <= each <= POSSIBLE[1] for each in shown):
        raise StockRefused("out_of_proportion")
    place = Place.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=place.pk)
    written = Reading.objects.create(
        place=place,
        celsius=celsius,
        lowest_c=lowest_c,
        highest_c=highest_c,
        read_at=read_at or now,
        read_by=by,
        outside=any(map(place.is_outside, shown)),
        note=note.strip(),
    )
    _note(place, "temperature_read", by, [written], celsius=str(celsius), outside=written.outside)
    if written.outside:
        _set_aside(written, shown, by)
    return written


def _set_aside(reading: Reading, shown: list[Decimal], by: User) -> None:
    place = reading.place
    open_one = place.excursions.filter(settled_at=None).first()
    excursion = open_one or Excursion.objects.create(place=place, reading=reading)
    there = place.lots.filter(Q(unopened__gt=0) | Q(containers__emptied_at=None, containers__left_ul__gt=0))
    named = {lot.pk for lot in (*excursion.lots.all(), *excursion.already.all())}
    for each in there.select_related("product").order_by("pk").distinct():
        coldest, warmest = _bounds(each, place)
        if not any(storage.is_outside(celsius, coldest, warmest) for celsius in shown):
            continue
        lot = held(each)
        if not lot.is_blocked:  # never was, or was freed since an earlier reading
            excursion.already.remove(lot)
            excursion.lots.add(lot)
            quarantine(lot=lot, reason=_reason(place, shown), by=by)
        elif lot.pk not in named:  # for another reason, which the end of this excursion does not settle
            excursion.already.add(lot)
            block_further(lot=lot, reason=_reason(place, shown), by=by)


def _bounds(lot: Lot, place: Place) -> tuple[Decimal | None, Decimal | None]:
    """The product's own; where nobody has written one down, that of the place."""
    product = lot.product
    coldest = place.coldest_c if product.coldest_c is None else product.coldest_c
    warmest = place.warmest_c if product.warmest_c is None else product.warmest_c
    return coldest, warmest


def _reason(place: Place, shown: list[Decimal]) -> str:
    said = " / ".join(f"{each:f} °C" for each in shown)
    return _("Kept in %(place)s at %(shown)s.") % {"place": place.name, "shown": said}


@transaction.atomic
def take_back_reading(*, reading: Reading, reason: str, by: User) -> Reading:
    """It was misread or mistyped: the line stays and no longer counts. What it set aside is settled by hand."""
    if not reason.strip():
        raise StockRefused("reason_missing")
    if reading.takes_back_id or Reading.objects.filter(takes_back=reading).exists():
        raise StockRefused("taken_back_already")
    back = Reading.objects.create(
        place=reading.place, takes_back=reading, read_at=timezone.now(), read_by=by, note=reason.strip()
    )
    _note(reading.place, "temperature_taken_back", by, [back])
    return back


@transaction.atomic
def settle_excursion(*, excursion: Excursion, conclusion: str, to_free: Iterable[Lot], by: User) -> None:
    """What becomes of what was set aside: those lots are freed; the others stay in quarantine."""
    if not conclusion.strip():
        raise StockRefused("reason_missing")
    rows = Excursion.objects.select_for_update(of=("self",)).select_related("place__clinic")
    excursion = rows.get(pk=excursion.pk)
    if excursion.settled_at is not None:
        raise StockRefused("settled_already")
    wanted = {lot.pk for lot in to_free}
    for lot in excursion.lots.select_related("product__clinic").filter(pk__in=wanted, recalled_at=None):
        free(lot=lot, reason=conclusion, by=by)
    excursion.settled_at, excursion.settled_by = timezone.now(), by
    excursion.conclusion = conclusion.strip()
    excursion.save(update_fields=["settled_at", "settled_by", "conclusion"])
    audit.record(
        by=by,
        what="stock.excursion_settled",
        subject=excursion,
        clinic=excursion.place.clinic,
        detail={"freed": sorted(wanted)},
        fixes=[Excursion.objects.filter(pk=excursion.pk)],
    )


def _note(place: Place, what: str, by: User, written: Iterable[Reading] = (), **detail: object) -> None:
    fixes = [Reading.objects.filter(pk=row.pk) for row in written]
    audit.record(by=by, what=f"stock.{what}", subject=place, clinic=place.clinic, detail=detail, fixes=fixes)
