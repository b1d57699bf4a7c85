"""A patient reports a reaction from a phone, and is told at once what the signs ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.patients import own_pages
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link
from wheal.clinic.safety.reporting import actions
from wheal.clinic.safety.reporting import answers as reading
from wheal.clinic.safety.reporting.answers import Answers
from wheal.clinic.safety.reporting.models import PatientReport, ReportPhotograph
from wheal.clinic.safety.reporting.photographs import MOST
from wheal.clinic.safety.watching import actions as watching

REASONS = {
    "nothing_told": gettext_lazy("Tick what you notice, or describe it in your words."),
    "onset_missing": gettext_lazy(
        "Choose the day on which it began. If you are not sure, choose about when."
    ),
    "onset_to_come": gettext_lazy("This day is still to come."),
    "onset_too_old": gettext_lazy("This day is before you were born."),
    "too_many": gettext_lazy("Several reports were sent today already. Please call the clinic."),
    "changed_elsewhere": gettext_lazy("This was changed on another device."),
}


def _page(link: Link, answers: Answers, **more: object) -> dict[str, object]:
    known, patient = knowledge.current(), link.patient
    urgent, others = reading.signs(known)
    return (
        own_pages.about(link)
        | {
            "answers": answers,
            "urgent": urgent,
            "others": others,
            "areas": list(
                dict.fromkeys(
                    [*reading.areas_of(patient, patient.clinic.day_of()), *answers.get("areas", ())]
                )
            ),
            "today": patient.clinic.day_of(),
            "said": reading.said(answers, known),
            "errors": {},
            "photographs": list(
                ReportPhotograph.objects.filter(report__patient=patient, report__sent_at=None)
            ),
            "most_photographs": MOST,
        }
        | more
    )


def draft_page(link: Link, **more: object) -> dict[str, object]:
    """The page as it was saved last."""
    draft = PatientReport.objects.filter(patient=link.patient, sent_at=None).first()
    sent = PatientReport.objects.filter(patient=link.patient, sent_at__isnull=False).select_related(
        "reaction"
    )
    version = draft.draft_version if draft else 0
    return _page(link, draft.answers if draft else {}, version=version, sent=list(sent[:5]), **more)


@for_patient("report")
@require_safe
def report(request: HttpRequest, link: Link) -> HttpResponse:
    return render(request, "safety/reporting/report.html", draft_page(link))


@for_patient("report")
@require_POST
def save(request: HttpRequest, link: Link) -> HttpResponse:
    known = knowledge.current()
    given = reading.read(request.POST, known)
    try:
        draft = actions.save(link=link, answers=given, version=_version(request))
    except actions.ReportRefused as refused:
        return JsonResponse({"message": str(REASONS[refused.reason])}, status=409)
    now = render_to_string("safety/reporting/_now.html", _page(link, given), request)
    return JsonResponse({"version": draft.draft_version, "pieces": {"now": now}})


def _version(request: HttpRequest) -> int | None:
    """What the page began from; None where it does not say."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else None


@for_patient("report")
@require_POST
def send(request: HttpRequest, link: Link) -> HttpResponse:
    known = knowledge.current()
    given = reading.read(request.POST, known)
    try:
        made = actions.send(link=link, answers=given, known=known, version=_version(request))
    except actions.ReportRefused as refused:
        version = _version(request)
        if refused.reason != "changed_elsewhere":
            version = actions.save(link=link, answers=given, version=None).draft_version
        page = _page(link, given, version=version, errors={refused.about or "form": REASONS[refused.reason]})
        return render(request, "safety/reporting/report.html", page, status=422)
    watching.judge(made.reaction)
    return redirect("report:sent", token(link), made.pk)


@for_patient("report")
@require_safe
def sent(request: HttpRequest, link: Link, pk: int) -> HttpResponse:
    """What to do now, by the same rules as in the clinic; and what happens next."""
    mine = PatientReport.objects.filter(patient=link.patient, sent_at__isnull=False)
    held = get_object_or_404(mine.select_related("reaction"), pk=pk)
    known = knowledge.current()
    page = _page(
        link,
        held.answers,
        report=held,
        warnings=reading.warnings_told(reading.said(held.answers, known), known),
        is_without_day=reading.onset_of(held.answers) is None,
    )
    return render(request, "safety/reporting/sent.html", page)
