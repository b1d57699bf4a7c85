"""What sessions that were signed before signatures kept names are read with: treatments/called.py."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from wheal.clinic.stock.models import Lot


class CalledThen(models.Model):
    """What a lot, or somebody who treated, was called on the day of the upgrade from which each signature keeps names.
    Made by that upgrade alone, for the sessions signed before it; they had kept none."""

    lot = models.OneToOneField(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=310)  # of the product, or of the person
    number = models.CharField(max_length=40, blank=True)  # of the lot
    expires = models.DateField(null=True, blank=True)
    kept_at = models.DateTimeField()  # not the day of any signature

    fixed_when = models.Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lot__isnull=False, user__isnull=True, expires__isnull=False)
                | models.Q(lot__isnull=True, user__isnull=False, expires__isnull=True),
                name="called_then_is_of_a_lot_or_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()
