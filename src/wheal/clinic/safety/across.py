"""Counts of every clinic of this server for the watch across them: so many people, of a product, in a month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from wheal import knowledge
from wheal.clinic import walls
from wheal.clinic.safety.models import Reaction
from wheal.clinic.safety.reactions.models import COUNTED_FROM
from wheal.clinic.stock.models import Product, spellings
from wheal.clinic.treatments.injected import not_injected
from wheal.clinic.treatments.models import MixComponent, Session
from wheal.events import expected
from wheal.surveillance import ALIKE, Exposure
from wheal.surveillance.across import Cell, Found, looked, released
from wheal.surveillance.frequent import is_soon

Key = tuple[date, int, str]
Labels = dict[tuple[int, str], dict[str, float]]
"""By clinic and product: the kinds that its label lets expect, each with its share of people."""


@dataclass(slots=True)
class _Ill:
    """One person with a product: the month of the last session, and what was reported."""

    month: date
    reactions: dict[int, bool]  # whether its label lets expect no more than that


def found(on: date) -> tuple[Found, ...]:
    """Three queries, whatever the number of clinics; one more where somebody has what labels let expect, and where an
    amendment says that nothing was injected. A product is its GTIN, or its name where it bears none."""
    with walls.every_clinic():  # counts that name nobody
        return looked(released(cells()), on=on)


def cells() -> Iterator[Cell]:
    none = not_injected(Session.objects.filter(signed_at__isnull=False)).mixes
    treated = _treated(none)
    events, usual, labels = _counted(none)
    for key, people in treated.items():
        month, clinic, product = key
        ill = min(people, events[key])
        share = sum(labels.get((clinic, product), {}).values())
        yield Cell(month, str(clinic), product, people, ill, min(ill, usual[key]), share)


def names(products: set[str]) -> dict[str, str]:
    """How a product is called in this server's stock."""
    codes = {code for product in products for code in spellings(product)}
    rows = Product.objects.filter(gtin__in=codes).values_list("gtin", "name").order_by("-pk")
    return {product: product for product in products} | {gtin.lstrip("0"): name for gtin, name in rows}


def _treated(none: Collection[int]) -> Counter[Key]:
    """People by month of the session, clinic and product. `none`: mixes of which nothing was injected after all."""
    rows = MixComponent.objects.filter(mix__session__signed_at__isnull=False).exclude(mix__in=none)
    counted: Counter[Key] = Counter()
    people = Count("mix__session__patient", distinct=True)
    for *key, number in _named(_told(rows, "mix__session", "lot__product").annotate(people=people)):
        counted[tuple(key)] += number
    return counted


def _told(rows: QuerySet, session: str, product: str, *more: str) -> QuerySet:
    """Columns: month, clinic, GTIN and name of the product, then `more`."""
    columns = "month", f"{session}__clinic", f"{product}__gtin", f"{product}__name", *more
    return rows.annotate(month=TruncMonth(_moment(session))).values_list(*columns).order_by()


def _moment(session: str) -> Coalesce:
    return Coalesce(F(f"{session}__inject_at"), F(f"{session}__signed_at"))


def _named(told: Iterable[tuple]) -> Iterator[tuple]:
    """The month's first day, the clinic, and one name of the product; then whatever else was told."""
    for month, clinic, gtin, name, *more in told:
        if named := _one_name(gtin, name):
            yield month.date().replace(day=1), clinic, named, *more


def _one_name(gtin: str, name: str) -> str:
    return gtin.lstrip("0") or name


def _counted(none: Collection[int]) -> tuple[Counter[Key], Counter[Key], Labels]:
    """Each person once a product, in the month of the last session that a reaction is tied to: all, and those with
    nothing but what a label lets expect."""
    rows = list(_ill(none))
    labels = _labels() if {row[4] for row in rows} & expected.kinds_promised(knowledge.current()) else {}
    found: dict[tuple[int, str, int], _Ill] = {}
    for month, clinic, named, patient, kind, flags, onset, day, reaction in rows:
        one = found.setdefault((clinic, named, patient), _Ill(month, {}))
        soon = (
            kind in labels.get((clinic, named), {})
            and not flags
            and is_soon(onset.toordinal(), day.toordinal())
        )
        one.month = max(month, one.month)
        one.reactions[reaction] = soon or one.reactions.get(reaction, False)
    events = Counter((one.month, clinic, named) for (clinic, named, _who), one in found.items())
    usual = Counter(
        (one.month, clinic, named)
        for (clinic, named, _who), one in found.items()
        if all(one.reactions.values())
    )
    return events, usual, labels


def _ill(none: Collection[int]) -> Iterator[tuple]:
    """Month, clinic, product, person, kind, red flags, first day, day of a session that it is tied to, and reaction."""
    rows = Reaction.objects.standing().filter(
        kind__in=ALIKE, ties__session__signed_at__isnull=False, ties__taken_back_at=None
    )
    told = rows.annotate(
        began=COUNTED_FROM, day=TruncDate(_moment("ties__session")), mix=F("ties__session__mixes")
    ).exclude(mix__in=none)
    more = "patient", "kind", "flags", "began", "day", "pk"
    product = "ties__session__mixes__components__lot__product"
    return _named(_told(told, "ties__session", product, *more))


def _labels() -> Labels:
    found: Labels = defaultdict(dict)
    for (kind, (clinic, product)), share in _promised().items():
        if share and kind in ALIKE:
            found[int(clinic), product][kind] = share
    return dict(found)


def _promised() -> dict[tuple[str, Exposure], float]:
    """Of each clinic's products, by what its stock says is in them."""
    rows = Product.objects.exclude(substance="").values_list("clinic", "gtin", "name", "substance", "also")
    held = {
        (str(clinic), _one_name(gtin, name)): (first, *(one for one, *_strength in also))
        for clinic, gtin, name, first, also in rows
    }
    return expected.promised(held, knowledge.current())


def promised_by_code() -> dict[str, float]:
    """The share of people of whom the label of a product tells a reaction that is counted here, for the registry, whose
    rows tell no substance: the least that the stock of any clinic of this server makes it."""
    shares: Counter[Exposure] = Counter()
    with walls.every_clinic():  # what a product holds, of nobody
        for (kind, clinic_and_product), share in _promised().items():
            shares[clinic_and_product] += share if kind in ALIKE else 0
    found: dict[str, float] = {}
    for (_clinic, product), share in shares.items():
        found[product] = min(share, found.get(product, share))
    return {product: share for product, share in found.items() if share}
