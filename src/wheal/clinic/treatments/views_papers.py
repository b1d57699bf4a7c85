"""What is printed, and the timeline that the patient's page fetches."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import link_actions, links, readings
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments import actions, consents, duties, papers, passports
from wheal.clinic.treatments.chart import Chart, read_chart
from wheal.clinic.treatments.models import Consent, Session
from wheal.clinic.treatments.opened import note_opening, session_of
from wheal.clinic.treatments.timeline import booked, days_of, visits_of


@permission_required(P.CHART_READ)
@require_GET
def record_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    chart, signed = _signed(request, pk, "record_pdf")
    amendments = signed.amendments.select_related("made_by")
    language = (get_language() or "en")[:2]
    return printing.answer(
        papers.record_pdf(chart, signed, amendments, knowledge.current(), language), f"record-{pk}"
    )


@permission_required(P.CHART_READ)
@require_GET
def aftercare_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    chart, _row = _signed(request, pk, "aftercare_pdf")
    known = knowledge.current()
    language = chart.session.patient.language
    link = link_actions.give(patient=chart.session.patient, purpose="report", by=request.user)
    address = links.address(link, request)
    made = papers.aftercare_pdf(chart, known, language if language in known.texts_held else "en", address)
    return printing.answer(made, f"aftercare-{pk}")


@permission_required(P.CHART_READ)
@require_GET
def consent_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    chart = read_chart(row)
    mine = Consent.objects.filter(plan__patient=row.patient_id).select_related(
        "witnessed_by", "link__made_by", "withdrawal"
    )
    asked = request.GET.get("consent", "")
    counts = row.consent_id if row.is_signed else chart.consent and chart.consent.pk
    consent = get_object_or_404(mine, pk=asked if asked.isdecimal() else counts)
    note_opening(request, row, "consent_pdf")
    return printing.answer(papers.consent_pdf(chart, consent), f"consent-{consent.pk}")


@permission_required(P.CHART_READ)
@require_GET
def consent_text_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """To take home before anything is signed. 404 while the plan says too little for a text; refused where it is
    forbidden."""
    row, known = session_of(request, pk), knowledge.current()
    if duties.lacking(row.plan):
        raise Http404
    asked = request.GET.get("language") or row.patient.language
    language = asked if asked in known.texts_held else "en"
    try:
        actions.refuse_forbidden(session=row, known=known)
    except actions.DraftRefused as refused:
        messages.error(request, refused.reason)
        return redirect("treatments:consent", pk)
    text = consents.text_of(row.plan, row.clinic, row.practitioner, language, known)
    note_opening(request, row, "consent_text_pdf")
    made = papers.consent_text_pdf(read_chart(row, to_judge=False), text, language)
    return printing.answer(made, f"consent-to-read-{pk}")


def _signed(request: HttpRequest, pk: int, part: str) -> tuple[Chart, Session]:
    row = session_of(request, pk)
    if not row.is_signed:
        raise Http404
    note_opening(request, row, part)
    signed = Session.objects.select_related("signed_by", "practitioner", "consent").get(pk=pk)
    return read_chart(row), signed


@permission_required(P.CHART_READ)
@require_GET
def timeline(request: HttpRequest, patient_pk: int) -> HttpResponse:
    mine = Patient.objects.visible_to(request.user).filter(clinic=request.clinic)
    patient = get_object_or_404(mine, pk=patient_pk)
    audit.record(
        by=request.user,
        what="treatments.timeline_opened",
        subject=patient,
        clinic=request.clinic,
        patient=patient,
    )
    held = visits_of(patient)
    has_signed = any(each.session.is_signed for each in held)
    page = {"days": days_of(patient, held), "patient": patient, "has_signed": has_signed}
    return render(request, "treatments/timeline.html", page)


@permission_required(P.CHART_READ)
@require_GET
def passport_pdf(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """Every signed session of one patient. There is none to print before the first is signed."""
    mine = Patient.objects.visible_to(request.user).filter(clinic=request.clinic).select_related("clinic")
    patient = get_object_or_404(mine, pk=patient_pk)
    held = passports.visits_of(patient)
    if not held:
        messages.info(
            request, _("No session of this patient is signed yet. The passport begins with the first.")
        )
        return redirect("patients:show", patient.pk)
    audit.record(
        by=request.user,
        what="treatments.passport_printed",
        subject=patient,
        clinic=request.clinic,
        patient=patient,
        detail={"sessions": len(held)},
    )
    known = knowledge.current()
    language = patient.language if patient.language in known.texts_held else "en"
    return printing.answer(
        passports.passport_pdf(patient, held, known, language), f"passport-{patient.number}"
    )


@permission_required(P.BOOK)
@require_GET
def visits(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """When somebody comes and came, without anything clinical: for the front desk."""
    mine = Patient.objects.visible_to(request.user).filter(clinic=request.clinic)
    patient = get_object_or_404(mine, pk=patient_pk)
    readings.shows(request, patient.pk)
    return render(request, "treatments/visits.html", {"visits": booked(patient)})
