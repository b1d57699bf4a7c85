"""Finding, registering and reading patients."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wheal import screening
from wheal.clinic.as_one_types import AT_MOST, typed
from wheal.clinic.lists import from_standby
from wheal.clinic.own_labels import is_scanned
from wheal.clinic.patients import actions, readings, searching
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.answers import patient_facts
from wheal.clinic.patients.duplicates import Likely, likely
from wheal.clinic.patients.elsewhere import told_in
from wheal.clinic.patients.forms import PatientForm
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.verdict import latest_history, verdict_of
from wheal.clinic.people.permissions import Permission, may, permission_required


@permission_required(Permission.PATIENT_FIND)
@require_safe
@from_standby
def find(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    if is_scanned(typed) and may(request, Permission.STOCK_SEE):
        return redirect(f"{reverse('stock:scanned')}?{urlencode({'code': typed})}")
    found = searching.find(request.clinic, typed) if typed else []
    if typed and len(found) == 1 and searching.read(typed, request.clinic).digits:
        return redirect("patients:show", found[0].pk)  # a number names one person
    recent = Patient.objects.filter(clinic=request.clinic).order_by("-pk")[:12] if not typed else []
    page = {"typed": typed, "found": found, "recent": recent, "shown": searching.SHOWN}
    readings.shows(request, *(each.pk for each in [*found, *recent]))
    rights = {"may_edit": may(request, Permission.PATIENT_EDIT), **_may_see_stock(request)}
    return render(request, "patients/find.html", page | rights)


@permission_required(Permission.PATIENT_FIND)
@require_safe
@from_standby
def search(request: HttpRequest) -> HttpResponse:
    """The list beneath the search field, as one types."""
    if not (words := typed(request)):
        return HttpResponse("")
    found = searching.find(request.clinic, words, shown=AT_MOST)
    page = {"found": found, "typed": words, "shown": AT_MOST, **_may_see_stock(request)}
    return render(request, "patients/_results.html", page)


def _may_see_stock(request: HttpRequest) -> dict[str, bool]:
    return {"may_see_stock": may(request, Permission.STOCK_SEE)}


@permission_required(Permission.PATIENT_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = PatientForm(request.POST or None, clinic=request.clinic)
    if request.method != "POST" or not form.is_valid():
        return render(request, "patients/new.html", {"form": form}, status=422 if form.errors else 200)
    perhaps = _perhaps_registered(request, form)
    if perhaps and "somebody_else" not in request.POST:
        readings.shows(request, *(one.patient.pk for one in perhaps))
        return render(request, "patients/new.html", {"form": form, "perhaps": perhaps}, status=422)
    patient = actions.register(
        clinic=request.clinic,
        person=form.as_person(),
        by=request.user,
        despite=tuple(one.patient.pk for one in perhaps),
    )
    messages.success(request, _("Registered under number %(number)s.") % {"number": patient.number})
    return redirect("patients:show", patient.pk)


def _perhaps_registered(request: HttpRequest, form: PatientForm, but: int | None = None) -> list[Likely]:
    person = form.as_person()
    return likely(
        request.clinic,
        family_name=person.family_name,
        given_names=person.given_names,
        birth_date=person.birth_date,
        phone=person.phone,
        but=but,
    )


@permission_required(Permission.PATIENT_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    form = PatientForm(request.POST or None, clinic=request.clinic, patient=patient)
    if request.method == "POST" and form.is_valid():
        actions.correct(patient=patient, person=form.as_person(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("patients:show", patient.pk)
    page = {"form": form, "patient": patient}
    return render(request, "patients/edit.html", page, status=422 if form.errors else 200)


@permission_required(Permission.PATIENT_FIND)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The chart for those who treat; name, address and bookings for the desk."""
    patient = patient_or_404(request, pk)
    reads_chart = may(request, Permission.CHART_READ)
    actions.record_opening(patient=patient, part="chart" if reads_chart else "desk", by=request.user)
    page = {
        "patient": patient,
        "age": screening.age(patient.birth_date, timezone.localdate()),
        "may_edit": may(request, Permission.PATIENT_EDIT),
        "may_book": may(request, Permission.BOOK),
        "may_give_link": may(request, Permission.LINK_GIVE),
    }
    if not reads_chart:
        return render(request, "patients/desk.html", page)
    history = latest_history(patient)
    page["facts"] = patient_facts(history) if history else None
    page["verdict"] = verdict_of(history, jurisdiction=request.clinic.jurisdiction) if history else None
    page["draft"] = patient.histories.filter(completed_at=None).first()
    newest = page["draft"] or history
    page["told"] = told_in(newest.answers) if newest else None
    page["may_ask"] = may(request, Permission.HISTORY_WRITE)
    return render(request, "patients/show.html", page)


@permission_required(Permission.CHART_READ)
@require_safe
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment: may this person be treated at all, as the latest completed history tells."""
    patient = patient_or_404(request, pk)
    history = latest_history(patient)
    told = verdict_of(history, jurisdiction=request.clinic.jurisdiction) if history else None
    draft = patient.histories.filter(completed_at=None).first()
    page = {
        "patient": patient,
        "age": screening.age(patient.birth_date, timezone.localdate()),
        "verdict": told,
        "draft": draft,
        "may_ask": may(request, Permission.HISTORY_WRITE),
    }
    template = "patients/_screening.html" if request.htmx else "patients/screening.html"
    actions.record_opening(patient=patient, part="screening", by=request.user)
    return render(request, template, page)
