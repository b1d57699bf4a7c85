"""What another program shows instead of a log-in."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from wheal.clinic.people.models.members import Clinic, User


class ServiceTokenQuerySet(models.QuerySet["ServiceToken"]):
    def usable(self, at: datetime) -> ServiceTokenQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=at)


class ServiceToken(models.Model):
    """Opens one clinic to one program, for what its scopes name: see `people.tokens`. Its secret is not kept."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="service_tokens")
    name = models.CharField(max_length=80)  # which program, as the clinic calls it
    account = models.OneToOneField(  # as whom it stands in the record and the audit; nobody can log in as it
        User, on_delete=models.PROTECT, related_name="service_token"
    )
    scopes = models.JSONField(default=list)
    key = models.CharField(max_length=16, unique=True)  # its beginning: finds the row, opens nothing
    digest = models.CharField(max_length=64)  # SHA-256 of the secret
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # last, to the minute
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ServiceTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by=None)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revocation_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clinic} · {self.name} · {self.key}"

    def state(self, at: datetime) -> str:
        """revoked, expired or usable."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= at else "usable"


class RefusedFrom(models.Model):
    """How often one address showed what opens nothing, within a minute: for all workers, and after a restart."""

    address = models.CharField(max_length=64, unique=True)  # a digest
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.address[:8]} × {self.count}"
