"""Quotes: the list, the page of one, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.lists import from_standby
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.names import fold
from wheal.clinic.patients.searching import MOST_WORDS
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.quotes import actions, papers
from wheal.clinic.quotes.forms import MoneyForm
from wheal.clinic.quotes.models import Payment, Quote
from wheal.clinic.quotes.offers import lines_of, state_of
from wheal.clinic.quotes.pages import quote_of, shown
from wheal.clinic.signatures import DRAW_OR_CONFIRM, strokes
from wheal.clinic.treatments.models import Plan

SHOWN = 60


@permission_required(P.QUOTE_WRITE)
@require_safe
@from_standby
def listed(request: HttpRequest) -> HttpResponse:
    asked, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = _with_states(request, _found(_here(request), asked)[: SHOWN * 4])
    kept = [row for row in rows if not state or row["state"] == state][:SHOWN]
    page = {
        "rows": kept,
        "asked": asked,
        "state": state,
        "empty": not rows and not asked,
        "may_own": may(request, P.QUOTE_OWN),
        "may_account": may(request, P.ACCOUNTS_SEE),
    }
    readings.shows(request, *(row["quote"].patient_id for row in kept))
    return render(request, "quotes/list.html", page)


def _here(request: HttpRequest) -> QuerySet[Quote]:
    seen = Quote.objects.visible_to(request.user).filter(clinic=request.clinic, discarded_at=None)
    return seen.select_related("patient").prefetch_related("steps")


def _found(rows: QuerySet[Quote], asked: str) -> QuerySet[Quote]:
    words = list(filter(fold, asked.split()))
    if len(words) > MOST_WORDS:
        return rows.none()
    for word in words:
        rows = rows.filter(
            Q(number__contains=word.partition("/")[0])
            | Q(patient__search_name__contains=fold(word))
            | Q(patient__number=word)
        )
    return rows


def _with_states(request: HttpRequest, rows: QuerySet[Quote]) -> list[dict[str, object]]:
    today = request.clinic.day_of()
    return [{"quote": row, "state": state_of(row, today)} for row in rows]


@permission_required(P.QUOTE_WRITE)
@require_safe
def quote(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, quote_of(request, pk))


@permission_required(P.QUOTE_WRITE)
@require_safe
def of_patient(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """A fragment of the patient's page."""
    patient = patient_or_404(request, patient_pk)
    rows = _with_states(request, _here(request).filter(patient=patient))
    return render(request, "quotes/_of_patient.html", {"patient": patient, "rows": rows})


@permission_required(P.QUOTE_WRITE)
@require_safe
def of_plan(request: HttpRequest, plan_pk: int) -> HttpResponse:
    """A fragment of the plan's page: how its quote stands, and the way to it."""
    seen = Plan.objects.filter(patient__clinic=request.clinic).select_related("patient")
    plan = get_object_or_404(seen, pk=plan_pk)
    readings.shows(request, plan.patient_id)
    rows = _with_states(request, _here(request).filter(plan=plan))
    return render(request, "quotes/_of_plan.html", {"plan": plan, "patient": plan.patient, "rows": rows[:2]})


@permission_required(P.QUOTE_WRITE)
@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    row = quote_of(request, pk)
    made = papers.quote_pdf(row, lines_of(row), knowledge.current())
    name = str(row).replace("/", "-") if row.is_sent else f"draft-{row.pk}"
    return printing.answer(made, f"quote-{name}")


def _done(request: HttpRequest, row: Quote, change: Callable[[], object], said: str = "") -> HttpResponse:
    """Do it, or show the page again with what stands against it."""
    try:
        change()
    except actions.QuoteRefused as refused:
        return shown(request, quote_of(request, row.pk), refused=refused.reason, status=422)
    if said:
        messages.success(request, said)
    return redirect("quotes:quote", row.pk)


@permission_required(P.QUOTE_WRITE)
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed on the pad, or on the printed copy that the clinic keeps."""
    row = quote_of(request, pk)
    drawn, on_paper = strokes(request.POST.get("signature", "")), bool(request.POST.get("on_paper"))
    if not drawn and not on_paper and not request.POST.get("signature_typed_only"):
        return shown(request, row, refused=str(DRAW_OR_CONFIRM), status=422)
    name = request.POST.get("signed_name", "")
    return _done(
        request, row,
        lambda: actions.accept(quote=row, signed_name=name, signature=drawn, on_paper=on_paper, by=request.user),
        _("The quote is accepted."),
    )  # fmt: skip


@permission_required(P.QUOTE_WRITE)
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    row, reason = quote_of(request, pk), request.POST.get("reason", "")
    return _done(request, row, lambda: actions.refuse(quote=row, reason=reason, by=request.user))


@permission_required(P.QUOTE_WRITE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row, reason = quote_of(request, pk), request.POST.get("reason", "")
    return _done(request, row, lambda: actions.withdraw(quote=row, reason=reason, by=request.user))


@permission_required(P.QUOTE_SHORTEN)
@require_POST
def shorten(request: HttpRequest, pk: int) -> HttpResponse:
    row, reason = quote_of(request, pk), request.POST.get("reason", "")
    return _done(request, row, lambda: actions.shorten(quote=row, reason=reason, by=request.user))


@permission_required(P.QUOTE_WRITE)
@require_POST
def record_money(request: HttpRequest, pk: int) -> HttpResponse:
    row = quote_of(request, pk)
    form = MoneyForm(request.POST, row.clinic.day_of())
    if not form.is_valid():
        return shown(request, row, money_form=form, status=422)
    try:
        actions.record_money(quote=row, by=request.user, **form.cleaned_data)
    except actions.QuoteRefused as refused:
        form.add_error(None, refused.reason)
        return shown(request, row, money_form=form, status=422)
    messages.success(request, _("Written down."))
    return redirect("quotes:quote", pk)


@permission_required(P.QUOTE_WRITE)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Payment.objects.filter(quote__in=_here(request)).select_related("quote"), pk=pk)
    reason = request.POST.get("reason", "")
    return _done(request, held.quote, lambda: actions.take_back(payment=held, reason=reason, by=request.user))
