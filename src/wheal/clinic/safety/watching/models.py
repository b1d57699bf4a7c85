"""What the watch has seen, and what was done about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.treatments.models import Session


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def visible_to(self, user: User) -> AlarmQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def under_way(self) -> AlarmQuerySet:
        return self.filter(closed_at=None)


class Alarm(models.Model):
    """Sightings of the same cases, from the first until somebody concludes. Fixed once closed."""

    class Level(models.TextChoices):
        WATCH = "watch", _("Watch: look at it")
        ALARM = "alarm", _("Alarm: act")

    class Found(models.TextChoices):
        CONFIRMED = "confirmed", _("The cause is confirmed")
        PROBABLE = "probable", _("The cause is probable")
        NOT_FOUND = "not_found", _("A shared cause, not found")
        NONE = "none", _("No shared cause")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="alarms")
    level = models.CharField(max_length=6, choices=Level.choices)  # the highest so far
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    found = models.CharField(max_length=10, choices=Found.choices, blank=True)
    cause_kind = models.CharField(max_length=20, blank=True)  # the exposure that was concluded on
    cause_id = models.CharField(max_length=60, blank=True)
    conclusion = models.TextField(blank=True)

    fixed_when = Q(closed_at__isnull=False)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, found="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(found="") & ~Q(conclusion="")),
                name="alarm_closing_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clinic} · {self.level} · {self.opened_at:%Y-%m-%d}"

    @property
    def last_sighting(self) -> Sighting | None:
        """Of those that were fetched with it; a template cannot ask a list for its last."""
        return next(reversed(self.sightings.all()), None)


class Sighting(models.Model):
    """What the watch said at one moment, with the evidence it said it on. Fixed."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="sightings")
    level = models.CharField(max_length=6, choices=Alarm.Level.choices)
    day = models.DateField()
    said_at = models.DateTimeField()
    after = models.ForeignKey(
        Reaction, null=True, blank=True, on_delete=models.PROTECT, related_name="sightings"
    )  # the reaction that made it speak; empty: the nightly look
    cases = models.JSONField()  # ids of reactions, in the order of their reports
    suspects = models.JSONField()  # as the watch gave them, each with the name it had then

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.alarm} · {len(self.cases)}"


class Step(models.Model):
    """Something that was done about an alarm. Fixed once written."""

    class What(models.TextChoices):
        QUARANTINED = "quarantined", _("Lot set aside")
        STOPPED = "stopped", _("Device, water, disinfectant or room stopped")
        RECALLED = "recalled", _("Recall opened: everybody who received it is called")
        LISTED = "listed", _("List opened: everybody who met it is called")
        CALLED = "called", _("The exposed called")
        SAMPLED = "sampled", _("Sample taken or sent")
        RESULT = "result", _("Result of a sample")
        NOTIFIED = "notified", _("Authority or maker told")
        NOTED = "noted", _("Note")

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=12, choices=What.choices)
    kind = models.CharField(max_length=20, blank=True)  # of the exposure it is about
    name = models.CharField(max_length=60, blank=True)  # its id, as the watch has it
    recall = models.ForeignKey(
        "safety.Recall", null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    note = models.TextField(blank=True)
    done_at = models.DateTimeField(auto_now_add=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.alarm} · {self.what}"


NOTED = (Step.What.CALLED, Step.What.SAMPLED, Step.What.RESULT, Step.What.NOTIFIED, Step.What.NOTED)
"""Steps that are only written down; the others do what they say."""


class Exposed(models.Model):
    """What a signed session brought the patient in touch with, as the watch reads it: one narrow row a session.

    Derived from what is fixed, so that a look at two years of a clinic is one read through one index.
    """

    session = models.OneToOneField(
        Session, primary_key=True, on_delete=models.PROTECT, related_name="exposed"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.PositiveIntegerField()  # by the clinic's clock; days since 1 January of year 1 (`toordinal`)
    signed_at = models.DateTimeField()  # up to which the rows of the clinic are there
    met = models.TextField()  # "lot:12 product:3 device:5": kinds and ids, separated by a space

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "day"]),
            models.Index(fields=["clinic", "-signed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.met}"
