"""What a plan's quote has come to, as far as treating depends on it. The quotes themselves are kept above this app."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Quoted(models.Model):
    """One telling: handed over, accepted, refused, withdrawn, time to think shortened. The newest of a plan counts."""

    plan = models.ForeignKey("treatments.Plan", on_delete=models.PROTECT, related_name="quoted")
    number = models.CharField(max_length=20)  # as it is printed, with its version
    state = models.CharField(max_length=10)  # `wheal.quotes.State`
    handed_at = models.DateTimeField()
    valid_until = models.DateField()
    covers = models.JSONField()  # the terms that the quote was made for
    shortened = models.BooleanField(
        default=False
    )  # a physician noted why the time to think is not waited for
    told_at = models.DateTimeField(auto_now_add=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # nobody: the patient

    fixed_when = models.Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"
