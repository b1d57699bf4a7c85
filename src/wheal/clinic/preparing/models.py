"""What was agreed before a treatment, what the own doctor was told and asked. Every row is fixed as it was written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.treatments.models import Plan


class Behaviour(models.Model):
    """One thing that the patient means to do, in a short sentence agreed with them."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="behaviours")
    words = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # when it is looked at again
    agreed_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="behaviour_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.words


class Kept(models.Model):
    """How it went, as the patient told at a visit. The newest counts; nothing is overwritten."""

    class How(models.TextChoices):
        KEPT = "kept", _("Kept")
        PARTLY = "partly", _("Partly")
        NOT_YET = "not_yet", _("Not yet")
        LEFT = "left", _("No longer agreed")

    behaviour = models.ForeignKey(Behaviour, on_delete=models.PROTECT, related_name="told")
    how = models.CharField(max_length=10, choices=How.choices)
    on = models.DateField()
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.on:%Y-%m-%d}"


class OwnDoctor(models.Model):
    """Who the own doctor is, and whether the patient agrees that the clinic writes to them. The newest row holds."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="own_doctors")
    name = models.CharField(max_length=160)
    address = models.TextField(blank=True)
    may_be_told = models.BooleanField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """What one letter said: kept as codes, so that it is printed again as it was. It holds no name of the patient."""

    doctor = models.ForeignKey(OwnDoctor, on_delete=models.PROTECT, related_name="letters")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="letters")
    language = models.CharField(max_length=5)
    area = models.CharField(max_length=30)
    substances = models.JSONField(default=list)  # ids of the knowledge
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    asked = models.JSONField(
        default=list
    )  # the questions that were open, in their words, each with why it is asked
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.doctor} {self.made_at:%Y-%m-%d}"


class Sending(models.Model):
    """A letter left the clinic, by somebody's hand: nothing leaves by itself."""

    class How(models.TextChoices):
        HANDED = "handed", _("Handed to the patient")
        POST = "post", _("By post")
        MESSAGE = "message", _("By the clinic’s secure messaging")

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="sendings")
    how = models.CharField(max_length=10, choices=How.choices)
    on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.on:%Y-%m-%d}"


class Question(models.Model):
    """What the own doctor is asked before the treatment, and what was found that makes the clinic ask."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="bridging_questions")
    words = models.TextField()
    why = models.TextField()
    asked_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["asked_on", "id"]

    def __str__(self) -> str:
        return self.words[:60]


class Answer(models.Model):
    """What the doctor answered. A later word is a row of its own."""

    class How(models.TextChoices):
        LETTER = "letter", _("By letter")
        PHONE = "phone", _("By telephone")
        MESSAGE = "message", _("By secure messaging")
        PATIENT = "patient", _("On paper, brought by the patient")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    doctor = models.CharField(max_length=160)
    how = models.CharField(max_length=10, choices=How.choices)
    on = models.DateField()
    words = models.TextField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.doctor} {self.on:%Y-%m-%d}"
