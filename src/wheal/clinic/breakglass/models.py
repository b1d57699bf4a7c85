"""Emergency access: who opened a record that is closed to them, why, until when, and what its clinic says of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic


class OpeningQuerySet(models.QuerySet["Opening"]):
    def lasting(self, at: datetime) -> OpeningQuerySet:
        return self.filter(closed_at=None, ends_at__gt=at)

    def waiting(self) -> OpeningQuerySet:
        """For somebody of the patient's clinic to say whether it was right."""
        return self.filter(reviewed_at=None)


class Opening(models.Model):
    """What was said when it was opened is fixed; its end and its review are added once."""

    class Cause(models.TextChoices):
        REACTION = "reaction", _("A reaction after an injection, now")
        UNCONSCIOUS = "unconscious", _("The person cannot answer")
        ELSEWHERE = "elsewhere", _("Treated elsewhere in an emergency, which asks what was injected")
        OTHER = "other", _("Another emergency")

    class Finding(models.TextChoices):
        JUSTIFIED = "justified", _("It was right to open it")
        NOT_JUSTIFIED = "not_justified", _("It was not right")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="openings")  # the patient's
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="openings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="openings")
    came_from = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")  # where they work
    role = models.CharField(max_length=20)  # and as what
    cause = models.CharField(max_length=20, choices=Cause.choices)
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # before its time
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finding = models.CharField(max_length=20, blank=True, choices=Finding.choices)
    words = models.CharField(max_length=500, blank=True)

    fixed_when = Q()
    fixed_columns = (
        "id", "clinic_id", "patient_id", "by_id", "came_from_id", "role", "cause", "reason", "opened_at", "ends_at",
    )  # fmt: skip

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["clinic"], condition=Q(reviewed_at=None), name="opening_waits_for_review")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, finding="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(finding="")),
                name="opening_review_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("by")), name="nobody_reviews_their_own_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} · {self.by} · {self.opened_at:%Y-%m-%d %H:%M}"

    def is_over(self, at: datetime) -> bool:
        return (self.closed_at or self.ends_at) <= at


class Review(Opening):
    """Of the same row what is said once, later: fixed from then on, and named by a digest of its own."""

    fixed_when = Q(reviewed_at__isnull=False)
    fixed_columns = ("id", "closed_at", "reviewed_at", "reviewed_by_id", "finding", "words")

    class Meta:
        proxy = True
