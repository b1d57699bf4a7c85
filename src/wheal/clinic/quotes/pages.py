"""What the page of a quote shows, whichever answer it is part of."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from wheal import knowledge, quotes
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import readings
from wheal.clinic.people.permissions import P, may
from wheal.clinic.quotes import wording
from wheal.clinic.quotes.forms import DraftForm, MoneyForm, PackageChoice, lines_form
from wheal.clinic.quotes.models import Package, Quote, Step, Tax
from wheal.clinic.quotes.offers import (
    as_offer,
    country_of,
    lines_of,
    paid,
    payments_of,
    standing_of,
    totals_of,
)
from wheal.clinic.treatments.consents import terms_of

Page = dict[str, object]


def quote_of(request: HttpRequest, pk: int) -> Quote:
    """Of this clinic and visible to this person, or not found at all; who asked for another's is audited."""
    seen = Quote.objects.visible_to(request.user).filter(clinic=request.clinic)
    found = seen.select_related("clinic", "patient", "plan", "practitioner", "sent_by").filter(pk=pk).first()
    if found is None:
        audit.record_refusal(request, what="quotes.record_refused", detail={"quote": pk})
        raise Http404
    readings.shows(request, found.patient_id)
    return found


def shown(request: HttpRequest, quote: Quote, *, status: int = 200, **more: object) -> HttpResponse:
    """The draft to work on, or what was handed over with what came of it."""
    page = sent_page(request, quote) if quote.is_sent else draft_page(request, quote)
    template = "quotes/quote.html" if quote.is_sent else "quotes/draft.html"
    return render(
        request, template, {"quote": quote, "patient": quote.patient, **page, **more}, status=status
    )


def draft_page(request: HttpRequest, quote: Quote) -> Page:
    lines = lines_of(quote)
    held = [
        {
            "kind": row.kind,
            "words": row.words,
            "quantity": row.quantity,
            "unit_price": row.unit_price,
            "tax": row.tax_id,
        }
        for row in lines
    ]
    return {
        "form": DraftForm(None, quote),
        "lines": lines_form(None, quote.clinic, held),
        "packages": PackageChoice(None, quote.clinic)
        if Package.objects.filter(clinic=quote.clinic, retired_at=None).exists()
        else None,
        "has_taxes": Tax.objects.filter(clinic=quote.clinic, retired_at=None).exists(),
        "may_own": may(request, P.QUOTE_OWN),
        **judged(quote, lines),
    }


def judged(quote: Quote, lines: list[object]) -> Page:
    """What it adds up to, what is lacking, what stands beside."""
    known, language = knowledge.current(), (get_language() or "en")[:2]
    offer = as_offer(quote, lines)
    lacking = quotes.lacking(offer, country_of(quote), quote.clinic.day_of())
    totals = totals_of(quote, lines)
    plan_says = quote.plan.price
    return {
        "totals": totals,
        "lacking": [wording.lacking_words(name, language, known) for name in lacking],
        "other_price": plan_says if plan_says not in (None, totals.gross) and totals.by_tax else None,
        "law": country_of(quote),
        "beside": quotes.beside(offer.terms, quote.clinic.jurisdiction, known) if offer.terms.purpose else (),
        "quote": quote,
    }


def sent_page(request: HttpRequest, quote: Quote) -> Page:
    lines, today, country = lines_of(quote), quote.clinic.day_of(), country_of(quote)
    prefetch_related_objects([quote], Prefetch("steps", Step.objects.select_related("recorded_by")))
    payments = list(payments_of(quote).select_related("recorded_by", "taken_back_by__recorded_by"))
    standing = standing_of(quote, today)
    held = paid(payments)
    return {
        "lines": lines,
        "totals": totals_of(quote, lines),
        "steps": quote.steps.all(),
        "state": standing.state,
        "possible": quotes.POSSIBLE[standing.state],
        "law": country,
        "reflection_until": _reflection(standing, country, today),
        "shortened": standing.shortened,
        "may_shorten": may(request, P.QUOTE_SHORTEN) and country.reflection_standing == "question",
        "payments": [row for row in payments if row.kind != "taken_back"],
        "paid": held,
        "owed": quotes.balance(quote.gross, held) if standing.state == "accepted" else None,
        "money_form": MoneyForm(None, today) if standing.state == "accepted" or held.kept else None,
        "newer": Quote.objects.filter(replaces=quote, discarded_at=None).first(),
        "beside": quotes.beside(terms_of(quote.plan), quote.clinic.jurisdiction, knowledge.current())
        if quote.plan.purpose
        else (),
    }


def _reflection(standing: quotes.Standing, country: object, today: object) -> object:
    """The first day of the act, while it has not come."""
    earliest = standing.earliest(country)
    return earliest if standing.state in ("sent", "accepted") and today < earliest else None
