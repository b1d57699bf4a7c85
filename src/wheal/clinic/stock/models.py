"""What may be injected: products, their lots, and the containers opened from them."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models

from wheal import mixing
from wheal.clinic.people.models import Clinic, User
from wheal.quantities import Quantity

ENDS_SOON = timedelta(days=30)


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> ProductQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def with_gtin(self, gtin: str) -> ProductQuerySet:
        """`gtin` has 14 digits; products may be kept with fewer, without leading zeros."""
        shorter = [gtin[-size:] for size in (8, 12, 13) if int(gtin[:-size]) == 0]
        return self.filter(gtin__in=[gtin, *shorter])


class Product(models.Model):
    """A thing that is bought: one substance in one strength and container."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    substance = models.CharField(max_length=60)  # an id of the knowledge
    strength = models.DecimalField(max_digits=12, decimal_places=4)
    strength_unit = models.CharField(max_length=20, default="mg/mL")
    container_kind = models.CharField(max_length=20)
    container_ml = models.DecimalField(max_digits=8, decimal_places=3)
    gtin = models.CharField(max_length=14, blank=True)
    maker = models.CharField(max_length=120, blank=True)

    objects = ProductQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} {self.strength.normalize():f} {self.strength_unit}"

    @property
    def concentration(self) -> Quantity:
        return Quantity.of(self.strength, self.strength_unit)


class LotQuerySet(models.QuerySet["Lot"]):
    def visible_to(self, user: User) -> LotQuerySet:
        return self.filter(
            product__clinic__memberships__user=user, product__clinic__memberships__ended_at=None
        )

    def usable(self, on: date) -> LotQuerySet:
        return self.filter(expires__gte=on, quarantined_at=None, recalled_at=None)


class Lot(models.Model):
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(max_length=40, db_index=True)
    expires = models.DateField()
    containers_received = models.PositiveIntegerField(default=0)
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

    def __str__(self) -> str:
        return f"{self.product.name} {self.number}"

    @property
    def is_blocked(self) -> bool:
        return self.recalled_at is not None or self.quarantined_at is not None

    def state(self, on: date) -> str:
        """recalled, quarantined, expired, ends_soon or usable; the worst of them."""
        if self.recalled_at:
            return "recalled"
        if self.quarantined_at:
            return "quarantined"
        if self.expires < on:
            return "expired"
        return "ends_soon" if self.expires <= on + ENDS_SOON else "usable"

    def as_lot(self) -> mixing.Lot:
        """Quarantined is treated as recalled until somebody frees it."""
        return mixing.Lot(number=self.number, expires=self.expires, recalled=self.is_blocked)


class Container(models.Model):
    """One vial, ampoule or syringe that has been opened."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="containers")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"{self.lot} · {self.opened_at:%Y-%m-%d %H:%M}"

    def as_container(self) -> mixing.Container:
        return mixing.Container(kind=self.lot.product.container_kind, opened_at=self.opened_at)
