"""Lots and products beneath the search field, beside the people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wheal.clinic.as_one_types import AT_MOST, typed
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import Permission, permission_required
from wheal.clinic.stock.models import Product
from wheal.clinic.stock.views_lots import lots_of


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def found(request: HttpRequest) -> HttpResponse:
    """A fragment: lots by the beginning of their number, products by any part of their name. Used-up ones too."""
    if not (words := typed(request)):
        return HttpResponse("")
    today = timezone.localdate()
    lots = (
        lots_of(request).filter(number__istartswith=words).select_related("product").order_by("number", "pk")
    )
    products = Product.objects.visible_to(request.user).filter(clinic=request.clinic, name__icontains=words)
    page = {
        "lots": [(lot, lot.state(today)) for lot in lots[:AT_MOST]],
        "products": list(products.order_by("name", "pk")[:AT_MOST]),
    }
    return render(request, "stock/_found.html", page)
