"""Lists for accounting: what was received and given back, and what was accepted with its taxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from wheal.clinic.people.models import Clinic
from wheal.clinic.quotes.models import Payment, Quote
from wheal.clinic.quotes.offers import state_of, totals_of

STATES: Final[dict[str, Promise]] = {
    "draft": _lazy("Draft"), "sent": _lazy("Handed over"), "accepted": _lazy("Accepted"),
    "refused": _lazy("Refused by the patient"), "withdrawn": _lazy("Withdrawn"),
    "replaced": _lazy("Replaced by a newer version"), "expired": _lazy("No longer holds"),
}  # fmt: skip


NOTHING: Final = Decimal("0.00")


def of_money(clinic: Clinic, first: date, last: date) -> Iterator[list[object]]:
    """A line for each, by the day on which it changed hands; lines that were taken back are marked, and count 0."""
    yield [
        _("Entry"), _("On which day"), _("Written down at"), _("Kind"), _("Means"), _("Amount"), _("Counts as"),
        _("Currency"), _("Quote"), _("Patient no."), _("Patient"), _("Reference"), _("Takes back entry"), _("Reason"),
        _("Recorded by"),
    ]  # fmt: skip
    rows = Payment.objects.filter(quote__clinic=clinic, received_on__range=(first, last))
    seen = rows.select_related("quote__patient", "recorded_by", "taken_back_by").order_by("received_on", "pk")
    number = _numbers(clinic)
    for row in seen:
        counts = NOTHING if hasattr(row, "taken_back_by") else row.signed_amount.quantize(NOTHING)
        yield [
            number[row.pk], row.received_on.isoformat(), _local(row.recorded_at), row.get_kind_display(),
            row.get_means_display(), row.amount, counts, row.quote.currency, str(row.quote),
            row.quote.patient.number, row.quote.patient, row.reference,
            number.get(row.takes_back_id, ""), row.reason, row.recorded_by.shown_name,
        ]  # fmt: skip


def _numbers(clinic: Clinic) -> dict[int | None, int]:
    """Entries of this clinic counted from its first one: a number says nothing of how many other clinics write."""
    keys = Payment.objects.filter(quote__clinic=clinic).order_by("pk").values_list("pk", flat=True)
    return {key: place for place, key in enumerate(keys, 1)}


def of_quotes(clinic: Clinic, first: date, last: date) -> Iterator[list[object]]:
    """Those handed over in these days, by the clinic's clock: a line for each rate of tax of each."""
    yield [
        _("Quote"), _("Handed over at"), _("Holds until"), _("State"), _("Patient no."), _("Patient"), _("Tax"),
        _("Per cent"), _("Net"), _("Tax amount"), _("Gross"), _("Currency"),
    ]  # fmt: skip
    begin, end = clinic.begin_of(first), clinic.begin_of(last + timedelta(days=1))
    rows = Quote.objects.filter(clinic=clinic, sent_at__gte=begin, sent_at__lt=end).select_related("patient")
    today = clinic.day_of()
    for row in rows.prefetch_related("lines__tax", "steps").order_by("sent_at", "pk"):
        head = [
            str(row), _local(row.sent_at), row.valid_until.isoformat(), str(STATES[state_of(row, today)]),
            row.patient.number, row.patient,
        ]  # fmt: skip
        for each in totals_of(row, row.lines.all()).by_tax:
            yield [*head, each.tax.name, each.tax.percent, each.net, each.amount, each.gross, row.currency]


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")
