"""Clinics, the people who work in them, and what each of them may do."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wheal import credentials


class Clinic(models.Model):
    name = models.CharField(max_length=120)
    jurisdiction = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    language = models.CharField(max_length=5, default="en")
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    emergency_number = models.CharField(
        max_length=20, blank=True, default=""
    )  # "" until somebody confirms it
    emergency_number_confirmed_at = models.DateTimeField(null=True, blank=True)
    emergency_number_confirmed_by = models.ForeignKey(
        "User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    emergency_number="",
                    emergency_number_confirmed_at=None,
                    emergency_number_confirmed_by=None,
                )
                | ~models.Q(emergency_number="")
                & models.Q(
                    emergency_number_confirmed_at__isnull=False, emergency_number_confirmed_by__isnull=False
                ),
                name="an_emergency_number_is_confirmed",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def day_of(self, moment: datetime | None = None) -> date:
        """The day by the clinic's own clock; of now where no moment is given."""
        return timezone.localdate(moment, ZoneInfo(self.time_zone))

    def begin_of(self, day: date) -> datetime:
        """The first moment of a day by the clinic's own clock."""
        return datetime.combine(day, time.min, ZoneInfo(self.time_zone))


class User(AbstractUser):
    """A person who logs in. What they may do depends on the clinic: see `Membership`."""

    language = models.CharField(max_length=5, blank=True)
    password_is_temporary = models.BooleanField(
        default=False
    )  # given by somebody else: must be changed first
    password_ends_at = models.DateTimeField(null=True, blank=True)  # of a temporary one
    changed_at = models.DateTimeField(
        auto_now=True
    )  # what is told of it: whoever saves by columns names this one too

    held_columns = ("id", "username", "first_name", "last_name")

    def __str__(self) -> str:
        return self.username

    def password_is_over(self, at: datetime) -> bool:
        """A temporary one that nobody changed in time."""
        return self.password_ends_at is not None and self.password_ends_at <= at

    @property
    def shown_name(self) -> str:
        return self.get_full_name() or self.username

    def as_practitioner(self, role: str) -> credentials.Practitioner:
        return credentials.Practitioner(
            role=role,
            credentials=tuple(row.as_credential() for row in self.credentials.filter(withdrawn_at=None)),
        )


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator"
    PHYSICIAN = "physician"
    NURSE = "nurse"
    ASSISTANT = "assistant"
    FRONT_DESK = "front_desk"
    SAFETY_OFFICER = "safety_officer"


ROLE_NAMES = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.PHYSICIAN: _("Physician"),
    Role.NURSE: _("Nurse"),
    Role.ASSISTANT: _("Assistant"),
    Role.FRONT_DESK: _("Front desk"),
    Role.SAFETY_OFFICER: _("Safety officer"),
}


def role_words(role: str, administers: bool) -> str:
    """What somebody is at a clinic, in words; "" where they are nothing there."""
    if administers and role != Role.ADMINISTRATOR:
        return gettext("%(role)s, also administers") % {"role": ROLE_NAMES[Role(role)]}
    return str(ROLE_NAMES.get(role, ""))


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    administers = models.BooleanField(default=False)  # beside any role; whose role it is always does
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(
        auto_now=True
    )  # what is told of it: whoever saves by columns names this one too

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "clinic"],
                condition=models.Q(ended_at=None),
                name="one_role_per_person_and_clinic",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="membership_end_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="administrator") | models.Q(administers=True),
                name="an_administrator_administers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.clinic}"

    @property
    def role_words(self) -> str:
        return role_words(self.role, self.administers)


class DeviceKey(models.Model):
    """What one device needs to read what it keeps of one person's unsent entries. Deleted at log-out."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="device_keys")
    device = models.CharField(max_length=36)
    secret = models.CharField(max_length=43)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "device"], name="one_key_per_person_and_device")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.made_at:%Y-%m-%d}"


class Credential(models.Model):
    """A licence, certificate or delegation, with the day on which it ends."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="credential_withdrawal_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()

    def as_credential(self) -> credentials.Credential:
        return credentials.Credential(kind=self.kind, valid_until=self.valid_until)

    def is_valid(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until >= on and self.withdrawn_at is None
