"""Stock on its way from one clinic of the group to another."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models.movements import Movement
from wheal.clinic.stock.models.products import Lot


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: User) -> TransferQuerySet:
        """To the people of either end."""
        of = models.Q()
        for end in ("sender", "receiver"):
            of |= models.Q(**{f"{end}__memberships__user": user, f"{end}__memberships__ended_at": None})
        return self.filter(of).distinct()


class Transfer(models.Model):
    """Gone from the sender's shelf when it is sent, on the receiver's when it arrives, and called back until then."""

    sender = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="transfers_sent")
    receiver = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="transfers_received")
    note = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    called_back_at = models.DateTimeField(null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(arrived_at=None, arrived_by=None)
                | models.Q(arrived_at__isnull=False, arrived_by__isnull=False, called_back_at=None),
                name="transfer_arrival_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("receiver")), name="transfer_goes_to_another_clinic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver} {self.sent_at:%Y-%m-%d}"


class TransferLine(models.Model):
    """So many containers of one lot. What did not arrive as it was sent is explained."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")  # the sender's
    sent = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="sent_line")
    containers = models.PositiveIntegerField()
    arrived_containers = models.PositiveIntegerField(null=True, blank=True)
    arrived = models.OneToOneField(
        Movement, null=True, blank=True, on_delete=models.PROTECT, related_name="arrived_line"
    )  # into the receiver's own lot; empty where nothing arrived
    explanation = models.CharField(max_length=400, blank=True)

    fixed_when = models.Q(arrived_containers__isnull=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(arrived_containers=None)
                | models.Q(arrived_containers=models.F("containers"))
                | ~models.Q(explanation=""),
                name="transfer_difference_is_explained",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot} × {self.containers}"
