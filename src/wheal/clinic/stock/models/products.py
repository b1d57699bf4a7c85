"""What may be injected: products, their lots, and the containers opened from them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext

from wheal import ledger, mixing
from wheal.barcodes.national import identities, national
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models.places import Place
from wheal.clinic.vault_rows import Sealed
from wheal.clinic.written_alike import Bare, numbered, spellings
from wheal.knowledge import wording
from wheal.quantities import Quantity

ENDS_SOON = timedelta(days=30)


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> ProductQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def with_gtin(self, gtin: str) -> ProductQuerySet:
        return self.filter(gtin__in=spellings(gtin))

    def with_national(self, gtin: str) -> ProductQuerySet:
        """Without a GTIN, but with the national number that this one was made of."""
        return self.filter(gtin="").of_codes(gtin)

    def same_as(self, product: Product) -> ProductQuerySet:
        """In whichever clinic, by GTIN or by national number, however each of them was written down."""
        return self.of_codes(product.gtin, product.national_code)

    def of_codes(self, gtin: str, national_code: str = "") -> ProductQuerySet:
        gtins, numbers = identities(gtin, national_code)
        coded = self.exclude(national_code="").values_list("pk", "national_code") if numbers else ()
        named = [pk for pk, code in coded if numbers & identities("", code)[1]]
        return self.filter(Q(pk__in=named) | Q(gtin__in=[way for one in gtins for way in spellings(one)]))


LABEL = "stock.label"


class Product(models.Model):
    """A thing that is bought: one substance, or several, in its strength and container."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    substance = models.CharField(max_length=60)  # an id of the knowledge
    strength = models.DecimalField(max_digits=12, decimal_places=4)
    strength_unit = models.CharField(max_length=20, default="mg/mL")
    also = models.JSONField(default=list)  # what else is in it: [substance, strength, unit] each
    container_kind = models.CharField(max_length=20)
    container_ml = models.DecimalField(max_digits=8, decimal_places=3)
    vehicle = models.CharField(max_length=20, blank=True)  # what it is dissolved in; "": nobody has said it
    per_box = models.PositiveSmallIntegerField(default=1)  # containers that one scanned box adds
    gtin = models.CharField(max_length=14, blank=True)
    national_code = models.CharField(max_length=20, blank=True)  # CIP13, NDC, PZN
    maker = models.CharField(max_length=120, blank=True)
    coldest_c = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True
    )  # as the label says
    warmest_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    label = models.CharField(max_length=300, blank=True)  # address or citation of the leaflet
    label_file = models.CharField(max_length=40, blank=True)  # the leaflet itself: its name in the vault
    label_size = models.PositiveIntegerField(null=True, blank=True)
    label_sha256 = models.CharField(max_length=64, blank=True)
    low_at = models.PositiveIntegerField(
        null=True, blank=True
    )  # usable containers; below it is to be ordered
    retired_at = models.DateTimeField(null=True, blank=True)  # no longer bought
    changed_at = models.DateTimeField(
        auto_now=True
    )  # what is told of it: whoever saves by columns names this one too

    with_files = ~Q(label_file="")
    files_called = ("leaflet", "leaflets")
    files_patient = ""
    held_columns = (
        "id", "clinic_id", "name", "substance", "strength", "strength_unit", "also", "container_kind", "container_ml",
        "vehicle", "gtin", "national_code", "maker",
    )  # fmt: skip

    objects = ProductQuerySet.as_manager()

    def __str__(self) -> str:
        language = (get_language() or "en").partition("-")[0]
        return (
            f"{self.name} {wording.amount(self.concentration, language)}" if self.has_strength else self.name
        )

    def sealed_files(self) -> tuple[Sealed, ...]:
        return (Sealed("leaflet", self.label_file, LABEL, self.label_size, self.label_sha256),)

    @property
    def concentration(self) -> Quantity:
        return Quantity.of(self.strength, self.strength_unit)

    @property
    def has_strength(self) -> bool:
        """Not where it is counted in mL of itself."""
        return self.strength_unit not in ("mL/mL", "1")

    @property
    def container_ul(self) -> int:
        return ledger.microlitres(self.container_ml)

    @property
    def contents(self) -> list[tuple[str, Quantity]]:
        """Every substance in it with its strength, the one it is named by first."""
        return contents_of(self)

    @property
    def national_codes(self) -> list[tuple[str, str]]:
        """As somebody wrote it down, else as the GTIN tells."""
        told = national(self.gtin) if self.gtin else None
        if self.national_code:
            return [(told.kind if told else gettext("National code"), self.national_code)]
        return [tuple(told)] if told else []

    @property
    def is_for_one_patient(self) -> bool:
        return self.container_kind != "multi_dose"


def contents_of(row: Any) -> list[tuple[str, Quantity]]:
    """Of a product, or of a line that asks for such a one: `substance`, `concentration` and `also`."""
    others = [(code, Quantity.of(Decimal(strength), unit)) for code, strength, unit in row.also or []]
    return [(row.substance, row.concentration), *others]


def state_of(expires: date, is_recalled: bool, is_set_aside: bool, on: date) -> str:
    """Of a lot: recalled, quarantined, expired, ends_soon or usable; the worst of them."""
    if is_recalled:
        return "recalled"
    if is_set_aside:
        return "quarantined"
    if expires < on:
        return "expired"
    return "ends_soon" if expires <= on + ENDS_SOON else "usable"


class LotQuerySet(models.QuerySet["Lot"]):
    def visible_to(self, user: User) -> LotQuerySet:
        return self.filter(
            product__clinic__memberships__user=user, product__clinic__memberships__ended_at=None
        )

    def of(self, product: Product | int, number: str) -> Lot | None:
        """The one that bears this number; as it is written rather than as it may be spelt."""
        found = self.filter(numbered(number), product=product).select_related("product").order_by("pk")
        return next((lot for lot in found if lot.number == number), None) or next(iter(found), None)

    def usable(self, on: date) -> LotQuerySet:
        return self.filter(expires__gte=on, quarantined_at=None, recalled_at=None)

    def same_as(self, lot: Lot) -> LotQuerySet:
        """The lot itself, and what bears its number on the same product, in whichever clinic and however it is spelt.
        Without a GTIN or a national number nobody can say that two products are one."""
        alike = Product.objects.all().same_as(lot.product)
        same = Q(product=lot.product_id) | Q(product__in=alike)
        return self.filter(Q(pk=lot.pk) | same & Q(numbered(lot.number)))


class Lot(models.Model):
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(max_length=40, db_index=True)
    expires = models.DateField()
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="lots")
    containers_received = models.PositiveIntegerField(default=0)  # and not taken back
    unopened = models.PositiveIntegerField(default=0)  # on the shelf now
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quarantined_at = models.DateTimeField(null=True, blank=True)
    quarantined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    block_reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(
        auto_now=True
    )  # what is told of it: whoever saves by columns names this one too

    held_columns = ("id", "product_id", "number", "expires")

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="lot_number_is_unique_in_product"),
            models.CheckConstraint(
                condition=models.Q(recalled_at=None, recalled_by=None)
                | models.Q(recalled_at__isnull=False, recalled_by__isnull=False),
                name="lot_recall_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(quarantined_at=None, quarantined_by=None)
                | models.Q(quarantined_at__isnull=False, quarantined_by__isnull=False),
                name="lot_quarantine_is_whole",
            ),
        ]
        indexes = [models.Index(Bare("number"), name="lot_number_bare")]

    def __str__(self) -> str:
        return f"{self.product.name} {self.number}"

    @property
    def today(self) -> date:
        """The day where the lot lies."""
        return timezone.localdate(timezone=ZoneInfo(self.product.clinic.time_zone))

    @property
    def is_blocked(self) -> bool:
        return self.recalled_at is not None or self.quarantined_at is not None

    @property
    def blocked_since(self) -> datetime | None:
        return min(filter(None, (self.recalled_at, self.quarantined_at)), default=None)

    def state(self, on: date) -> str:
        return state_of(self.expires, self.recalled_at is not None, self.quarantined_at is not None, on)

    def as_lot(self) -> mixing.Lot:
        """Quarantined is treated as recalled until somebody frees it."""
        return mixing.Lot(number=self.number, expires=self.expires, recalled=self.is_blocked)


class Container(models.Model):
    """One vial, ampoule or syringe that has been opened."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="containers")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    left_ul = models.PositiveBigIntegerField(default=0)
    emptied_at = models.DateTimeField(null=True, blank=True)

    held_columns = ("id", "lot_id", "opened_at", "opened_by_id")

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"{self.lot} · {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def left_ml(self) -> Decimal:
        return ledger.millilitres(self.left_ul)

    def as_container(self) -> mixing.Container:
        return mixing.Container(kind=self.lot.product.container_kind, opened_at=self.opened_at)
