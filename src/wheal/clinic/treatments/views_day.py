"""The day, and who comes on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.day import visits, with_verdicts
from wheal.clinic.treatments.forms import BookingForm
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.staff import staff_of


@permission_required(P.DAY_SEE)
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    on = _day_asked(request)
    rows = visits(request.clinic, on)
    clinical = may(request, P.CHART_READ)
    if clinical:
        rows = with_verdicts(rows, request.clinic, on)
    page = {
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "today": timezone.localdate(),
        "visits": [visit for visit in rows if visit.state != "cancelled"],
        "cancelled": [visit for visit in rows if visit.state == "cancelled"],
        "here": sum(visit.state == "here" for visit in rows),
        "signed": sum(visit.state == "signed" for visit in rows),
        "clinical": clinical,
        "may_answer": may(request, P.PATIENT_ANSWER),
        "may_book": may(request, P.BOOK),
    }
    return render(request, "treatments/day.html", page)


def _day_asked(request: HttpRequest) -> date:
    """Today, unless a day in which somebody could have come is asked for."""
    try:
        asked = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()
    return asked if asked.year in range(1990, 2200) else timezone.localdate()


@permission_required(P.BOOK)
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    patients = Patient.objects.visible_to(request.user).filter(clinic=request.clinic)
    asked = request.POST.get("patient") or request.GET.get("patient")
    if not asked:
        return redirect("patients:find")
    patient = get_object_or_404(patients, pk=asked) if asked.isdecimal() else None
    if patient is None:
        return redirect("patients:find")
    form = BookingForm(request.POST or None, staff_of(request.clinic.pk), _day_asked(request))
    if request.method != "POST" or not form.is_valid():
        page = {"form": form, "patient": patient}
        return render(request, "treatments/book.html", page, status=422 if form.errors else 200)
    kept = form.cleaned_data
    try:
        actions.book(
            clinic=request.clinic,
            patient=patient,
            planned_for=timezone.make_aware(datetime.combine(kept["day"], kept["time"])),
            room=kept["room"],
            practitioner=kept["practitioner"],
            by=request.user,
        )
    except actions.DraftRefused as refused:
        form.add_error("time", refused.reason)
        return render(request, "treatments/book.html", {"form": form, "patient": patient}, status=422)
    messages.success(request, _("Booked: %(name)s.") % {"name": patient})
    return redirect(f"{reverse('treatments:day')}?on={kept['day'].isoformat()}")


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
    on = timezone.localdate(session.planned_for)
    return redirect(f"{reverse('treatments:day')}?on={on.isoformat()}")
