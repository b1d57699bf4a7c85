"""Handing over: what is lacking told at once, the number given, the quote fixed; and the next version of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal import consent as wording_of_terms
from wheal import knowledge, quotes
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.quotes.actions.drafting import NewLine, write_lines
from wheal.clinic.quotes.actions.noting import QuoteRefused, locked, note, open_draft, tell_the_plan
from wheal.clinic.quotes.models import Quote, QuoteLine, Step
from wheal.clinic.quotes.offers import as_offer, country_of, lines_of, state_of, totals_of
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.consents import terms_of


class NotReady(Exception):
    """May not be handed over. `lacking` names all that must be mended, as `wheal.quotes.lacking` does."""

    def __init__(self, lacking: tuple[str, ...]) -> None:
        super().__init__(", ".join(lacking))
        self.lacking = lacking


@transaction.atomic
def hand_over(*, quote: Quote, how: str, by: User) -> Quote:
    """To the patient, today: from now on it is fixed, and the time to think runs. Raises NotReady, QuoteRefused.

    An older version that was open or accepted is replaced by it.
    """
    quote = open_draft(quote)
    Clinic.objects.select_for_update().get(pk=quote.clinic_id)  # numbers are given one after the other
    lines, now = lines_of(quote), timezone.now()
    offer, today = as_offer(quote, lines), quote.clinic.day_of(now)
    if lacking := quotes.lacking(offer, country_of(quote), today):
        raise NotReady(lacking)
    totals = totals_of(quote, lines)
    _price(quote, totals, by)
    quote.said = dict(offer.said)
    quote.number, quote.version = _numbered(quote, today.year)
    quote.net, quote.tax, quote.gross = totals.net, totals.tax, totals.gross
    quote.sent_at, quote.sent_by, quote.sent_how = now, by, how
    quote.covers = wording_of_terms.as_json(terms_of(quote.plan))
    known = knowledge.current()
    quote.knowledge_version, quote.knowledge_digest = known.version, known.digest
    quote.save()
    _replace(quote, by)
    tell_the_plan(quote, by)
    note(
        by=by, what="quote_handed_over", quote=quote, number=str(quote), how=how, total=str(quote.gross),
        fixes=[Quote.objects.filter(pk=quote.pk), QuoteLine.objects.filter(quote=quote)],
    )  # fmt: skip
    return quote


def _price(quote: Quote, totals: quotes.Totals, by: User) -> None:
    try:
        quote.plan = treatments.price_plan(
            plan=quote.plan, price=totals.gross, currency=quote.currency, by=by
        )
    except treatments.DraftRefused as refused:
        raise QuoteRefused(refused.reason) from refused


def _numbered(quote: Quote, year: int) -> tuple[str, int]:
    """A new version keeps the number; a new quote has the next one of its clinic and year."""
    if quote.replaces:
        return quote.replaces.number, quote.replaces.version + 1
    taken = Quote.objects.filter(clinic=quote.clinic, number__startswith=f"{year}-")
    last = taken.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:04}", 1


def _replace(quote: Quote, by: User) -> None:
    older = locked(quote.replaces) if quote.replaces else None
    if older and "replaced" in quotes.POSSIBLE[state_of(older, quote.clinic.day_of())]:
        step = Step.objects.create(quote=older, what=Step.What.REPLACED, recorded_by=by)
        note(
            by=by,
            what="quote_replaced",
            quote=older,
            by_quote=quote.pk,
            fixes=[Step.objects.filter(pk=step.pk)],
        )


@transaction.atomic
def revise(*, quote: Quote, by: User) -> Quote:
    """A draft of the next version with the same lines; the one that is open already, where there is one.

    It is of the plan that stands now. Raises QuoteRefused for a quote that is not the newest version.
    """
    quote = locked(quote)
    if not quote.is_sent:
        raise QuoteRefused(_("This is a draft still: change it as it is."))
    held = Quote.objects.filter(replaces=quote).first()
    if held and held.is_sent:
        raise QuoteRefused(
            _("There is a newer version of this quote already: %(number)s.") % {"number": held}
        )
    if held and held.discarded_at is None:
        return held
    return _taken_up(held, by) if held else _copied(quote, by)


def _taken_up(held: Quote, by: User) -> Quote:
    held.discarded_at = None
    held.save(update_fields=["discarded_at", "saved_at"])
    note(by=by, what="draft_begun", quote=held, version_of=held.replaces_id)
    return held


def _copied(quote: Quote, by: User) -> Quote:
    made = Quote.objects.create(
        clinic=quote.clinic, patient=quote.patient, plan=treatments.open_plan(patient=quote.patient, by=by),
        replaces=quote, practitioner=quote.practitioner, created_by=by, currency=quote.currency,
        language=quote.language, taxes_included=quote.taxes_included, said=quote.said, note=quote.note,
    )  # fmt: skip
    write_lines(made, (NewLine.of(row) for row in lines_of(quote)))
    note(by=by, what="draft_begun", quote=made, version_of=quote.pk)
    return made
