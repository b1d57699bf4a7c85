"""The ledger: every microlitre that came, moved or went, written once and never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal import ledger
from wheal.clinic.stock.models.products import Container, Lot


class Movement(models.Model):
    """A volume of a lot from one account to another (`wheal.ledger` says which). What was wrong is taken back by a
    movement of the opposite sign."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        ARRIVED = "arrived", _("Arrived from another clinic")
        OPENED = "opened", _("Opened")
        DRAWN = "drawn", _("Drawn into a mix")
        INJECTED = "injected", _("Injected")
        WASTED = "wasted", _("Thrown away")
        SENT = "sent", _("Sent to another clinic")
        RETURNED = "returned", _("Returned to the supplier")
        MISSING = "missing", _("Missing at a count")
        FOUND = "found", _("Found at a count")

    class Reason(models.TextChoices):
        REST = "rest", _("Rest of the container")
        EXPIRED = "expired", _("Past its expiry date")
        TOO_LONG = "too_long", _("Open too long")
        BROKEN = "broken", _("Broken or dropped")
        DOUBT = "doubt", _("Cloudy, leaking or in doubt")
        TEMPERATURE = "temperature", _("Kept too warm or too cold")
        RECALLED = "recalled", _("Called back")
        OTHER = "other", _("Something else")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements")
    container = models.ForeignKey(
        Container, null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )  # empty: containers that nobody has opened
    mix = models.BigIntegerField(null=True, blank=True, db_index=True)  # its number; the shelf knows no mixes
    kind = models.CharField(max_length=10, choices=Kind.choices)
    volume_ul = models.BigIntegerField()
    reason = models.CharField(max_length=12, blank=True, choices=Reason.choices)
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    takes_back = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    fixed_when = models.Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(takes_back=None, volume_ul__gt=0)
                | models.Q(takes_back__isnull=False, volume_ul__lt=0),
                name="movement_is_above_zero_unless_it_takes_back",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=sorted(ledger.KINDS)), name="movement_is_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.get_kind_display()} · {ledger.millilitres(self.volume_ul)} mL"

    @property
    def volume_ml(self) -> object:
        return ledger.millilitres(self.volume_ul)
