"""One patient's course: the curves with the weight under them, what was measured, who asked, what is to do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal import knowledge
from wheal.clinic import days, spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.followup import actions, courses, pages, strips, tables
from wheal.clinic.followup.courses import Treated
from wheal.clinic.followup.forms import REASONS, ContactForm, CorrectForm, MeasureForm, TakeBackForm, in_words
from wheal.clinic.followup.models import Contact, Measure
from wheal.clinic.followup.series import on_the_days, weighed
from wheal.clinic.followup.views import language
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.photographs import gallery
from wheal.clinic.photographs.access import ticket
from wheal.clinic.photographs.actions import NotAgreed
from wheal.outcomes.asking import fitting

WEIGHED_WITHIN = 7
"""Days: a weight taken further from the photograph is told, and no change is counted from it."""


@permission_required(P.CHART_READ)
@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    patients.record_opening(patient=patient, part="follow-up", by=request.user)
    page = pages.of_patient(patient, knowledge.current(), language()) | {
        "may_write": may(request, P.FOLLOW_UP_WRITE),
        "may_give_link": may(request, P.LINK_GIVE),
        "contact_form": ContactForm(),
    }
    return render(request, "followup/course.html", page)


@permission_required(P.CHART_READ)
@require_safe
def of_patient(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the patient's page: what was measured last, and what comes next."""
    patient = patient_or_404(request, pk)
    known = knowledge.current()
    found = courses.of_patient(patient, known)
    page = {"patient": patient, "courses": found[:3], "may_write": may(request, P.FOLLOW_UP_WRITE)}
    return render(request, "followup/_of_patient.html", page)


@permission_required(P.CHART_READ)
@require_safe
def strip(request: HttpRequest, pk: int, area: str) -> HttpResponse:
    """A fragment beneath a curve: the photographs of the area, each under its day. Nothing where there is none."""
    patient, known = patient_or_404(request, pk), knowledge.current()
    first, last = (days.read(request.GET.get(name, "")) for name in ("first", "last"))
    if area not in known.areas or first is None or last is None:
        raise Http404
    held = gallery.of(patient)
    made = strips.strip(held, area, first, last, known)
    page: dict[str, object] = {"patient": patient, "strip": made}
    if made:
        try:
            page["seen"] = ticket(request, patient, [each.photograph for each in made.laid], "course")
        except NotAgreed:
            page["hidden"] = len(made.laid) + made.left_out
    return render(request, "followup/_strip.html", page)


@permission_required(P.CHART_READ)
@require_safe
def course_csv(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    rows = patient.measures.select_related("recorded_by")
    audit.record(
        by=request.user,
        what="followup.measures_exported",
        clinic=request.clinic,
        patient=patient,
        subject=patient,
    )
    return spreadsheets.answer(
        f"measures-{patient.number}", tables.of_measures(rows, knowledge.current(), language())
    )


@permission_required(P.CHART_READ)
@require_safe
def weights(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment beneath two photographs: the weight on the day of each, and how it changed between them."""
    patient = patient_or_404(request, pk)
    asked = [day for text in request.GET.getlist("day")[:2] if (day := days.read(text))]
    held = on_the_days(weighed(patient), asked)
    near = [each.kg for each in held if each.kg is not None and each.days_apart <= WEIGHED_WITHIN]
    change = near[1] - near[0] if len(near) == 2 else None
    page = {
        "weighed": held,
        "change": None if change is None else abs(change),
        "is_less": change is not None and change < 0,
        "within": WEIGHED_WITHIN,
    }
    return render(request, "followup/_weights.html", page)


def _treated(patient: Patient, area: str) -> Treated:
    found = [one for one in courses.of_patient(patient, knowledge.current()) if one.area == area]
    if not found:
        raise Http404
    return found[0]


@permission_required(P.FOLLOW_UP_WRITE)
@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, pk: int, area: str) -> HttpResponse:
    """Everything that is measured at one place on one day; what is unusual is asked again."""
    patient, known = patient_or_404(request, pk), knowledge.current()
    if area not in known.areas:
        raise Http404
    purpose = next((one.purpose for one in courses.of_patient(patient, known) if one.area == area), "fat")
    before = pages.places_of(patient, area)
    form = MeasureForm(
        request.POST or None,
        fitting(known, area, purpose),
        known,
        language(),
        request.clinic.day_of(),
        before["newest"],
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.measure(
                patient=patient, place=form.as_place(area), on=form.cleaned_data["on"], figures=form.figures(),
                known=known, how=form.cleaned_data["how"], by=request.user,
            )  # fmt: skip
        except actions.MeasureRefused as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("Kept. It can be corrected, never changed."))
            return redirect("followup:course", patient.pk)
    page = {"form": form, "patient": patient, "area": area, "before": before}
    return render(request, "followup/measure.html", page, status=422 if form.errors else 200)


def _tell(form: MeasureForm, refused: actions.MeasureRefused) -> None:
    if refused.doubts:
        form.ask_again(refused.doubts, refused.last)
    else:
        form.add_error("on" if refused.reason in ("to_come", "too_old") else None, REASONS[refused.reason])


@permission_required(P.FOLLOW_UP_WRITE)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Measure.objects.visible_to(request.user).filter(patient__clinic=request.clinic)
    row = get_object_or_404(seen.select_related("patient__clinic", "recorded_by"), pk=pk)
    readings.shows(request, row.patient_id)
    form = CorrectForm(request.POST or None, initial={"value": row.value, "on": row.on})
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            actions.correct(measure=row, known=knowledge.current(), by=request.user, **kept)
        except actions.MeasureRefused as refused:
            _tell_correction(form, row, refused)
        else:
            messages.success(request, _("Corrected. What was written before stands beside it."))
            return redirect("followup:course", row.patient_id)
    page = {"form": form, "row": row, "patient": row.patient}
    return render(request, "followup/correct.html", page, status=422 if form.errors else 200)


def _tell_correction(form: CorrectForm, row: Measure, refused: actions.MeasureRefused) -> None:
    if refused.reason:
        form.add_error("on" if refused.reason in ("to_come", "too_old") else None, REASONS[refused.reason])
    for code, found in refused.doubts.items():
        instrument = knowledge.current().instruments[code]
        form.add_error("value", in_words(found, instrument, form.cleaned_data["value"], refused.last))


@permission_required(P.FOLLOW_UP_WRITE)
@require_POST
def contact(request: HttpRequest, pk: int, area: str) -> HttpResponse:
    """Somebody was asked. What was noticed is recorded as a reaction on its own page."""
    patient = patient_or_404(request, pk)
    treated = _treated(patient, area)
    form = ContactForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what came of it."))
        return redirect("followup:course", patient.pk)
    made = actions.contact(patient=patient, new=form.as_contact(treated.area), by=request.user)
    messages.success(request, _("Noted."))
    if made.noticed:
        return redirect(reverse("safety:record-reaction", args=[patient.pk]))
    return redirect("followup:course", patient.pk)


@permission_required(P.FOLLOW_UP_WRITE)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A call that was noted by mistake."""
    seen = Contact.objects.filter(patient__clinic=request.clinic).select_related("patient")
    row, form = get_object_or_404(seen, pk=pk), TakeBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("followup:course", row.patient_id)
    try:
        actions.take_back(contact=row, reason=form.cleaned_data["reason"], by=request.user)
    except actions.MeasureRefused as refused:
        messages.error(request, REASONS[refused.reason])
    return redirect("followup:course", row.patient_id)
