"""What happened to a patient after a session: as it was recorded, what became of it, and how it was judged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments.models import Pass, Session

COUNTED_FROM = Coalesce("onset", "reported_on")
"""As `Reaction.counted_from`, for the database."""


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def visible_to(self, user: User) -> ReactionQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def standing(self) -> ReactionQuerySet:
        """Without those that were recorded by mistake."""
        return self.filter(withdrawn_at=None)

    def open(self) -> ReactionQuerySet:
        return self.standing().filter(over_on=None)


class Reaction(models.Model):
    """An event after a session. What was recorded is fixed; the last columns follow its course and corrections."""

    class Source(models.TextChoices):
        STAFF = "staff", _("Recorded by the clinic")
        PATIENT = "patient", _("Reported by the patient")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="reactions")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reactions")
    source = models.CharField(max_length=10, choices=Source.choices)
    reported_on = models.DateField()  # the day on which the clinic learned of it, by its own clock
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # empty: the patient
    recorded_kind = models.CharField(max_length=30)
    recorded_onset = models.DateField(null=True, blank=True)  # empty: a red flag that did not wait for a day
    onset_is_about = models.BooleanField(default=False)
    warnings = models.JSONField(default=list)  # conditions of the knowledge: warning_…
    signs = models.JSONField(default=list)  # what the patient ticked; something_else: or said in words
    description = models.TextField(blank=True)
    treatment = models.TextField(blank=True)  # given until it was recorded
    knowledge_version = models.CharField(max_length=20)
    knowledge_digest = models.CharField(max_length=64)
    # as it stands now
    kind = models.CharField(max_length=30)
    onset = models.DateField(null=True, blank=True)  # empty: nobody has told it yet
    flags = models.JSONField(default=list)  # signs of the knowledge that go to a physician, the worst first
    urgency = models.CharField(max_length=12)
    course = models.CharField(max_length=20, default="not_known")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)  # the worst so far
    due_on = models.DateField(null=True, blank=True)  # somebody asks again
    over_on = models.DateField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # a patient's report, by somebody of the clinic
    looked_at = models.DateTimeField(null=True, blank=True)  # by a physician
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # recorded by mistake

    fixed_when = Q()
    fixed_columns = (
        "id", "clinic_id", "patient_id", "source", "reported_on", "recorded_at", "recorded_by_id", "recorded_kind",
        "recorded_onset", "onset_is_about", "warnings", "signs", "description", "treatment", "knowledge_version",
        "knowledge_digest",
    )  # fmt: skip

    objects = ReactionQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_on", "-id"]
        indexes = [
            models.Index(fields=["clinic", "reported_on"]),
            models.Index(fields=["clinic", "due_on"], condition=Q(over_on=None, withdrawn_at=None),
                         name="reaction_open_by_due"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(source="patient", recorded_by=None)
                | Q(source="staff", recorded_by__isnull=False),
                name="reaction_says_who_recorded_it",
            ),
            models.CheckConstraint(
                condition=Q(recorded_onset__isnull=False, onset__isnull=False)
                | Q(source="patient", recorded_onset=None),
                name="reaction_began_on_a_day_or_the_patient_told_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {self.kind} · {self.counted_from:%Y-%m-%d}"

    @property
    def counted_from(self) -> date:
        """The first day; until somebody tells it the day of the report, for it began no later. Never shown as one."""
        return self.onset or self.reported_on

    @property
    def is_open(self) -> bool:
        return self.over_on is None and self.withdrawn_at is None

    @property
    def waits_for_a_physician(self) -> bool:
        return bool(self.flags) and self.looked_at is None and self.withdrawn_at is None

    @property
    def is_unread(self) -> bool:
        return self.source == self.Source.PATIENT and self.read_at is None


class TieQuerySet(models.QuerySet["Tie"]):
    def standing(self) -> TieQuerySet:
        """Without those that were taken back, and those of what was recorded by mistake."""
        return self.filter(taken_back_at=None, reaction__withdrawn_at=None)


class Tie(models.Model):
    """A session after which it came. Tied when it was recorded, or later by a correction that says why."""

    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="ties")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="reactions")
    taken_back_at = models.DateTimeField(null=True, blank=True)  # by a correction

    fixed_when = Q()
    fixed_columns = ("id", "reaction_id", "session_id")

    objects = TieQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reaction", "session"], name="reaction_is_tied_once_to_a_session")
        ]

    def __str__(self) -> str:
        return f"{self.reaction} ← {self.session}"


class Place(models.Model):
    """Where on the body: an area; where somebody tapped, the point of its chart and the nearest of the pass."""

    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="places")
    area = models.CharField(max_length=30)
    x = models.SmallIntegerField(null=True, blank=True)  # tenths of a millimetre on the area's chart
    y = models.SmallIntegerField(null=True, blank=True)
    drawn = models.ForeignKey(Pass, null=True, blank=True, on_delete=models.PROTECT, related_name="reactions")
    point = models.PositiveSmallIntegerField(null=True, blank=True)  # of the pass, counted from 0
    away_mm = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)

    fixed_when = Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(x=None, y=None) | Q(x__isnull=False, y__isnull=False), name="place_is_whole"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reaction} · {self.area}"


class FollowUp(models.Model):
    """What somebody found later. Fixed once written; the newest says how it stands."""

    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="follow_ups")
    on = models.DateField()
    course = models.CharField(max_length=20)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    treatment = models.TextField(blank=True)
    samples = models.TextField(blank=True)  # taken, sent, and what came back
    by_physician = models.BooleanField(default=False)  # who wrote it was one, and looked
    due_on = models.DateField(null=True, blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reaction} · {self.course}"


def newest(assessments: Iterable[Assessment]) -> Assessment | None:
    """The judgement that counts."""
    return max(assessments, key=lambda one: one.pk, default=None)


class Assessment(models.Model):
    """How it was judged: severity, seriousness, causality, expectation. Fixed once made; the newest counts."""

    class Linked(models.TextChoices):
        YES = "yes", _("Yes, others with the same lot or thing fell ill too")
        NO = "no", _("No")
        NOT_KNOWN = "not_known", _("Not known")

    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="assessments")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    serious = models.JSONField(default=list)
    naranjo = models.JSONField(default=dict)  # item -> yes, no, not_known
    points = models.SmallIntegerField(null=True, blank=True)
    band = models.CharField(max_length=12, blank=True)
    who_umc = models.CharField(max_length=14, blank=True)
    linked = models.CharField(max_length=10, choices=Linked.choices, default=Linked.NOT_KNOWN)
    expected = models.CharField(max_length=12)  # label, published, not_listed, not_known
    note = models.TextField(blank=True)
    knowledge_version = models.CharField(max_length=20)
    knowledge_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reaction} · {self.who_umc or '—'}"


CORRECTS = {
    "kind": _("Kind"),
    "onset": _("First day"),
    "withdrawn": _("Recorded by mistake"),
    "sessions": _("Sessions before it"),
    "other": _("Something else"),
}


class Correction(models.Model):
    """What was recorded wrongly, what it should be, and why. Stands beside the reaction; fixed once made."""

    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="corrections")
    corrects = models.CharField(max_length=12)
    was = models.TextField(blank=True)  # a code or an ISO date where it is one
    should_be = models.TextField(blank=True)
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reaction} · {self.corrects}"

    @property
    def corrects_words(self) -> str:
        return str(CORRECTS.get(self.corrects, self.corrects))

    @property
    def days_were(self) -> list[date]:
        return _days(self.was)

    @property
    def days_should_be(self) -> list[date]:
        return _days(self.should_be)


def _days(text: str) -> list[date]:
    """Of sessions, and of a first day: ISO dates with a space between."""
    return [date.fromisoformat(each) for each in text.split()]
