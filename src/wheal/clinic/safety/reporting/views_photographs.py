"""Photographs of a report: added and taken out on the phone, seen by the patient and by the clinic."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.photographs.uploads import PictureRefused
from wheal.clinic.photographs.views_files import read, words
from wheal.clinic.safety.reporting import photographs
from wheal.clinic.safety.reporting.models import PatientReport, ReportPhotograph
from wheal.clinic.safety.reporting.photographs import Kind
from wheal.clinic.safety.reporting.views import draft_page


@for_patient("report")
@require_POST
def add(request: HttpRequest, link: Link) -> HttpResponse:
    sent = request.FILES.get("photograph")
    try:
        if sent is None:
            raise PictureRefused("none", _("Choose a picture of at most 25 MB."))
        photographs.add(link=link, data=sent.read())
    except PictureRefused as refused:
        photographs.refuse(link=link, code=refused.code)
        return _refused(request, link, refused.reason)
    except photographs.TooMany:
        return _refused(request, link, _("A report carries three photographs. Take one out first."))
    return redirect(_page_of(link))


def _page_of(link: Link) -> str:
    return f"{reverse('report:write', args=[token(link)])}#photographs"


def _refused(request: HttpRequest, link: Link, words: str) -> HttpResponse:
    page = draft_page(link, errors={"photograph": words})
    return render(request, "safety/reporting/report.html", page, status=422)


@for_patient("report")
@require_POST
def take_out(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    photographs.take_out(link=link, pk=pk)
    return redirect(_page_of(link))


@for_patient("report")
@require_safe
def own(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    """The patient's own, small."""
    seen = get_object_or_404(ReportPhotograph, report__patient=link.patient, pk=pk)
    return _picture(seen, lambda: photographs.content(seen, "thumb"))


@permission_required(P.CHART_READ)
@require_safe
def of_clinic(request: HttpRequest, pk: int, kind: Kind) -> HttpResponse:
    """Of a report that was sent to this clinic; each look is written down."""
    here = ReportPhotograph.objects.filter(
        report__reaction__clinic=request.clinic, report__reaction__clinic__memberships__user=request.user,
        report__reaction__clinic__memberships__ended_at=None,
    )  # fmt: skip
    seen = here.select_related("report__patient__clinic").filter(pk=pk).first()
    if seen is None:
        audit.record_refusal(request, what="photographs.record_refused", detail={"report_photograph": pk})
        raise Http404
    if not photographs.may_be_shown(seen.report):
        return words(_("The consent for photographs does not stand: this one is not shown."), 403)
    return _picture(seen, lambda: photographs.see(photograph=seen, kind=kind, by=request.user))


@permission_required(P.CONSENT_TAKE)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Said at the clinic: the photographs of this patient's report are shown to nobody from now on."""
    here = PatientReport.objects.filter(
        reaction__clinic=request.clinic, reaction__clinic__memberships__user=request.user,
        reaction__clinic__memberships__ended_at=None,
    )  # fmt: skip
    report = here.filter(pk=pk).first()
    if report is None:
        audit.record_refusal(request, what="photographs.record_refused", detail={"report": pk})
        raise Http404
    photographs.take_back(report=report, by=request.user)
    return redirect("safety:reaction", report.reaction_id)


def _picture(photograph: ReportPhotograph, make: Callable[[], bytes]) -> HttpResponse:
    return read(f"report photograph {photograph.pk}", make, "image/jpeg")
