"""One tap each: the room, device, needles, water and disinfectant of a session."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import ThingUsed
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.views_saving import at_the_bench


@permission_required(P.MIX_WRITE)
@require_POST
def name_thing(request: HttpRequest, pk: int) -> HttpResponse:
    """A second tap takes it back."""
    row, asked = session_of(request, pk), request.POST.get("thing", "")
    things = Thing.objects.filter(clinic=request.clinic)
    thing = get_object_or_404(things, pk=asked if asked.isdecimal() else 0)
    if used := ThingUsed.objects.filter(session=row, thing=thing).select_related("session").first():
        return at_the_bench(request, row, lambda: actions.unname_thing(used=used, by=request.user))
    return at_the_bench(request, row, lambda: actions.name_thing(session=row, thing=thing, by=request.user))


@permission_required(P.MIX_WRITE)
@require_POST
def as_last_time(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    return at_the_bench(request, row, lambda: actions.as_last_time(session=row, by=request.user))


@permission_required(P.MIX_WRITE)
@require_POST
def cleaned_now(request: HttpRequest, pk: int, used: int) -> HttpResponse:
    row = session_of(request, pk)
    held = get_object_or_404(
        ThingUsed.objects.select_related("session", "thing__clinic"), session=row, pk=used
    )
    return at_the_bench(request, row, lambda: actions.cleaned_now(used=held, by=request.user))
