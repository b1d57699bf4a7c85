"""What was measured after a session, who was asked again, when a clinic asks. Every row is fixed as it was written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import Clinic, User


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> MeasureQuerySet:
        return self.filter(
            patient__clinic__memberships__user=user, patient__clinic__memberships__ended_at=None
        )

    def standing(self) -> MeasureQuerySet:
        """Neither corrected since nor taken back."""
        return self.filter(replaced_by=None, value__isnull=False)


class Measure(models.Model):
    """One figure, in the unit of its instrument. A correction is a row of its own that names what it replaces."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="measures")
    instrument = models.CharField(max_length=40)  # of the knowledge
    area = models.CharField(max_length=30, blank=True)  # "": of the whole person
    side = models.CharField(max_length=5, blank=True)  # left, right
    site = models.CharField(max_length=80, blank=True)  # the named place, the same each time
    value = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # NULL: taken back
    on = models.DateField()
    how = models.CharField(max_length=200, blank=True)  # device, position
    is_sure = models.BooleanField(default=False)  # unusual, asked again, and said to be right
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # NULL: the patient, by a link
    link = models.ForeignKey(Link, null=True, blank=True, on_delete=models.PROTECT, related_name="measures")
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reason = models.TextField(blank=True)

    fixed_when = Q()

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["patient", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False, link=None) | Q(recorded_by=None, link__isnull=False),
                name="measure_has_one_author",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="", value__isnull=False)
                | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="measure_correction_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.on:%Y-%m-%d}"

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Only figures of the same place are compared."""
        return self.instrument, self.area, self.side, self.site


class Contact(models.Model):
    """One call after a session: answered by the patient, tried in vain, or the last."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _p("of a person", "Answered")
        NOT_REACHED = "not_reached", _("Not reached")
        NO_MORE = "no_more", _("Does not wish to be asked any more")
        ENDED = "ended", _("Not to be asked any more: moved away, died; see the note")
        TAKEN_BACK = "taken_back", _("Taken back")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="follow_up")
    area = models.CharField(max_length=30)
    on = models.DateField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    noticed = models.BooleanField(null=True)  # something since the session; NULL: not asked
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    link = models.ForeignKey(Link, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    takes_back = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )  # the one that was noted by mistake

    fixed_when = Q()

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["patient", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False, link=None) | Q(recorded_by=None, link__isnull=False),
                name="contact_has_one_author",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.on:%Y-%m-%d}"


class OwnSchedule(models.Model):
    """When a clinic asks after a protocol ("": any other). The newest row holds; empty: as the knowledge has it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="schedules")
    protocol = models.CharField(max_length=80, blank=True)
    asked = models.JSONField(default=list)  # [[after, by, measures], …]
    reason = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.protocol} {self.written_at:%Y-%m-%d}"
