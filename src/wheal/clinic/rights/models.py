"""What a clinic states about keeping records, and who was forgotten when the term was over. Rows are only added."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic


class OwnTerm(models.Model):
    """The years that a clinic keeps records, with who says so. The newest holds, where it is longer than the law's."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="own_terms")
    years = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)  # the statute, the insurer, the board: in the clinic's words
    stated_at = models.DateTimeField(auto_now_add=True)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(years__gte=1, years__lte=100), name="own_term_is_some_years"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clinic} · {self.years}"


class Forgetting(models.Model):
    """Name, birth date and addresses were taken out of a record whose term was over."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="forgetting")
    reason = models.CharField(max_length=300)
    kept_until = models.DateField()  # the last day on which the record had to be there
    done_at = models.DateTimeField(auto_now_add=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.patient_id} · {self.done_at:%Y-%m-%d}"
