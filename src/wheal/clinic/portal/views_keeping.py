"""What a patient keeps: how to look after the skin, the treatment passport, and the say over the photographs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link
from wheal.clinic.patients.own_pages import language, shown
from wheal.clinic.photographs import agreed
from wheal.clinic.portal import actions
from wheal.clinic.safety.reporting import photographs as reported
from wheal.clinic.safety.reporting.models import PatientReport
from wheal.clinic.treatments import aftercare as sheet
from wheal.clinic.treatments import passports
from wheal.clinic.treatments.chart import read_chart, readable
from wheal.clinic.treatments.models import Session
from wheal.photography import PURPOSES


@for_patient("pages")
@require_safe
def aftercare(request: HttpRequest, link: Link) -> HttpResponse:
    """Of the last session that was signed."""
    mine = Session.objects.filter(patient=link.patient, signed_at__isnull=False)
    last = readable(mine).order_by("-inject_at", "-id").first()
    page: dict[str, object] = {"session": last}
    if last:
        chart, known, spoken = read_chart(last, to_judge=False), knowledge.current(), language(link)
        page["told"] = {
            kind: sheet.told(chart, known, spoken, kind, on_paper=False)
            for kind in ("red_flag", "do", "avoid", "expect")
        }
        page["areas"] = list(dict.fromkeys(row.area for row in chart.passes))
    return shown(request, link, "portal/aftercare.html", page)


@for_patient("pages")
@require_safe
def passport(request: HttpRequest, link: Link) -> HttpResponse:
    return shown(request, link, "portal/passport.html", {"visits": passports.visits_of(link.patient)})


@for_patient("pages")
@require_safe
def passport_pdf(request: HttpRequest, link: Link) -> HttpResponse:
    patient = link.patient
    held = passports.visits_of(patient)
    if not held:
        raise Http404
    audit.record(
        by=None, what="treatments.passport_printed", subject=patient, clinic=patient.clinic, patient=patient,
        detail={"sessions": len(held), "link": link.pk},
    )  # fmt: skip
    made = passports.passport_pdf(patient, held, knowledge.current(), language(link))
    return printing.answer(made, f"passport-{patient.number}")


@for_patient("pages")
@require_safe
def photographs(request: HttpRequest, link: Link) -> HttpResponse:
    taken = link.patient.photographs.filter(deleted_at=None).count()
    reports = reported.sent_by(link.patient)
    sent = sum(len(report.photographs.all()) for report in reports)
    page = {"purposes": agreed.purposes(link.patient), "kept": taken + sent, "reports": reports}
    return shown(request, link, "portal/photographs.html", page)


@for_patient("pages")
@require_POST
def take_back_reported(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    sent = PatientReport.objects.filter(patient=link.patient, sent_at__isnull=False)
    actions.take_back_reported(report=get_object_or_404(sent, pk=pk), link=link)
    return redirect("portal:photographs", token(link))


@for_patient("pages")
@require_POST
def withdraw_photographs(request: HttpRequest, link: Link) -> HttpResponse:
    """At once: nothing is shown for this purpose from now on."""
    purpose = request.POST.get("purpose", "")
    if purpose in PURPOSES:
        actions.withdraw_photographs(purpose=purpose, link=link)
    return redirect("portal:photographs", token(link))
