"""Who did and saw what, refusals included. Rows are added and never changed: the database refuses both."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from wheal.clinic.packing import PackedJSONField


class Event(models.Model):
    """One thing that somebody did, saw or was refused."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    clinic_id = models.BigIntegerField(null=True, db_index=True)
    what = models.CharField(max_length=60)  # app.noun_past_verb
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    patient_id = models.BigIntegerField(null=True, db_index=True)
    refused = models.BooleanField(default=False)
    detail = models.JSONField(default=dict)
    fixes = PackedJSONField(default=dict)  # the rows that were fixed with it: table -> id -> SHA-256
    seal = models.CharField(max_length=64)  # SHA-256 over the seal of the event before, and over this one

    fixed_when = models.Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"


class Whose(models.Model):
    """Of an event about several people: one of them. It says what the sealed detail of the event says, so that each of
    them finds it; see `audit.whose`."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="whose")
    patient_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient_id", "event"], name="event_is_of_each_person_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id}-{self.patient_id}"


class NightlyJob(models.Model):
    """A job of the timetable: when it is due next, and how its last run ended. Whoever sets `next_at` on runs it."""

    name = models.CharField(max_length=40, unique=True)
    next_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True
    )  # empty beside a beginning: under way, or broken off
    failed = models.BooleanField(default=False)
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.next_at:%Y-%m-%d %H:%M}"
