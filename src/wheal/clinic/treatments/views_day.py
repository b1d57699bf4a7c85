"""The day, and who comes on it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wheal.clinic import days
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.day import visits, with_verdicts
from wheal.clinic.treatments.opened import session_of


@permission_required(P.DAY_SEE)
@require_GET
@from_standby
def day(request: HttpRequest) -> HttpResponse:
    on = days.asked(request)
    rows = visits(request.clinic, on)
    clinical = may(request, P.CHART_READ)
    if clinical:
        rows = with_verdicts(rows, request.clinic, on)
    page = {
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "today": request.clinic.day_of(),
        "visits": [visit for visit in rows if visit.state != "cancelled"],
        "cancelled": [visit for visit in rows if visit.state == "cancelled"],
        "here": sum(visit.state == "here" for visit in rows),
        "signed": sum(visit.state == "signed" for visit in rows),
        "clinical": clinical,
        "may_hear": may(request, P.QUOTE_WRITE),
        "may_book": may(request, P.BOOK),
    }
    return render(request, "treatments/day.html", page)


@permission_required(P.BOOK)
@require_POST
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, actions.undo_arrival if request.POST.get("undo") else actions.arrive)


@permission_required(P.BOOK)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, actions.cancel)


@permission_required(P.BOOK)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, pk, actions.restore)


def _changed(request: HttpRequest, pk: int, change: object) -> HttpResponse:
    session = session_of(request, pk)
    try:
        change(session=session, by=request.user)
    except actions.DraftRefused as refused:
        messages.error(request, refused.reason)
    on = session.clinic.day_of(session.planned_for)
    return redirect(f"{reverse('treatments:day')}?on={on.isoformat()}")
