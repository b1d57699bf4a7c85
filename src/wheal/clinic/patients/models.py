"""The people who are treated: who they are, what they answered, how they were judged, what they signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from wheal.clinic.packing import PackedJSONField
from wheal.clinic.people.models import Clinic, User


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User | int) -> PatientQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


FORGOTTEN = "—"  # in the place of a name


class Patient(models.Model):
    """Mutable: names and addresses change. What was signed about a patient does not."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    number = models.CharField(max_length=20)
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=80)
    search_name = models.CharField(
        max_length=170, editable=False
    )  # folded: no case, no accents; sorts the lists
    birth_date = models.DateField()
    sex = models.CharField(max_length=10, choices=[("female", "female"), ("male", "male")])
    language = models.CharField(max_length=5, default="en")
    phone = models.CharField(max_length=40, blank=True)
    search_phone = models.CharField(max_length=20, blank=True, editable=False)  # its last digits
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    held_columns = ("id", "clinic_id", "number", "family_name", "given_names", "birth_date", "sex")

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="patient_number_is_unique_in_clinic")
        ]
        indexes = [
            models.Index(fields=["clinic", "search_name"]),
            models.Index(fields=["clinic", "birth_date"]),
            models.Index(fields=["clinic", "search_phone"]),
        ]

    def __str__(self) -> str:
        return f"{self.family_name.upper()} {self.given_names}"

    @property
    def is_forgotten(self) -> bool:
        """Who it was has been taken out."""
        return self.family_name == self.given_names == FORGOTTEN


class SearchWord(models.Model):
    """One folded word of a patient's names, found by its first letters through an index."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="words")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["clinic", "word", "patient"])]

    def __str__(self) -> str:
        return self.word


class HistoryQuerySet(models.QuerySet["History"]):
    def visible_to(self, user: User) -> HistoryQuerySet:
        return self.filter(
            patient__clinic__memberships__user=user, patient__clinic__memberships__ended_at=None
        )

    def completed(self) -> HistoryQuerySet:
        return self.filter(completed_at__isnull=False)


class History(models.Model):
    """One filling-in of the history questions. A draft until completed; fixed from then on."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="histories")
    answers = PackedJSONField(default=dict)  # question id -> answer; absent means not answered
    draft_version = models.PositiveIntegerField(
        default=0
    )  # counts saves, so that two devices notice each other
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    knowledge_version = models.CharField(max_length=20, blank=True)
    knowledge_digest = models.CharField(max_length=64, blank=True)
    filled_in = models.CharField(
        max_length=30, null=True, blank=True
    )  # where another system took it in: the day or the moment in UTC, as it says; NULL: when it was completed

    fixed_when = models.Q(completed_at__isnull=False)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(completed_at=None, completed_by=None)
                | models.Q(completed_at__isnull=False, completed_by__isnull=False),
                name="history_completion_is_whole",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(completed_at=None),
                name="one_history_draft_per_patient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.started_at:%Y-%m-%d}"


class Link(models.Model):
    """Opens pages of one purpose to one patient, without an account: see `patients.links`."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=20)
    nonce = models.CharField(max_length=24)  # what is signed; a new one ends every earlier copy
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)  # wrong birth dates since the last right one
    locked_until = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)  # last, with the right birth date
    left_at = models.DateTimeField(
        null=True, blank=True
    )  # closed by the patient: no opening begun before holds
    ended_at = models.DateTimeField(null=True, blank=True)  # used up, taken back, or too often tried
    sent_at = models.DateTimeField(null=True, blank=True)  # last, by e-mail
    times_sent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["patient", "purpose"])]

    def __str__(self) -> str:
        return f"{self.patient} · {self.purpose} · {self.made_at:%Y-%m-%d}"
