"""The calendar: a day or a week, appointments found by name, and the pieces that other pages fetch."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wheal.clinic import days
from wheal.clinic.appointments import grid, taken
from wheal.clinic.appointments.models import Appointment, Kind, NoReminders, State
from wheal.clinic.appointments.pages import appointment_of, shown
from wheal.clinic.equipment.models import Kind as ThingKind
from wheal.clinic.equipment.models import Thing
from wheal.clinic.lists import from_standby
from wheal.clinic.patients import readings, searching
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.treatments.staff import INJECTING, staff_of

SHOWN = 40


@permission_required(P.DAY_SEE)
@require_safe
@from_standby
def calendar(request: HttpRequest) -> HttpResponse:
    on, week = days.asked(request), request.GET.get("view") == "week"
    by = "room" if request.GET.get("by") == "room" else "person"
    whose = request.GET.get("of", "")
    moved = _moved(request)
    columns = _week(request.clinic, on, whose) if week else _day(request.clinic, on, by)
    hours = grid.hours_of(columns)
    for column in columns:
        grid.lay(column, hours, timezone.now())
    step = timedelta(days=7 if week else 1)
    asked = request.GET.get("q", "").strip()
    found = _found(request.clinic, asked) if asked else None
    readings.shows(request, *(row.patient_id for row in found or ()))
    page = {
        "on": on, "before": on - step, "after": on + step, "today": request.clinic.day_of(), "week": week, "by": by,
        "of": whose, "columns": columns, "hours": [(f"{hour:02}:00", (hour - hours.start) * 4 + 1) for hour in hours],
        "moved": moved, "asked": asked, "found": found,
        "choices": _choices(request.clinic), "may_book": may(request, P.BOOK),
        "may_own": may(request, P.CALENDAR_OWN), "none": not any(column.items for column in columns),
        "missed": _missed(request.clinic, on) if not week else [], "monday": _monday(on),
    }  # fmt: skip
    return render(request, "appointments/calendar.html", page)


def _moved(request: HttpRequest) -> Appointment | None:
    asked = request.GET.get("move", "")
    return appointment_of(request, int(asked)) if asked.isdecimal() and may(request, P.BOOK) else None


def _day(clinic: Clinic, on: date, by: str) -> list[grid.Column]:
    named = _rooms(clinic) if by == "room" else staff_of(clinic.pk).choices(INJECTING)
    columns = [grid.Column(name, on, by, pk) for pk, name in named]
    columns.append(grid.Column(_("Nobody named") if by == "person" else _("No room named"), on, ""))
    return grid.of_day(columns, grid.held_in(clinic, on, 1))


def _rooms(clinic: Clinic) -> list[tuple[int, str]]:
    rows = Thing.objects.filter(clinic=clinic, kind=ThingKind.ROOM, retired_at=None)
    return [(row.pk, row.name) for row in rows]


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _week(clinic: Clinic, on: date, whose: str) -> list[grid.Column]:
    monday = _monday(on)
    what, _dash, pk = whose.partition("-")
    named = int(pk) if pk.isdecimal() else None
    week = [monday + timedelta(days=each) for each in range(7)]
    columns = [grid.Column(day, day, what if named else "", named) for day in week]
    held = grid.held_in(clinic, monday, 7)
    if named and what == "person":
        held = [one for one in held if named in {each.pk for each in one.people}]
    elif named:
        room = Thing.objects.filter(clinic=clinic, pk=named).first()
        held = [one for one in held if room and one.room == room.name]
    return grid.of_week(columns, held)


def _choices(clinic: Clinic) -> list[tuple[str, str]]:
    people = [(f"person-{pk}", name) for pk, name in staff_of(clinic.pk).choices(INJECTING)]
    return [("", _("everybody")), *people, *((f"room-{pk}", name) for pk, name in _rooms(clinic))]


def _missed(clinic: Clinic, on: date) -> list[Appointment]:
    """Cancelled or missed on that day: places that somebody who waits may take."""
    rows = Appointment.objects.filter(clinic=clinic, state__in=(State.CANCELLED, State.NO_SHOW)).shown()
    begin, end = clinic.begin_of(on), clinic.begin_of(on + timedelta(days=1))
    return list(rows.filter(starts_at__gte=begin, starts_at__lt=end)[:SHOWN])


def _found(clinic: Clinic, asked: str) -> list[Appointment]:
    """Of patients by name, number or birth date: what is to come first."""
    people = [row.pk for row in searching.find(clinic, asked)]
    rows = Appointment.objects.filter(clinic=clinic, patient__in=people).exclude(kind=Kind.AWAY).shown()
    return list(rows.order_by("-starts_at")[:SHOWN])


@permission_required(P.DAY_SEE)
@require_safe
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, appointment_of(request, pk), was=request.GET.get("was", ""))


@permission_required(P.DAY_SEE)
@require_safe
@from_standby
def of_day(request: HttpRequest) -> HttpResponse:
    """A fragment of the day list: appointments that have no visit yet."""
    on = days.asked(request)
    rows = [
        row for row in grid.rows_of(request.clinic, on, 1) if row.state == State.BOOKED and row.patient_id
    ]
    return render(request, "appointments/_of_day.html", {"rows": rows, "may_book": may(request, P.BOOK)})


@permission_required(P.BOOK)
@require_safe
def of_patient(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """A fragment of the patient's page: what is to come, and how often they did not come."""
    patient = patient_or_404(request, patient_pk)
    held = Appointment.objects.filter(patient=patient)
    ahead = islice(taken.expected(timezone.now(), patient=patient), SHOWN)
    counts = held.aggregate(missed=Count("pk", filter=Q(state=State.NO_SHOW)), all=Count("pk"))
    page = {
        "patient": patient, "ahead": list(ahead), **counts,
        "no_reminders": NoReminders.objects.filter(patient=patient).exists(),
    }  # fmt: skip
    return render(request, "appointments/_of_patient.html", page)
