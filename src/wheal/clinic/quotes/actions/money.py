"""Money as it was received or given back, written down; Wheal moves none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from wheal import quotes
from wheal.clinic.money import money
from wheal.clinic.people.models import User
from wheal.clinic.quotes.actions.noting import QuoteRefused, locked, note
from wheal.clinic.quotes.models import Payment, Quote
from wheal.clinic.quotes.offers import country_of, paid, payments_of, standing_of


@transaction.atomic
def record_money(
    *, quote: Quote, kind: str, amount: Decimal, means: str, received_on: date, by: User, reference: str = ""
) -> Payment:
    """Raises QuoteRefused: money while nothing may be owed, more than is owed, a refund of more than was paid."""
    quote = _locked(quote)
    if amount <= 0:
        raise QuoteRefused(_("Write the amount above nothing; a refund is a kind of its own."))
    today = quote.clinic.day_of()
    if received_on > today:
        raise QuoteRefused(_("This day has not come yet. Write money down when it has changed hands."))
    if kind == Payment.Kind.REFUND:
        _refund(quote, amount)
    else:
        _receive(quote, amount, received_on, today)
    made = Payment.objects.create(
        quote=quote, kind=kind, amount=amount, means=means, received_on=received_on, reference=reference.strip(),
        recorded_by=by,
    )  # fmt: skip
    _note(made, "money_recorded", by)
    return made


def _locked(quote: Quote) -> Quote:
    """With its other versions, whose money counts together; in their order, so that nobody waits in a ring."""
    versions = Quote.objects.filter(clinic=quote.clinic_id, number=quote.number).exclude(sent_at=None)
    list(versions.select_for_update().order_by("pk").values_list("pk"))
    return locked(quote)


def _receive(quote: Quote, amount: Decimal, on: date, today: date) -> None:
    if not quote.is_sent:
        raise QuoteRefused(_("This quote was not handed over yet."))
    standing, country = standing_of(quote, today), country_of(quote)
    if standing.state != "accepted":
        raise QuoteRefused(_("Money is taken on an accepted quote alone. Have it accepted first."))
    if not quotes.money_may_be_taken(standing, country, on):
        first = formats.date_format(standing.earliest(country), "DATE_FORMAT")
        raise QuoteRefused(
            _("Nothing is owed during the time to think. The first day for money is %(day)s.")
            % {"day": first}
        )
    owed = quotes.balance(quote.gross, paid(payments_of(quote)))
    if amount > owed:
        raise QuoteRefused(_("That is more than is owed: %(amount)s.") % _words(owed, quote))


def _refund(quote: Quote, amount: Decimal) -> None:
    """Of any quote that money was taken on, however it stands now."""
    kept = paid(payments_of(quote)).kept
    if amount > kept:
        raise QuoteRefused(_("That is more than was paid: %(amount)s.") % _words(kept, quote))


def _words(amount: Decimal, quote: Quote) -> dict[str, str]:
    return {"amount": money(amount, quote.currency)}


@transaction.atomic
def take_back(*, payment: Payment, reason: str, by: User) -> Payment:
    """A line that was written wrongly: it stays, marked, and counts no more. Said twice, once counts."""
    _locked(payment.quote)
    payment = Payment.objects.select_related("quote__clinic", "quote__patient").get(pk=payment.pk)
    if held := Payment.objects.filter(takes_back=payment).first():
        return held
    if payment.kind == Payment.Kind.TAKEN_BACK:
        raise QuoteRefused(_("This line takes another one back. Write the money down anew instead."))
    if not reason.strip():
        raise QuoteRefused(_("Write what was wrong with it."))
    if payment.kind != Payment.Kind.REFUND and paid(payments_of(payment.quote)).kept < payment.amount:
        raise QuoteRefused(_("Part of it was refunded. Take the refund back first."))
    made = Payment.objects.create(
        quote=payment.quote, kind=Payment.Kind.TAKEN_BACK, amount=payment.amount, means=payment.means,
        received_on=payment.received_on, takes_back=payment, reason=reason.strip(), recorded_by=by,
    )  # fmt: skip
    _note(made, "money_taken_back", by)
    return made


def _note(made: Payment, what: str, by: User) -> None:
    note(
        by=by, what=what, quote=made.quote, kind=made.kind, amount=str(made.amount), means=made.means,
        fixes=[Payment.objects.filter(pk=made.pk)],
    )  # fmt: skip
