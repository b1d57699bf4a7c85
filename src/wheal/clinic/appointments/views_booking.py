"""Booking and what follows: moved by a tap or by its fields, here, not come, cancelled, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wheal import booking
from wheal.clinic import days
from wheal.clinic.appointments import actions, judging
from wheal.clinic.appointments.forms import NO_SUCH_TIME, USUALLY, AppointmentForm, VisitForm, filled_from
from wheal.clinic.appointments.models import Appointment, Kind
from wheal.clinic.appointments.pages import appointment_of, shown
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients import readings, searching
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, permission_required


@permission_required(P.BOOK)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Of a patient, or an absence (`away`); without either, the patient is looked for first."""
    asked, away = request.GET.get("patient", ""), "away" in request.GET
    if not away and not asked.isdecimal():
        return _whose(request)
    patient = None if away else patient_or_404(request, int(asked))
    form = AppointmentForm(request.POST or None, request.clinic, _filled(request, away), away=away)
    page = {"form": form, "patient": patient, "away": away}
    if request.method != "POST" or not form.is_valid():
        return render(request, "appointments/new.html", page, status=422 if form.errors else 200)
    try:
        booked = actions.book(clinic=request.clinic, patient=patient, wanted=form.wanted(), by=request.user)
    except actions.AppointmentRefused as refused:
        return render(request, "appointments/new.html", page | _against(refused), status=422)
    return _told(request, booked, _("Booked: %(when)s.") % {"when": _when(booked.row)})


def _against(refused: actions.AppointmentRefused) -> dict[str, object]:
    return {"refused": refused.reason, "reasons": getattr(refused, "reasons", [])}


@permission_required(P.BOOK)
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest) -> HttpResponse:
    """A visit on the day list, where no time of the calendar is kept for it."""
    asked = request.POST.get("patient") or request.GET.get("patient", "")
    if not asked.isdecimal():
        return redirect("patients:find")
    patient = patient_or_404(request, int(asked))
    form = VisitForm(request.POST or None, request.clinic, days.asked(request))
    page = {"form": form, "patient": patient}
    if request.method != "POST" or not form.is_valid():
        return render(request, "appointments/visit.html", page, status=422 if form.errors else 200)
    kept = form.cleaned_data
    try:
        made = actions.book_visit(
            clinic=request.clinic, patient=patient, planned_for=form.planned_for, room=kept["room"],
            practitioner=kept["practitioner"], by=request.user,
        )  # fmt: skip
    except actions.AppointmentRefused as refused:
        return render(request, "appointments/visit.html", page | _against(refused), status=422)
    messages.success(request, _("Booked: %(name)s.") % {"name": patient})
    _warn(request, made.planned_for, judging.overlaps(made))
    return redirect(f"{reverse('treatments:day')}?on={kept['day'].isoformat()}")


def _whose(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    kept = {name: request.GET[name] for name in ("on", "at", "of") if name in request.GET}
    found = searching.find(request.clinic, typed) if typed else []
    readings.shows(request, *(each.pk for each in found))
    page = {
        "typed": typed,
        "found": found,
        "kept": urlencode(kept),
    }
    return render(request, "appointments/whose.html", page | {"hidden": kept})


def _filled(request: HttpRequest, away: bool) -> dict[str, object]:
    """From the free half hour that was tapped, where one was."""
    what, _dash, pk = request.GET.get("of", "").partition("-")
    now = timezone.localtime()
    kind = Kind.AWAY if away else Kind.SESSION
    return {
        "kind": kind, "minutes": USUALLY[kind], "day": request.GET.get("on") or now.date(),
        "hour": request.GET.get("at") or now.replace(minute=0), **({_COLUMNS[what]: pk} if what in _COLUMNS else {}),
    }  # fmt: skip


_COLUMNS = {"person": "practitioner", "room": "room"}


def _when(row: Appointment) -> str:
    local = timezone.localtime(row.starts_at)
    return f"{row.patient or row.practitioner or row.room}, {days.with_weekday(local.date())}, {local:%H:%M}"


def _told(request: HttpRequest, booked: actions.Booked, said: str, was: str = "") -> HttpResponse:
    messages.success(request, said)
    _warn(request, booked.row.starts_at, booked.overlaps)
    path = reverse("appointments:appointment", args=[booked.row.pk])
    return redirect(f"{path}?{urlencode({'was': was})}" if was else path)


def _warn(request: HttpRequest, begins: datetime, overlaps: list[judging.Overlap]) -> None:
    if begins < timezone.now():
        messages.warning(request, _("This time is past already. Is the day right?"))
    for each in overlaps:
        words = {"what": ", ".join(each.what), "hour": f"{timezone.localtime(each.other.starts_at):%H:%M}"}
        messages.warning(request, _("Wanted twice at that time: %(what)s (also at %(hour)s).") % words)


@permission_required(P.BOOK)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row = appointment_of(request, pk)
    form = AppointmentForm(request.POST, row.clinic, filled_from(row), away=row.kind == Kind.AWAY)
    if not form.is_valid():
        return shown(request, row, form=form, status=422)
    version = request.POST.get("version", "")
    return _changed(request, row, form.wanted(), int(version) if version.isdecimal() else None, form=form)


@permission_required(P.BOOK)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To a free half hour that was tapped: "2026-11-26T10:30|person|7", or back to where it was."""
    row = appointment_of(request, pk)
    try:
        wanted = _wanted_at(row, request.POST.get("to", ""))
    except booking.NoSuchTime:
        return shown(request, row, refused=str(NO_SUCH_TIME), status=422)
    except ValueError:
        return shown(request, row, refused=_("This is no time of the calendar."), status=422)
    return _changed(request, row, wanted, None)


def _wanted_at(row: Appointment, to: str) -> actions.Wanted:
    """Raises ValueError for what is no time, or nobody of this clinic."""
    when, what, pk = to.split("|")
    day, _t, hour = when.partition("T")
    on = days.read(day)
    if on is None:
        raise ValueError(day)
    begins = booking.moment(on, time.fromisoformat(hour), ZoneInfo(row.clinic.time_zone))
    named = _named(row, what, int(pk)) if pk else {}
    kept = {"practitioner": row.practitioner, "helper": row.helper, "room": row.room, "device": row.device}
    ends: datetime = begins + (row.ends_at - row.starts_at)
    return actions.Wanted(row.kind, begins, ends, note=row.note, **{**kept, **named})


def _named(row: Appointment, what: str, pk: int) -> dict[str, object]:
    if what == "person":
        who = User.objects.filter(memberships__clinic=row.clinic, memberships__ended_at=None, pk=pk).first()
    else:
        who = Thing.objects.filter(clinic=row.clinic, pk=pk).first()
    if who is None or what not in _COLUMNS:
        raise ValueError(what)
    return {_COLUMNS[what]: who}


def _changed(
    request: HttpRequest, row: Appointment, wanted: actions.Wanted, version: int | None, **more: object
) -> HttpResponse:
    local = timezone.localtime(row.starts_at)
    was = f"{local:%Y-%m-%dT%H:%M}|person|{row.practitioner_id or ''}"
    try:
        changed = actions.change(row=row, wanted=wanted, version=version, by=request.user)
    except actions.AppointmentRefused as refused:
        return shown(request, row, **more, **_against(refused), status=422)
    return _told(request, changed, _("Now: %(when)s.") % {"when": _when(changed.row)}, was)


def _turn(request: HttpRequest, pk: int, change: Callable[..., object], said: str) -> HttpResponse:
    row = appointment_of(request, pk)
    try:
        change(row=row, by=request.user)
    except actions.AppointmentRefused as refused:
        return shown(request, row, **_against(refused), status=422)
    messages.success(request, said)
    if request.POST.get("back") == "day":
        return redirect(f"{reverse('treatments:day')}?on={row.clinic.day_of(row.starts_at).isoformat()}")
    return redirect("appointments:appointment", pk)


@permission_required(P.BOOK)
@require_POST
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.arrive, _("Marked as here."))


@permission_required(P.BOOK)
@require_POST
def undo_arrival(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.undo_arrival, _("Booked again: not here yet."))


@permission_required(P.BOOK)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.cancel, _("Cancelled. The place can be offered to somebody who waits."))


@permission_required(P.BOOK)
@require_POST
def miss(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.miss, _("Written down: did not come."))


@permission_required(P.BOOK)
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.finish, _("Marked as done."))


@permission_required(P.BOOK)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.restore, _("Booked again."))
