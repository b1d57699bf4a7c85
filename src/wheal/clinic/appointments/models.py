"""Who comes when, to whom and where; who waits for a place; who is reminded; who reads a calendar elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, Membership, User
from wheal.clinic.treatments.models import Session

USER = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT}
THING = {"to": Thing, "on_delete": models.PROTECT, "related_name": "+", "null": True, "blank": True}


class Kind(models.TextChoices):
    CONSULTATION = "consultation", _("Consultation")
    SESSION = "session", _("Treatment session")
    FOLLOW_UP = "follow_up", _("Follow-up")
    OTHER = "other", _("Other appointment")
    AWAY = "away", _("Not available")


OF_PATIENTS = [each for each in Kind.choices if each[0] != Kind.AWAY]


class State(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Has arrived")
    DONE = "done", _("Done")
    NO_SHOW = "no_show", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


TAKES_A_PLACE = (State.BOOKED, State.ARRIVED, State.DONE)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> AppointmentQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def taking_a_place(self) -> AppointmentQuerySet:
        return self.filter(state__in=TAKES_A_PLACE)

    def shown(self) -> AppointmentQuerySet:
        """With all that a calendar names."""
        return self.select_related("patient", "practitioner", "helper", "room", "device", "visit")


class Appointment(models.Model):
    """A time that is taken. It is moved and taken back freely; the audit keeps every change."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    practitioner = models.ForeignKey(null=True, blank=True, related_name="appointments", **USER)
    helper = models.ForeignKey(null=True, blank=True, related_name="+", **USER)
    room = models.ForeignKey(**THING)
    device = models.ForeignKey(**THING)
    note = models.CharField(max_length=200, blank=True)  # for the desk: nothing of anybody's health
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    visit = models.OneToOneField(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="appointment"
    )  # the clinical one that it led to
    version = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField(auto_now_add=True)
    booked_by = models.ForeignKey(related_name="+", **USER)
    changed_at = models.DateTimeField(auto_now=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["clinic", "starts_at"]),
            models.Index(fields=["patient", "-starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="appointment_has_a_length"
            ),
            models.CheckConstraint(
                condition=Q(kind="away", patient=None) | (~Q(kind="away") & Q(patient__isnull=False)),
                name="appointment_is_of_a_patient_or_an_absence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient or self.practitioner} {self.starts_at:%Y-%m-%d %H:%M}"


class Waiting(models.Model):
    """Somebody who would come sooner, or at another time."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="waiting")
    kind = models.CharField(max_length=12, choices=OF_PATIENTS)
    minutes = models.PositiveSmallIntegerField()
    practitioner = models.ForeignKey(null=True, blank=True, related_name="+", **USER)  # empty: whoever
    first = models.DateField()
    last = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(related_name="+", **USER)
    ended_at = models.DateTimeField(null=True, blank=True)  # a place was found, or no longer wanted
    booked = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="waited"
    )

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="waiting_has_days")
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.first}…{self.last}"


class Rules(models.Model):
    """What a clinic decided about its calendar."""

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="calendar")
    reminds = models.BooleanField(default=True)
    days_before = models.PositiveSmallIntegerField(default=2)
    names_in_feeds = models.BooleanField(default=False)  # the patient's name, not the number alone

    def __str__(self) -> str:
        return f"{self.clinic} {self.days_before}"


class FeedQuerySet(models.QuerySet["Feed"]):
    def standing(self) -> FeedQuerySet:
        """Not revoked, and whoever made it, or whose it is, works here: who left has the address still. Who comes back
        makes a new one."""
        makers = Membership.objects.filter(clinic=OuterRef("clinic"), user=OuterRef("made_by"))
        of = Membership.objects.filter(
            clinic=OuterRef("clinic"), user=OuterRef("practitioner"), ended_at=None
        )
        return self.filter(
            Exists(makers.filter(ended_at=None)),
            ~Exists(makers.filter(ended_at__gte=OuterRef("made_at"))),
            Q(practitioner=None) | Exists(of),
            revoked_at=None,
        )


class Feed(models.Model):
    """A calendar of one practitioner or one room for another program, at a secret address that its maker alone sees,
    until it is revoked or they leave."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="feeds")
    practitioner = models.ForeignKey(null=True, blank=True, related_name="feeds", **USER)
    room = models.ForeignKey(**THING)
    secret = models.CharField(max_length=200)  # sealed, and found by the digest: feed_secrets.py
    digest = models.CharField(max_length=64, null=True, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(related_name="+", **USER)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(practitioner=None, room__isnull=False) | Q(practitioner__isnull=False, room=None),
                name="feed_is_of_a_person_or_a_room",
            )
        ]

    def __str__(self) -> str:
        return str(self.practitioner or self.room)


class NoReminders(models.Model):
    """A patient who wants none."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="no_reminders")
    said_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(null=True, blank=True, related_name="+", **USER)  # nobody: by the link

    def __str__(self) -> str:
        return str(self.patient)


class Reminder(models.Model):
    """One for each time of an appointment, or of a visit without one, and channel: claimed before it is sent, so that
    it is sent once."""

    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    visit = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    of = models.DateTimeField()  # the time that it reminds of: one that is moved is reminded of anew
    channel = models.CharField(max_length=10)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "of", "channel"], name="reminded_once_of_a_time"),
            models.UniqueConstraint(fields=["visit", "of", "channel"], name="reminded_once_of_a_visit"),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, visit=None) | Q(appointment=None, visit__isnull=False),
                name="reminder_is_of_one_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment or self.visit} {self.channel}"
