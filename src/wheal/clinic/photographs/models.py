"""Photographs of patients, and what each patient agreed to. The pictures themselves are in the vault."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import User
from wheal.clinic.vault_rows import Sealed
from wheal.photography import Framing

ORIGINAL = "photographs.original"


def about(kind: str, original: str) -> str:
    """A picture for the screen is bound to its original: no other can stand in for it."""
    return f"photographs.{kind} {original}"


class PhotographQuerySet(models.QuerySet["Photograph"]):
    def visible_to(self, user: User) -> PhotographQuerySet:
        return self.filter(
            patient__clinic__memberships__user=user, patient__clinic__memberships__ended_at=None
        )

    def kept(self) -> PhotographQuerySet:
        """Those that were not deleted, in the order in which they were taken."""
        return self.filter(deleted_at=None).order_by("taken_on", "id")


class Photograph(models.Model):
    """One picture. The original stays as it came in; how it is turned, cropped and filed stands beside it.

    A deleted one keeps its row: that it was there, who deleted it and why. Its files are gone.
    """

    class How(models.TextChoices):
        CAMERA = "camera"
        FILE = "file"

    class Because(models.TextChoices):
        WITHDRAWN = "withdrawn", _("The patient withdrew the consent and asks for it")
        SOMEBODY_ELSE = "somebody_else", _("It shows somebody else")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photographs")
    key = models.UUIDField()  # made where it was taken, so that sending it again adds nothing
    how = models.CharField(max_length=10, choices=How.choices)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    original = models.CharField(max_length=32)  # in the vault
    size = models.PositiveIntegerField()  # of the original, in bytes
    sha256 = models.CharField(max_length=64)  # of the original
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # may be corrected
    pose = models.CharField(max_length=40)
    taken_on = models.DateField()
    framing = models.JSONField(default=dict)  # `wheal.photography.Framing`; empty: as it was taken
    screen = models.CharField(max_length=32)  # framed, for the screen; made anew with each framing
    thumb = models.CharField(max_length=32)
    # deleted: all or nothing
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deleted_because = models.CharField(max_length=20, blank=True, choices=Because.choices)
    deletion_note = models.TextField(blank=True)

    fixed_when = models.Q()
    fixed_columns = (
        "id", "patient_id", "key", "how", "width", "height", "original", "size", "sha256", "added_at", "added_by_id",
    )  # fmt: skip
    with_files = models.Q(deleted_at=None)
    files_called = ("photograph", "photographs")
    files_patient = "patient"

    objects = PhotographQuerySet.as_manager()

    class Meta:
        ordering = ["taken_on", "id"]
        indexes = [models.Index(fields=["patient", "taken_on"])]
        constraints = [
            models.UniqueConstraint(fields=["patient", "key"], name="photograph_is_added_once"),
            models.CheckConstraint(
                condition=models.Q(deleted_at=None, deleted_by=None, deleted_because="", deletion_note="")
                | (
                    models.Q(deleted_at__isnull=False, deleted_by__isnull=False)
                    & ~models.Q(deleted_because="")
                    & ~models.Q(deletion_note="")
                ),
                name="photograph_deletion_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.taken_on} {self.pose}"

    def sealed_files(self) -> tuple[Sealed, ...]:
        return (
            Sealed("original", self.original, ORIGINAL, self.size, self.sha256),
            Sealed("screen", self.screen, about("screen", self.original)),
            Sealed("thumb", self.thumb, about("thumb", self.original)),
        )

    def as_framing(self) -> Framing:
        return Framing.of_json(self.framing)


class PhotographConsent(models.Model):
    """What one person signed about photographs, for one or more purposes. Fixed from the moment it exists."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photograph_consents")
    purposes = models.JSONField()  # of `wheal.photography.PURPOSES`
    language = models.CharField(max_length=5)
    text = models.TextField()  # Markdown, as it was read, with what was agreed to
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    signed_name = models.CharField(max_length=160)
    signature = models.JSONField()  # strokes: lists of [x, y] in thousandths of the pad's width
    signed_at = models.DateTimeField()
    witnessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    knowledge_version = models.CharField(max_length=20)
    knowledge_digest = models.CharField(max_length=64)

    fixed_when = models.Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.signed_name} {self.signed_at:%Y-%m-%d}"


class PhotographConsentWithdrawal(models.Model):
    """One purpose of a consent taken back. Fixed from the moment it exists."""

    consent = models.ForeignKey(PhotographConsent, on_delete=models.PROTECT, related_name="withdrawals")
    purpose = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # empty where the patient did it, by a link
    link = models.ForeignKey(Link, null=True, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consent", "purpose"], name="purpose_is_withdrawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.consent} · {self.purpose}"
