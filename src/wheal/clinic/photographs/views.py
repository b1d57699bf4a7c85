"""Photographs of one patient: all of them, the strips on the timeline, and what is still to take today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wheal import knowledge
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.photographs import actions, agreed, gallery
from wheal.clinic.photographs.access import ticket
from wheal.clinic.photographs.models import Photograph

Page = dict[str, object]


def about(request: HttpRequest, patient: Patient) -> Page:
    """What every page about a patient's photographs begins with."""
    return {
        "patient": patient,
        "may_take": may(request, P.PHOTOGRAPH_TAKE),
        "may_ask": may(request, P.CONSENT_TAKE),
        "may_delete": may(request, P.PHOTOGRAPH_DELETE),
        "may_give_out": may(request, P.PHOTOGRAPH_GIVE_OUT),
    }


def not_shown(request: HttpRequest, patient: Patient, *, status: int = 403) -> HttpResponse:
    """Nobody agreed to it, or it was withdrawn: said so, with how many are kept unseen."""
    page = about(request, patient) | {
        "purposes": agreed.purposes(patient),
        "kept": Photograph.objects.kept().filter(patient=patient),
    }
    return render(request, "photographs/not_shown.html", page, status=status)


@permission_required(P.CHART_READ)
@require_safe
def of_patient(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """All views, day by day on one axis."""
    patient = patient_or_404(request, patient_pk)
    held = gallery.of(patient)
    try:
        seen = ticket(request, patient, held, "gallery")
    except actions.NotAgreed:
        return not_shown(request, patient, status=200)
    rows = gallery.rows(held, knowledge.current())
    page = about(request, patient) | {
        "rows": rows,
        "days": [day for day, _ in rows[0].by_day] if rows else [],
        "seen": seen,
        "purposes": agreed.purposes(patient),
        "deleted": Photograph.objects.filter(patient=patient, deleted_at__isnull=False).select_related(
            "deleted_by"
        ),
    }
    return render(request, "photographs/gallery.html", page)


@permission_required(P.CHART_READ)
@require_safe
def strips(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """A fragment that lays each day's photographs into that day of the timeline. Nothing where none may be shown."""
    patient = patient_or_404(request, patient_pk)
    held = gallery.of(patient)
    try:
        seen = ticket(request, patient, held, "timeline")
    except actions.NotAgreed:
        return render(request, "photographs/_strips.html", {"patient": patient, "hidden": len(held)})
    page = {"days": gallery.by_day(held, knowledge.current()), "seen": seen, "patient": patient}
    return render(request, "photographs/_strips.html", page)


@permission_required(P.CHART_READ)
@require_safe
def today(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """A fragment for the steps of a session: what of the set of its areas was taken today, and what is missing."""
    patient = patient_or_404(request, patient_pk)
    known = knowledge.current()
    areas = [area for area in request.GET.getlist("area") if area in known.areas]
    views = gallery.to_take(areas, gallery.of(patient), timezone.localdate(), known)
    page = about(request, patient) | {
        "areas": areas,
        "views": views,
        "taken": sum(each.today is not None for each in views),
        "missing": [each.pose for each in views if each.today is None],
        "agreed": agreed.stands("record", patient),
        "back": request.GET.get("back", ""),
    }
    return render(request, "photographs/_today.html", page)
