"""A report to an authority, to whom it was sent by somebody's hand, and what came back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.reactions.models import Reaction


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: User) -> DeclarationQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


class Declaration(models.Model):
    """What one clinic tells of one reaction. A draft until finished; fixed from then on."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="declarations")
    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="declarations")
    amends = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )  # an earlier report of the same case, which keeps its number
    number = models.CharField(max_length=100, blank=True)  # C.1.1: country, clinic, own number
    told = models.JSONField(default=dict)  # what was typed, by field of the form
    draft_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    report = models.JSONField(null=True, blank=True)  # the whole case as it was finished

    fixed_when = Q(finished_at__isnull=False)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None, finished_by=None, report=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False, report__isnull=False),
                name="declaration_finishing_is_whole",
            ),
            models.UniqueConstraint(
                fields=["reaction"], condition=Q(finished_at=None), name="one_draft_of_a_declaration"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.reaction}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class Sent(models.Model):
    """Somebody sent it, and says so. Fixed once written."""

    class Form(models.TextChoices):
        MEDWATCH = "medwatch", _("FDA Form 3500 (MedWatch)")
        FRENCH = "french", _("French declaration")
        E2B = "e2b", _("E2B(R3) message")
        OTHER = "other", _("In another form")

    class Way(models.TextChoices):
        PORTAL = "portal", _("Typed into a portal")
        POST = "post", _("By post")
        EMAIL = "email", _("By e-mail")
        PHONE = "phone", _("By telephone or fax")

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="sent")
    form = models.CharField(max_length=10, choices=Form.choices)
    way = models.CharField(max_length=10, choices=Way.choices)
    to = models.CharField(max_length=160)
    on = models.DateField()
    note = models.TextField(blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.declaration} → {self.to}"


class Receipt(models.Model):
    """What the authority answered: a number, a question, a refusal. Fixed once written."""

    sent = models.ForeignKey(Sent, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    note = models.TextField(blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sent} · {self.number}"


class DutyMet(models.Model):
    """What a country asks to be reported, settled for one reaction: by what was sent, or because it does not apply.

    One paper may settle several duties, and clears no other. Fixed once written.
    """

    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="duties_met")
    duty = models.CharField(max_length=40)  # its id in the country of the clinic
    sent = models.ForeignKey(Sent, null=True, blank=True, on_delete=models.PROTECT, related_name="duties_met")
    reason = models.TextField(blank=True)  # why it does not apply
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent__isnull=False, reason="") | (Q(sent=None) & ~Q(reason="")),
                name="duty_met_by_a_report_or_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reaction} · {self.duty}"
