"""The clinic's own rates and packages; lists for accounting."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.quotes import actions, tables
from wheal.clinic.quotes.forms import PackageForm, PeriodForm, TaxForm, lines_form
from wheal.clinic.quotes.models import Package, Tax

PACKAGE_LINES = 6


@permission_required(P.QUOTE_OWN)
@require_safe
def prices(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **forms: object) -> HttpResponse:
    packages = Package.objects.filter(clinic=request.clinic, retired_at=None).prefetch_related("lines__tax")
    page = {
        "taxes": Tax.objects.filter(clinic=request.clinic, retired_at=None).select_related("stated_by"),
        "packages": packages,
        "currency": knowledge.current().jurisdictions[request.clinic.jurisdiction].currency,
        "tax_form": TaxForm(),
        "package_form": PackageForm(),
        "lines": lines_form(None, request.clinic, [], spare=PACKAGE_LINES),
        **forms,
    }
    return render(request, "quotes/prices.html", page, status=status)


@permission_required(P.QUOTE_OWN)
@require_POST
def state_tax(request: HttpRequest) -> HttpResponse:
    form = TaxForm(request.POST)
    if not form.is_valid():
        return _page(request, tax_form=form, status=422)
    actions.state_tax(clinic=request.clinic, by=request.user, **form.cleaned_data)
    return redirect("quotes:prices")


@permission_required(P.QUOTE_OWN)
@require_POST
def retire_tax(request: HttpRequest, pk: int) -> HttpResponse:
    actions.retire_tax(tax=get_object_or_404(Tax, clinic=request.clinic, pk=pk), by=request.user)
    return redirect("quotes:prices")


@permission_required(P.QUOTE_OWN)
@require_POST
def write_package(request: HttpRequest) -> HttpResponse:
    form, lines = PackageForm(request.POST), lines_form(request.POST, request.clinic, [])
    if not (form.is_valid() & lines.is_valid()):
        return _page(request, package_form=form, lines=lines, status=422)
    try:
        actions.write_package(
            clinic=request.clinic, name=form.cleaned_data["name"], lines=lines.lines, by=request.user
        )
    except actions.QuoteRefused as refused:
        form.add_error(None, refused.reason)
        return _page(request, package_form=form, lines=lines, status=422)
    return redirect("quotes:prices")


@permission_required(P.QUOTE_OWN)
@require_POST
def retire_package(request: HttpRequest, pk: int) -> HttpResponse:
    actions.retire_package(package=get_object_or_404(Package, clinic=request.clinic, pk=pk), by=request.user)
    return redirect("quotes:prices")


@permission_required(P.ACCOUNTS_SEE)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    today = request.clinic.day_of()
    last = today.replace(day=1) - timedelta(days=1)
    form = PeriodForm(request.GET or None, initial={"first": last.replace(day=1), "last": last})
    return render(request, "quotes/accounts.html", {"form": form}, status=422 if form.errors else 200)


@permission_required(P.ACCOUNTS_SEE)
@require_safe
def money_csv(request: HttpRequest) -> HttpResponse:
    return _table(request, "money", tables.of_money)


@permission_required(P.ACCOUNTS_SEE)
@require_safe
def quotes_csv(request: HttpRequest) -> HttpResponse:
    return _table(request, "quotes", tables.of_quotes)


def _table(request: HttpRequest, name: str, lines: object) -> HttpResponse:
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "quotes/accounts.html", {"form": form}, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    rows = lines(request.clinic, first, last)
    audit.record(
        by=request.user,
        what="quotes.accounts_exported",
        clinic=request.clinic,
        detail={"table": name, "first": str(first), "last": str(last)},
    )
    return spreadsheets.answer(f"{name}-{first}-{last}", rows, as_read_in=get_language() or "")
