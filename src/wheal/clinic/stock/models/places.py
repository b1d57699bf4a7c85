"""Where stock lies, how warm it is there, and what was done when it was too warm or too cold."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal import storage
from wheal.clinic.people.models import Clinic, User


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, user: User) -> PlaceQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


class Place(models.Model):
    """A refrigerator, a cupboard, a drawer. Without bounds its temperature is not judged."""

    class Kind(models.TextChoices):
        REFRIGERATOR = "refrigerator", _("Refrigerator")
        CUPBOARD = "cupboard", _("Cupboard")
        FREEZER = "freezer", _("Freezer")
        OTHER = "other", _("Somewhere else")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    coldest_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    warmest_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="place_is_named_once_in_a_clinic")
        ]

    def __str__(self) -> str:
        return self.name

    def is_outside(self, celsius: Decimal) -> bool:
        return storage.is_outside(celsius, self.coldest_c, self.warmest_c)


class Reading(models.Model):
    """One temperature, read or taken over from a logger. Fixed once written; a slip is taken back by another line."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="readings")
    celsius = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    lowest_c = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True
    )  # since the last one
    highest_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outside = models.BooleanField(default=False)  # of the bounds that the place had then
    note = models.CharField(max_length=400, blank=True)
    takes_back = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    fixed_when = models.Q()

    class Meta:
        ordering = ["-read_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(takes_back=None, celsius__isnull=False)
                | models.Q(takes_back__isnull=False, celsius=None),
                name="reading_is_a_temperature_or_takes_one_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.celsius} °C · {self.read_at:%Y-%m-%d %H:%M}"


class Excursion(models.Model):
    """A place was too warm or too cold; what lay there was set aside, until somebody says what becomes of it."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="excursions")
    reading = models.OneToOneField(Reading, on_delete=models.PROTECT, related_name="excursion")  # the first
    lots = models.ManyToManyField("stock.Lot", related_name="excursions")  # what was set aside
    already = models.ManyToManyField("stock.Lot", related_name="+")  # lay there too, blocked before
    opened_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    conclusion = models.TextField(blank=True)

    fixed_when = models.Q(settled_at__isnull=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="excursion_settling_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.opened_at:%Y-%m-%d}"
