"""Needles, disinfectants and devices beneath the search field, beside the people."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wheal.clinic.as_one_types import AT_MOST, typed
from wheal.clinic.equipment.models import Thing
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import Permission, permission_required


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def found(request: HttpRequest) -> HttpResponse:
    """A fragment: by the beginning of their number or any part of their name. Those out of use too."""
    if not (words := typed(request)):
        return HttpResponse("")
    today = timezone.localdate()
    things = Thing.objects.visible_to(request.user).filter(
        Q(number__istartswith=words) | Q(name__icontains=words), clinic=request.clinic
    )
    rows = [(thing, thing.state(today)) for thing in things.order_by("name", "number", "pk")[:AT_MOST]]
    return render(request, "equipment/_found.html", {"things": rows})
