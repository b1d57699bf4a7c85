"""What the interface itself keeps: under which numbers others know what they sent."""

from __future__ import annotations

from django.db import models

from wheal.clinic.people.models import Clinic


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
