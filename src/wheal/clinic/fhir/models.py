"""What the interface itself keeps: under which numbers others know what they sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wheal.clinic.people.models import Clinic, User


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
