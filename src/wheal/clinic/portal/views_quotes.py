"""The quote at home: read, printed, accepted with a signature, or refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal import quotes as judging
from wheal.clinic import printing
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link
from wheal.clinic.patients.own_pages import language, shown
from wheal.clinic.portal import actions
from wheal.clinic.quotes import papers
from wheal.clinic.quotes.models import Quote
from wheal.clinic.quotes.offers import country_of, lines_of, standing_of, totals_of
from wheal.clinic.signatures import DRAW_OR_CONFIRM, strokes
from wheal.clinic.treatments.consents import terms_of
from wheal.knowledge.countries import QUOTE_STATEMENTS


def _quote(link: Link, pk: int) -> Quote:
    """Of this patient, and handed over."""
    mine = Quote.objects.filter(patient=link.patient, sent_at__isnull=False).prefetch_related("steps")
    return get_object_or_404(mine.select_related("clinic", "patient", "plan", "practitioner"), pk=pk)


@for_patient("pages")
@require_safe
def quote(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    return _page(request, link, _quote(link, pk))


def _page(
    request: HttpRequest, link: Link, row: Quote, *, refused: str = "", status: int = 200
) -> HttpResponse:
    known, country, today = knowledge.current(), country_of(row), row.clinic.day_of()
    lines, standing = lines_of(row), standing_of(row, today)
    earliest = standing.earliest(country)
    page = {
        "quote": row,
        "lines": lines,
        "totals": totals_of(row, lines),
        "state": standing.state,
        "is_open": "accepted" in judging.POSSIBLE[standing.state],
        "act_from": earliest if today < earliest else None,
        "nothing_owed": country.nothing_owed_in_reflection,
        "statements": [
            known.text(f"quote.statement.{name}", language(link), days=country.reflection_days)
            for name in QUOTE_STATEMENTS
            if name in country.quote_contents
        ],
        "signed": next((step for step in row.steps.all() if step.what == "accepted"), None),
        "beside": judging.beside(terms_of(row.plan), row.clinic.jurisdiction, known)
        if row.plan.purpose
        else (),
        "refused": refused,
    }
    return shown(request, link, "portal/quote.html", page, status=status)


@for_patient("pages")
@require_safe
def pdf(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    row = _quote(link, pk)
    made = papers.quote_pdf(row, lines_of(row), knowledge.current())
    return printing.answer(made, f"quote-{str(row).replace('/', '-')}")


@for_patient("pages")
@require_POST
def accept(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    row, drawn = _quote(link, pk), strokes(request.POST.get("signature", ""))
    if not drawn and not request.POST.get("signature_typed_only"):
        return _page(request, link, row, refused=str(DRAW_OR_CONFIRM), status=422)
    try:
        actions.accept_quote(
            link=link, quote=row, signed_name=request.POST.get("signed_name", ""), signature=drawn
        )
    except actions.PortalRefused as refused:
        return _page(request, link, _quote(link, pk), refused=refused.about[0], status=422)
    return redirect("portal:quote", token(link), pk)


@for_patient("pages")
@require_POST
def refuse(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    try:
        actions.refuse_quote(link=link, quote=_quote(link, pk), reason=request.POST.get("reason", ""))
    except actions.PortalRefused as refused:
        return _page(request, link, _quote(link, pk), refused=refused.about[0], status=422)
    return redirect("portal:quote", token(link), pk)
