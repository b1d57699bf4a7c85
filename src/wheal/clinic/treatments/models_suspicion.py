"""What the watch suspects, as it stands where one mixes and injects."""

from __future__ import annotations

from django.db import models

from wheal.clinic.people.models import Clinic


class Suspicion(models.Model):
    """A lot or a thing that an open alarm of the watch names; gone when somebody has concluded."""

    class Kind(models.TextChoices):
        LOT = "lot"
        THING = "thing"

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="suspicions")
    alarm = models.PositiveBigIntegerField()  # its number, for the way to it
    since = models.DateTimeField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    named = models.PositiveBigIntegerField()  # which lot, which thing

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "kind", "named"], name="suspicion_is_named_once_in_an_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.named} · {self.since:%Y-%m-%d}"
