"""Counting the shelf: entered as it is walked along, closed when everything is explained."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count as HowMany
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions
from wheal.clinic.stock.forms_papers import AddLotForm, CountedForm, CountForm
from wheal.clinic.stock.models import Count

AT_ONCE = 30


def _counts(request: HttpRequest):
    seen = Count.objects.visible_to(request.user).filter(clinic=request.clinic)
    return seen.select_related("place", "begun_by", "closed_by", "clinic")


@permission_required(Permission.STOCK_SEE)
@require_http_methods(["GET", "POST"])
def counts(request: HttpRequest) -> HttpResponse:
    form = CountForm(request.POST or None, clinic=request.clinic)
    may_write = may(request, Permission.STOCK_WRITE)
    if request.method == "POST" and may_write and form.is_valid():
        made = actions.begin_count(clinic=request.clinic, place=form.cleaned_data["place"], by=request.user)
        return redirect("stock:count", made.pk)
    differing = HowMany("lines", filter=Q(lines__movement__isnull=False))
    rows = Paginator(_counts(request).annotate(differing=differing).order_by("-pk"), AT_ONCE).get_page(
        request.GET.get("page")
    )
    page = {"rows": rows, "form": form, "section": "counts", "may_write": may_write}
    return render(request, "stock/counts.html", page, status=422 if form.errors else 200)


@permission_required(Permission.STOCK_SEE)
@require_safe
def count(request: HttpRequest, pk: int) -> HttpResponse:
    return count_page(request, get_object_or_404(_counts(request), pk=pk))


def _lines(seen: Count):
    return (
        seen.lines.with_latest()
        .select_related("lot__product", "lot__place", "container", "movement")
        .order_by("pk")
    )


def count_page(
    request: HttpRequest, seen: Count, form: Form | None = None, *, refused: str = "", status: int = 200
) -> HttpResponse:
    lines = _lines(seen)
    page = {
        "count": seen,
        "lines": sorted(lines, key=lambda line: line.movement_id is None) if seen.closed_at else [],
        "form": form or (None if seen.closed_at else CountedForm(None, lines)),
        "add_form": None if seen.closed_at else AddLotForm(count=seen),
        "refused": refused,
        "section": "counts",
        "may_write": may(request, Permission.STOCK_WRITE),
    }
    return render(request, "stock/count.html", page, status=status)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def save_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Saved as far as it goes; with `close` also closed, or shown again with what stands against that."""
    seen = get_object_or_404(_counts(request), pk=pk)
    form = CountedForm(request.POST, _lines(seen))
    if not form.is_valid():
        return count_page(request, seen, form, status=422)
    try:
        actions.save_count(count=seen, found=form.found(), by=request.user)
    except actions.StockRefused as refused:
        return count_page(request, seen, form, refused=refused.words, status=422)
    if "close" not in request.POST:
        messages.success(request, _("Saved. Go on whenever you like."))
        return redirect("stock:count", pk)
    return _close(request, seen)


def _close(request: HttpRequest, seen: Count) -> HttpResponse:
    """What was entered is saved; the page shows it as it stands, without the numbers that no longer hold."""
    try:
        closed = actions.close_count(count=seen, by=request.user)
    except actions.StockRefused as refused:
        return count_page(request, seen, refused=refused.words, status=422)
    differences = closed.lines.filter(movement__isnull=False).count()
    words = ngettext(
        "Closed: %(number)s difference is written in the books.",
        "Closed: %(number)s differences are written in the books.",
        differences,
    )
    messages.success(request, words % {"number": differences})
    return redirect("stock:count", seen.pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def add_lot(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_counts(request), pk=pk)
    form = AddLotForm(request.POST, count=seen)
    if form.is_valid():
        try:
            actions.add_to_count(count=seen, lot=form.cleaned_data["lot"], by=request.user)
        except actions.StockRefused as refused:
            messages.error(request, refused.words)
    return redirect("stock:count", pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_counts(request), pk=pk)
    try:
        actions.discard_count(count=seen, by=request.user)
    except actions.StockRefused as refused:
        messages.error(request, refused.words)
        return redirect("stock:count", pk)
    messages.success(request, _("Discarded: the books are as before."))
    return redirect("stock:counts")
