"""What a patient writes about a reaction on a phone: a draft until it is sent, fixed from then on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.vault_rows import Sealed


def about(kind: str, patient: int) -> str:
    """Bound to the patient: no picture of another can stand in for it."""
    return f"safety.report_{kind} {patient}"


class PatientReport(models.Model):
    """Written by whoever opened the link and knew the birth date."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reports")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="reports")
    answers = models.JSONField(default=dict)
    draft_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reaction = models.OneToOneField(
        Reaction, null=True, blank=True, on_delete=models.PROTECT, related_name="report"
    )

    fixed_when = Q(sent_at__isnull=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(sent_at=None), name="one_report_draft_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, reaction=None) | Q(sent_at__isnull=False, reaction__isnull=False),
                name="report_sending_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {self.started_at:%Y-%m-%d}"


class ReportPhotograph(models.Model):
    """What the patient photographed for a report: taken out again while it is a draft, fixed with it. In the vault."""

    report = models.ForeignKey(PatientReport, on_delete=models.PROTECT, related_name="photographs")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+")  # by which it came
    picture = models.CharField(max_length=32)  # in the vault
    thumb = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()  # of the picture, in bytes
    sha256 = models.CharField(max_length=64)  # of the picture
    added_at = models.DateTimeField(auto_now_add=True)

    fixed_when = Q(report__sent_at__isnull=False)
    with_files = Q(report__patient__forgetting=None)
    files_called = ("photograph of a report", "photographs of reports")
    files_patient = "report__patient"

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report} · {self.added_at:%Y-%m-%d}"

    def sealed_files(self) -> tuple[Sealed, ...]:
        patient = self.report.patient_id
        return (
            Sealed("picture", self.picture, about("picture", patient), self.size, self.sha256),
            Sealed("thumb", self.thumb, about("thumb", patient)),
        )


class PhotographsTakenBack(models.Model):
    """Of one report: at home by a link, or at the clinic. From then on they are shown to nobody there."""

    report = models.OneToOneField(PatientReport, on_delete=models.PROTECT, related_name="taken_back")
    taken_back_at = models.DateTimeField(auto_now_add=True)
    link = models.ForeignKey(Link, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    fixed_when = Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link__isnull=False, recorded_by=None) | Q(link=None, recorded_by__isnull=False),
                name="photographs_taken_back_at_home_or_here",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.taken_back_at:%Y-%m-%d}"
