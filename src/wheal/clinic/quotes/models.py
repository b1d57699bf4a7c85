"""Quotes in versions, what came of them, and money as it was recorded."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.quotes.price_list import USER, LineKind, Package, PackageLine, Priced, Tax
from wheal.clinic.treatments.models import Plan

__all__ = ["LineKind", "Package", "PackageLine", "Payment", "Quote", "QuoteLine", "Step", "Tax"]


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, user: User) -> QuoteQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)


class Quote(models.Model):
    """One version of a quote. Changed freely as a draft; fixed from the moment it is handed over."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="quotes")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="quotes")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="quotes")
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    practitioner = models.ForeignKey(null=True, blank=True, **USER)
    language = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    taxes_included = models.BooleanField(default=True)  # the prices are what the patient pays
    valid_until = models.DateField(null=True, blank=True)
    said = models.JSONField(
        default=dict
    )  # contents by name: act, place, registration, anaesthesia, days_off, …
    note = models.TextField(blank=True)
    draft_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(**USER)
    saved_at = models.DateTimeField(auto_now=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    # the handing over: all or nothing
    number = models.CharField(max_length=12, blank=True)  # of the clinic and its year; every version has it
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, db_index=True)
    sent_by = models.ForeignKey(null=True, blank=True, **USER)
    sent_how = models.CharField(max_length=10, blank=True)
    covers = models.JSONField(null=True, blank=True)  # the terms of the plan that it was made for
    net = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    tax = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    gross = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    knowledge_version = models.CharField(max_length=20, blank=True)
    knowledge_digest = models.CharField(max_length=64, blank=True)

    fixed_when = Q(sent_at__isnull=False)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["clinic", "-sent_at"]), models.Index(fields=["plan", "-sent_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_by=None, version=None, gross=None)
                | Q(
                    sent_at__isnull=False, sent_by__isnull=False, version__isnull=False, gross__isnull=False,
                    valid_until__isnull=False, discarded_at=None,
                ),
                name="quote_handing_over_is_whole",
            ),
            models.UniqueConstraint(
                fields=["clinic", "number", "version"], condition=Q(sent_at__isnull=False),
                name="quote_version_is_unique",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}/{self.version}" if self.sent_at else str(_("Draft of a quote"))

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None


class QuoteLine(Priced):
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")

    fixed_when = Q(quote__sent_at__isnull=False)

    def __str__(self) -> str:
        return self.words


class Step(models.Model):
    """What came of a quote that was handed over. Each step once; none is changed."""

    class What(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("replaced by a newer version")
        SHORTENED = "shortened", _("time to think shortened")

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    taken_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(null=True, blank=True, **USER)  # nobody: the patient, by a link
    signed_name = models.CharField(max_length=160, blank=True)
    signature = models.JSONField(default=list)  # strokes; empty: the typed name, or a signed paper
    on_paper = models.BooleanField(default=False)  # signed on the printed copy, which the clinic keeps
    reason = models.TextField(blank=True)

    fixed_when = Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "what"], name="a_step_of_a_quote_is_taken_once"),
            models.CheckConstraint(
                condition=~Q(what="accepted") | ~Q(signed_name=""), name="an_accepted_quote_names_who_signed"
            ),
            models.CheckConstraint(
                condition=~Q(what="shortened") | (~Q(reason="") & Q(recorded_by__isnull=False)),
                name="time_to_think_is_shortened_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quote} {self.what}"


class Payment(models.Model):
    """Money that changed hands elsewhere, as it was written down. Never changed: a wrong line is taken back."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("Deposit")
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")
        TAKEN_BACK = "taken_back", _p("of a payment", "Taken back")

    class Means(models.TextChoices):
        CARD = "card", _("Card")
        CASH = "cash", _("Cash")
        TRANSFER = "transfer", _("Bank transfer")
        CHEQUE = "cheque", _("Cheque")
        OTHER = "other", _("Other means")

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.DecimalField(max_digits=9, decimal_places=2)  # above nothing, whichever way it went
    means = models.CharField(max_length=10, choices=Means.choices)
    received_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)  # of the receipt, the transfer, the terminal
    takes_back = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(**USER)

    fixed_when = Q()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_is_recorded_above_nothing"),
            models.CheckConstraint(
                condition=Q(kind="taken_back", takes_back__isnull=False)
                | (~Q(kind="taken_back") & Q(takes_back=None)),
                name="what_is_taken_back_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def signed_amount(self) -> Decimal:
        """As it moves what the clinic holds; 0 for a line that takes another back."""
        return {"refund": -self.amount, "taken_back": Decimal(0)}.get(self.kind, self.amount)
