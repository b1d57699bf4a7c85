"""Counts of every clinic of this server for the watch across them: so many people, of a product, in a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, TruncMonth

from wheal.clinic import walls
from wheal.clinic.safety.models import Reaction
from wheal.clinic.stock.models import Product, spellings
from wheal.clinic.treatments.models import MixComponent
from wheal.surveillance import ALIKE
from wheal.surveillance.across import Cell, Found, looked, released

Key = tuple[date, int, str]


def found(on: date) -> tuple[Found, ...]:
    """Two queries, whatever the number of clinics. A product is its GTIN, or its name where it bears none."""
    with walls.every_clinic():  # counts that name nobody
        return looked(released(cells()), on=on)


def cells() -> Iterator[Cell]:
    treated, ill = _treated(), _ill()
    for key, people in treated.items():
        month, clinic, product = key
        yield Cell(month, str(clinic), product, people, min(people, ill[key]))


def names(products: set[str]) -> dict[str, str]:
    """How a product is called in this server's stock."""
    codes = {code for product in products for code in spellings(product)}
    rows = Product.objects.filter(gtin__in=codes).values_list("gtin", "name").order_by("-pk")
    return {product: product for product in products} | {gtin.lstrip("0"): name for gtin, name in rows}


def _treated() -> Counter[Key]:
    """People by month of the session, clinic and product."""
    rows = MixComponent.objects.filter(mix__session__signed_at__isnull=False)
    counted: Counter[Key] = Counter()
    people = Count("mix__session__patient", distinct=True)
    for *key, number in _named(_told(rows, "mix__session", "lot__product").annotate(people=people)):
        counted[tuple(key)] += number
    return counted


def _told(rows: QuerySet, session: str, product: str, *more: str) -> QuerySet:
    """Columns: month, clinic, GTIN and name of the product, then `more`."""
    was = Coalesce(F(f"{session}__inject_at"), F(f"{session}__signed_at"))
    columns = "month", f"{session}__clinic", f"{product}__gtin", f"{product}__name", *more
    return rows.annotate(month=TruncMonth(was)).values_list(*columns).order_by()


def _named(told: Iterable[tuple]) -> Iterator[tuple]:
    """The month's first day, the clinic, and one name of the product; then whatever else was told."""
    for month, clinic, gtin, name, last in told:
        if gtin or name:
            yield month.date().replace(day=1), clinic, gtin.lstrip("0") or name, last


def _ill() -> Counter[Key]:
    """Each person once a product, in the month of the last session that a reaction is tied to."""
    rows = Reaction.objects.standing().filter(
        kind__in=ALIKE, ties__session__signed_at__isnull=False, ties__taken_back_at=None
    )
    product = "ties__session__mixes__components__lot__product"
    last: dict[tuple[int, str, int], date] = {}
    for month, clinic, named, patient in _named(_told(rows, "ties__session", product, "patient").distinct()):
        key = clinic, named, patient
        last[key] = max(month, last.get(key, month))
    return Counter((month, clinic, named) for (clinic, named, _patient), month in last.items())
