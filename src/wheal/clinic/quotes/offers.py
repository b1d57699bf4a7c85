"""A quote as the domain judges it: its offer, how it stands, what was paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from wheal import knowledge, quotes
from wheal.clinic.people.models import User
from wheal.clinic.quotes.models import Payment, Quote, QuoteLine
from wheal.clinic.treatments.consents import terms_of
from wheal.knowledge.countries import Jurisdiction


def country_of(quote: Quote) -> Jurisdiction:
    return knowledge.current().jurisdictions[quote.clinic.jurisdiction]


def lines_of(quote: Quote) -> list[QuoteLine]:
    return list(quote.lines.select_related("tax"))


def as_offer(quote: Quote, lines: Iterable[QuoteLine]) -> quotes.Offer:
    return quotes.Offer(
        terms=terms_of(quote.plan),
        lines=tuple(line.as_line() for line in lines),
        taxes_included=quote.taxes_included,
        valid_until=quote.valid_until,
        said={**quote.said, **of_the_practitioner(quote.practitioner, quote.clinic.day_of())},
    )


def of_the_practitioner(practitioner: User | None, on: date) -> dict[str, str]:
    """Number, qualification and insurance as the register of credentials holds them, where they are valid."""
    if practitioner is None:
        return {}
    valid = [row for row in practitioner.credentials.order_by("pk") if row.is_valid(on)]
    numbers = {row.kind: row.number or row.kind for row in valid}
    return {
        "registration": numbers.get("licence", ""),
        "qualification": ", ".join(row.kind for row in valid if row.kind not in ("insurance", "delegation")),
        "insurance": numbers.get("insurance", ""),
    }


def totals_of(quote: Quote, lines: Iterable[QuoteLine]) -> quotes.Totals:
    return quotes.add_up((line.as_line() for line in lines), taxes_included=quote.taxes_included)


def state_of(quote: Quote, today: date) -> quotes.State:
    """Asks nothing more where the steps were fetched with the quote."""
    return quotes.state_of(quote.is_sent, quote.valid_until, [step.what for step in quote.steps.all()], today)


def standing_of(quote: Quote, today: date) -> quotes.Standing:
    """Of one that was handed over."""
    return quotes.Standing(
        number=str(quote),
        state=state_of(quote, today),
        handed_on=quote.clinic.day_of(quote.sent_at),
        covers=quote.covers,
        shortened=any(step.what == "shortened" for step in quote.steps.all()),
    )


def payments_of(quote: Quote) -> QuerySet[Payment]:
    """Of every version of the quote that was handed over: a new version owes less what the older one was paid."""
    return Payment.objects.filter(quote__clinic=quote.clinic_id, quote__number=quote.number).exclude(
        quote__sent_at=None
    )


def paid(payments: Iterable[Payment]) -> quotes.Paid:
    """Lines that were taken back, and those that take back, count for nothing."""
    held = list(payments)
    gone = {row.takes_back_id for row in held}
    counted = [row for row in held if row.pk not in gone and row.kind != Payment.Kind.TAKEN_BACK]
    refunded = sum((row.amount for row in counted if row.kind == Payment.Kind.REFUND), Decimal(0))
    return quotes.Paid(sum((row.amount for row in counted), Decimal(0)) - refunded, refunded)
