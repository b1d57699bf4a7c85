"""The stock, its movements and its temperatures as tables."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from wheal.clinic import days, spreadsheets
from wheal.clinic.people.permissions import Permission, permission_required
from wheal.clinic.stock import overview, tables
from wheal.clinic.stock.models import Movement, Place
from wheal.clinic.stock.views_lots import lots_of

A_YEAR = timedelta(days=365)


@permission_required(Permission.STOCK_SEE)
@require_safe
def stock_csv(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    return spreadsheets.answer(f"stock-{today}", tables.of_stock(overview.rows(request.clinic, today)))


def _written(rows):
    return rows.select_related("lot__product", "by").order_by("pk").iterator(chunk_size=tables.AT_ONCE)


@permission_required(Permission.STOCK_SEE)
@require_safe
def movements_csv(request: HttpRequest) -> HttpResponse:
    """Everything that moved from one day to another; of the last year, where none are named."""
    until = days.read(request.GET.get("until", "")) or request.clinic.day_of()
    since = days.read(request.GET.get("since", "")) or until - A_YEAR
    begin, end = request.clinic.begin_of(since), request.clinic.begin_of(until + timedelta(days=1))
    rows = Movement.objects.filter(lot__product__clinic=request.clinic, at__gte=begin, at__lt=end)
    return spreadsheets.answer(f"movements-{since}-{until}", tables.of_movements(_written(rows)))


@permission_required(Permission.STOCK_SEE)
@require_safe
def lot_csv(request: HttpRequest, pk: int) -> HttpResponse:
    lot = get_object_or_404(lots_of(request), pk=pk)
    return spreadsheets.answer(f"lot-{pk}", tables.of_movements(_written(lot.movements)))


@permission_required(Permission.STOCK_SEE)
@require_safe
def readings_csv(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(Place.objects.visible_to(request.user).filter(clinic=request.clinic), pk=pk)
    rows = seen.readings.filter(takes_back=None).select_related("read_by", "taken_back_by").order_by("pk")
    return spreadsheets.answer(
        f"temperatures-{pk}", tables.of_readings(rows.iterator(chunk_size=tables.AT_ONCE))
    )
