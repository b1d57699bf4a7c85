"""Finding an appointment, and what its page shows."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wheal.clinic.appointments import judging
from wheal.clinic.appointments.forms import AppointmentForm, filled_from
from wheal.clinic.appointments.models import Appointment, Kind, Rules, State, Waiting
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import readings
from wheal.clinic.people.permissions import P, may

SHOWN = 8


def appointment_of(request: HttpRequest, pk: int) -> Appointment:
    """Of this clinic and visible to this person, or not found at all; who asked for another's is audited."""
    seen = Appointment.objects.visible_to(request.user).filter(clinic=request.clinic)
    found = seen.select_related("clinic", "booked_by").shown().filter(pk=pk).first()
    if found is None:
        audit.record_refusal(request, what="appointments.record_refused", detail={"appointment": pk})
        raise Http404
    readings.shows(request, found.patient_id)
    return found


def shown(request: HttpRequest, row: Appointment, *, status: int = 200, **more: object) -> HttpResponse:
    takes = row.state not in (State.CANCELLED, State.NO_SHOW)
    waits = [] if takes else waiting_for(row)
    readings.shows(request, *(each.patient_id for each in waits))
    page = {
        "row": row,
        "patient": row.patient,
        "form": AppointmentForm(None, row.clinic, filled_from(row), away=row.kind == Kind.AWAY),
        "overlaps": judging.overlaps(row) if takes else [],
        "reminders": row.reminders.exclude(sent_at=None),
        "waiting": waits,
        "may_book": may(request, P.BOOK),
        "may_read": may(request, P.CHART_READ),
        "is_past": row.clinic.day_of(row.starts_at) <= row.clinic.day_of(),
        **more,
    }
    return render(request, "appointments/appointment.html", page, status=status)


def waiting_for(row: Appointment) -> list[Waiting]:
    """Who waits and whom this place would suit: by its day, its length and whom it is with. The longest wait first."""
    minutes = (row.ends_at - row.starts_at).total_seconds() // 60
    day = row.clinic.day_of(row.starts_at)
    waits = Waiting.objects.filter(
        clinic=row.clinic, ended_at=None, first__lte=day, last__gte=day, minutes__lte=minutes
    ).select_related("patient", "practitioner")
    return [each for each in waits if each.practitioner_id in (None, row.practitioner_id)][:SHOWN]


def rules_of(clinic: object) -> Rules:
    return Rules.objects.filter(clinic=clinic).first() or Rules(clinic=clinic)
