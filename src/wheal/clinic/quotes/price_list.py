"""The clinic's own rates of tax and packages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wheal import quotes
from wheal.clinic.people.models import Clinic

USER = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class Tax(models.Model):
    """A rate as the clinic states it. Wheal holds none. Written once; it may only be retired."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="taxes")
    name = models.CharField(max_length=80)  # as it is printed; where none is due, with the reason
    percent = models.DecimalField(max_digits=6, decimal_places=3)
    stated_at = models.DateTimeField(auto_now_add=True)
    stated_by = models.ForeignKey(**USER)
    retired_at = models.DateTimeField(null=True, blank=True)

    fixed_when = Q()
    fixed_columns = ("id", "clinic_id", "name", "percent", "stated_at", "stated_by_id")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lt=100), name="tax_is_a_share"),
            models.UniqueConstraint(
                fields=["clinic", "name"], condition=Q(retired_at=None), name="one_tax_of_a_name_in_a_clinic"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_tax(self) -> quotes.Tax:
        return quotes.Tax(self.name, self.percent)


class Package(models.Model):
    """Lines that the clinic offers together. Written once; changed by writing another and retiring this one."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="packages")
    name = models.CharField(max_length=80)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(**USER)
    retired_at = models.DateTimeField(null=True, blank=True)

    fixed_when = Q()
    fixed_columns = ("id", "clinic_id", "name", "written_at", "written_by_id")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "name"],
                condition=Q(retired_at=None),
                name="one_package_of_a_name_in_a_clinic",
            )
        ]

    def __str__(self) -> str:
        return self.name


class LineKind(models.TextChoices):
    SESSION = "session", _("Session")
    PRODUCT = "product", _("Product")
    OTHER = "other", _("Other")
    REDUCTION = "reduction", _("Reduction")


class Priced(models.Model):
    """So many of something at a price; a reduction has a price below nothing."""

    kind = models.CharField(max_length=10, choices=LineKind.choices)
    words = models.CharField(max_length=160)
    quantity = models.DecimalField(max_digits=7, decimal_places=2)
    unit_price = models.DecimalField(max_digits=9, decimal_places=2)
    tax = models.ForeignKey(Tax, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["id"]

    def as_line(self) -> quotes.Line:
        tax = self.tax.as_tax() if self.tax else None
        return quotes.Line(self.kind, self.words, self.quantity, self.unit_price, tax)


class PackageLine(Priced):
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="lines")

    fixed_when = Q()

    def __str__(self) -> str:
        return self.words
