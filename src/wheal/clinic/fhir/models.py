"""What the interface itself keeps: under which numbers others know what they sent."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.vault_rows import Sealed

HEALTH_LINK = "fhir.health_link"


class Identifier(models.Model):
    """The number that another system gave to a resource which it sent. The same one is taken once."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    key = models.BigIntegerField()  # of the row that it became
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=120)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "system", "value"], name="identifier_of_another_system_is_kept_once"
            )
        ]
        indexes = [models.Index(fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} = {self.system}|{self.value}"


class Program(models.Model):
    """A program that may ask for leave here, by SMART on FHIR: opened by people, or acting by itself with its keys."""

    class Kind(models.TextChoices):
        APP = "app", _("Opened by people, who give it leave each time")
        SERVICE = "service", _("Acts by itself, with a key of its own")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="programs")
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.PROTECT, related_name="program"
    )
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    scopes = models.CharField(max_length=1000)  # the most that it is ever given
    launch_url = models.URLField(max_length=300, blank=True)  # where it is opened from here
    jwks = models.JSONField(default=dict)  # its public keys
    registered_at = models.DateTimeField(auto_now_add=True)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="program_end_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clinic} · {self.name}"


class Assertion(models.Model):
    """One that a program signed and that was taken: nobody who overheard it can show it again."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="assertions")
    number = models.CharField(max_length=200)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "number"], name="assertion_is_taken_once")]

    def __str__(self) -> str:
        return f"{self.program} · {self.number}"


class Export(models.Model):
    """Much of a record at once, written in the background. Whoever works on it holds the claim; it goes on where
    it was."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    program = models.ForeignKey(  # of SMART, by which it was asked for
        Program, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.TextField()  # as it was asked for
    kinds = models.JSONField()  # in the order in which they are written
    since = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    place = models.CharField(max_length=60, blank=True)  # after which resource it goes on
    written = models.PositiveIntegerField(default=0)  # resources
    claimed_at = models.DateTimeField(null=True, blank=True)  # by whoever works on it; renewed with each file
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)  # what broke it off

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.clinic} {self.asked_at:%Y-%m-%d %H:%M}"


def about(export: int) -> str:
    """As what the files of an export open."""
    return f"fhir.export {export}"


class ExportFile(models.Model):
    """Some resources of one kind, a line each, encrypted in the vault."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=32)  # in the vault
    count = models.PositiveIntegerField()

    with_files = models.Q()
    files_called = ("file of an export", "files of exports")
    files_patient = ""

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.export} · {self.kind} × {self.count}"

    def sealed_files(self) -> tuple[Sealed, ...]:
        return (Sealed("file", self.name, about(self.export_id)),)


class HealthLink(models.Model):
    """A summary that whoever holds the link can read until it ends. The key is in the link alone: it is not kept."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="health_links")
    secret = models.CharField(max_length=43, unique=True)  # of its address; opens nothing without the key
    name = models.CharField(max_length=32)  # of the encrypted document, in the vault
    passcode = models.CharField(max_length=128, blank=True)  # hashed
    tries = models.PositiveSmallIntegerField(default=0)  # wrong passcodes so far
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # last
    ended_at = models.DateTimeField(null=True, blank=True)

    with_files = models.Q(ended_at=None)
    files_called = ("health link", "health links")
    files_patient = "patient"

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.patient} · {self.made_at:%Y-%m-%d}"

    def sealed_files(self) -> tuple[Sealed, ...]:
        return (Sealed("document", self.name, HEALTH_LINK),)

    def is_open(self, at: datetime) -> bool:
        return self.ended_at is None and self.expires_at > at and self.tries < TRIES


TRIES = 10
"""Wrong passcodes after which a link is shut for good."""
