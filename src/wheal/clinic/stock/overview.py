"""What lies on the shelf, product by product, and what ought to be done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from wheal import knowledge, ledger
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock import actions
from wheal.clinic.stock.models import (
    Container,
    Delivery,
    DeliveryLine,
    Excursion,
    Lot,
    Product,
    Transfer,
)
from wheal.ledger import Discrepancy

LATE = timedelta(hours=2)
SHOWN = ("all", "usable", "low", "soon", "unusable")
"""What the list may be narrowed to."""


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot that something is left of, with its state today."""

    lot: Lot  # with `open_now` and `open_ul`
    state: str

    @property
    def volume_ml(self) -> Decimal:
        return self.lot.unopened * self.lot.product.container_ml + ledger.millilitres(self.lot.open_ul)

    @property
    def is_usable(self) -> bool:
        return self.state in ("usable", "ends_soon")


@dataclass(frozen=True, slots=True)
class ProductRow:
    product: Product
    lots: list[LotRow] = field(default_factory=list)

    @property
    def usable(self) -> list[LotRow]:
        return [row for row in self.lots if row.is_usable]

    @property
    def unusable(self) -> list[LotRow]:
        return [row for row in self.lots if not row.is_usable]

    @property
    def containers(self) -> int:
        """That may be opened."""
        return sum(row.lot.unopened for row in self.usable)

    @property
    def volume_ml(self) -> Decimal:
        return sum((row.volume_ml for row in self.usable), Decimal(0))

    @property
    def is_low(self) -> bool:
        return self.product.low_at is not None and self.containers < self.product.low_at

    @property
    def ends_soon(self) -> bool:
        return any(row.state == "ends_soon" for row in self.lots)


def rows(clinic: Clinic, on: date) -> list[ProductRow]:
    """Two queries."""
    lots: dict[int, list[LotRow]] = defaultdict(list)
    for lot in with_open(Lot.objects.filter(product__clinic=clinic)).select_related("product"):
        if lot.unopened or lot.open_now:
            lots[lot.product_id].append(LotRow(lot, lot.state(on)))
    products = Product.objects.filter(clinic=clinic).order_by("name", "pk")
    return [ProductRow(each, lots[each.pk]) for each in products if each.retired_at is None or lots[each.pk]]


def narrowed(found: Iterable[ProductRow], asked: str, shown: str) -> list[ProductRow]:
    """`asked`: part of a name, a substance, a code or a lot's number. `shown`: one of `SHOWN`."""
    return [row for row in found if _is_asked(row, asked) and _is_shown(row, shown)]


def with_open(lots):
    """Each with how many of its containers are open and what they hold, the first to expire first."""
    is_open = Q(containers__emptied_at=None, containers__left_ul__gt=0)
    return lots.annotate(
        open_now=Count("containers", filter=is_open),
        open_ul=Coalesce(Sum("containers__left_ul", filter=is_open), 0),
    ).order_by("expires", "number", "pk")


def _is_asked(row: ProductRow, asked: str) -> bool:
    """Without accents of the reader's own: what is typed is compared as it stands, in any case."""
    asked = asked.strip().casefold()
    product, known = row.product, knowledge.current()
    codes = [code for code, _ in product.contents]
    named = [known.name(code, language) for code in codes for language in known.texts_held]
    told = [product.name, product.maker, product.gtin, product.national_code, *codes, *named]
    told += [each.lot.number for each in row.lots]
    return not asked or any(asked in each.casefold() for each in told)


def _is_shown(row: ProductRow, shown: str) -> bool:
    return {
        "usable": bool(row.usable),
        "low": row.is_low,
        "soon": row.ends_soon,
        "unusable": bool(row.unusable) or not row.usable,
    }.get(shown, True)


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody ought to look at. None of it says what is decided."""

    low: list[ProductRow]
    ends_soon: list[LotRow]
    expired: list[LotRow]
    open_too_long: list[Container]
    left_open: list[Container]  # for one patient, opened on an earlier day
    deliveries: list[Delivery]  # begun and not received
    arriving: list[Transfer]
    excursions: list[Excursion]
    wrong: list[Discrepancy]  # in the books, last night
    missed: bool  # the books were not looked at last night

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def to_do(clinic: Clinic, found: Iterable[ProductRow], now: datetime, on: date) -> Due:
    """`found`: all rows of the clinic. Six queries."""
    found = list(found)
    lots = [row for each in found for row in each.lots]
    opened = _opened(clinic)
    night = NightlyJob.objects.filter(name="check_stock").first()
    return Due(
        low=[row for row in found if row.is_low],
        ends_soon=[row for row in lots if row.state == "ends_soon"],
        expired=[row for row in lots if row.state == "expired"],
        open_too_long=[one for one in opened if actions.is_past_use(one, now)],
        left_open=[
            one
            for one in opened
            if one.lot.product.is_for_one_patient and timezone.localdate(one.opened_at) < on
        ],
        deliveries=list(Delivery.objects.filter(clinic=clinic, received_at=None).select_related("supplier")),
        arriving=list(
            Transfer.objects.filter(receiver=clinic, arrived_at=None, called_back_at=None).select_related(
                "sender"
            )
        ),
        excursions=list(
            Excursion.objects.filter(place__clinic=clinic, settled_at=None).select_related("place", "reading")
        ),
        wrong=_wrong(night, clinic),
        missed=_was_missed(night, now),
    )


def _was_missed(night: NightlyJob | None, now: datetime) -> bool:
    """Whether the last look that was due failed, broke off, or is late. The first one is due the first night."""
    if night is None or night.failed:
        return night is not None
    broke_off = night.begun_at and night.ended_at is None and night.begun_at < now - LATE
    return bool(broke_off) or night.next_at < now - LATE


def _opened(clinic: Clinic) -> list[Container]:
    """In no syringe that waits for its injection."""
    rows = Container.objects.filter(lot__product__clinic=clinic, emptied_at=None, left_ul__gt=0)
    return list(rows.select_related("lot__product").order_by("opened_at"))


def _wrong(night: NightlyJob | None, clinic: Clinic) -> list[Discrepancy]:
    """What nobody can say a clinic of is told in every one."""
    said = [dict(each) for each in night.outcome.get("wrong") or []] if night else []
    return [Discrepancy(**each) for each in said if each.pop("clinic", None) in (clinic.pk, None)]


def price_per_ml(product: Product) -> tuple[Decimal, DeliveryLine] | None:
    """Of the last delivery that told a price."""
    lines = DeliveryLine.objects.filter(product=product, price__isnull=False, movement__isnull=False)
    last = lines.filter(replaced_by=None).select_related("delivery__supplier").order_by("-pk").first()
    return (last.price / product.container_ml, last) if last else None
