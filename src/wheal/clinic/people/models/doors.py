"""How people come in: the log-ins that are open, and the invitations that wait."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from wheal.clinic.people.models.members import ROLE_NAMES, Clinic, Role, User, role_words


class LogIn(models.Model):
    """One browser in which somebody is logged in. Deleted when that ends; the audit keeps when it began."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="log_ins")
    session_key = models.CharField(max_length=40, unique=True)  # a digest: people/sessions.py
    agent = models.CharField(max_length=200, blank=True)  # what the browser says of itself
    began_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} · {self.began_at:%Y-%m-%d %H:%M}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self) -> InvitationQuerySet:
        return self.filter(used_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """Somebody may make an account of their own, once, for what the inviter chose: see `people.invitations`."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role.choices)
    administers = models.BooleanField(default=False)
    language = models.CharField(max_length=5)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of what stands in the link
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # taken by the mail server
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None)
                | Q(used_at__isnull=False, used_by__isnull=False, withdrawn_at=None),
                name="invitation_use_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} · {ROLE_NAMES[Role(self.role)]} · {self.clinic}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def role_words(self) -> str:
        return role_words(self.role, self.administers)

    def state(self, at: datetime) -> str:
        """used, withdrawn, expired or standing."""
        if self.used_at:
            return "used"
        if self.withdrawn_at:
            return "withdrawn"
        return "expired" if self.expires_at <= at else "standing"
