"""What suppliers bring: a delivery is scanned line by line and received in one go."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models.movements import Movement
from wheal.clinic.stock.models.products import Product


class Supplier(models.Model):
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="suppliers")
    name = models.CharField(max_length=120)
    contact = models.TextField(blank=True)  # whom to call in a recall, and how
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="supplier_is_named_once_in_a_clinic")
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> DeliveryQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


class Delivery(models.Model):
    """A draft while its boxes are scanned; received whole, once."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="deliveries")
    supplier = models.ForeignKey(
        Supplier, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    document = models.CharField(max_length=60, blank=True)  # number of the delivery note or invoice
    arrived_on = models.DateField()
    begun_at = models.DateTimeField(auto_now_add=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received_at=None, received_by=None)
                | models.Q(received_at__isnull=False, received_by__isnull=False),
                name="delivery_receipt_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier or self.clinic} {self.document} {self.arrived_on}"


class DeliveryLine(models.Model):
    """So many containers of one lot. Fixed once received; a line that was wrong is replaced by another."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="delivered")
    number = models.CharField(max_length=40)
    expires = models.DateField()
    containers = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)  # of one container
    serials = models.JSONField(default=list)  # of the boxes that were scanned: none counts twice
    movement = models.OneToOneField(
        Movement, null=True, blank=True, on_delete=models.PROTECT, related_name="delivery_line"
    )
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reason = models.CharField(max_length=400, blank=True)  # why it replaces the other

    fixed_when = models.Q(movement__isnull=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.product} {self.number} × {self.containers}"
