"""The history questions: a page that saves itself, and becomes fixed when it is complete."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge, screening
from wheal.clinic.audit.latest import last_change
from wheal.clinic.patients import actions, answers, earlier
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.elsewhere import told_in
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.patients.questionnaire import Asked, Page, error_words, pages_of
from wheal.clinic.patients.searching import MONTH_FIRST
from wheal.clinic.people.permissions import Permission, permission_required


@permission_required(Permission.HISTORY_WRITE)
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, or what the last completed history offers to a new one. Nothing is stored by looking."""
    patient = patient_or_404(request, pk)
    last = patient.histories.completed().first()
    draft = patient.histories.filter(completed_at=None).first()
    given = _with_offered(patient, draft)
    actions.record_opening(patient=patient, part="history", by=request.user)
    page = _page(request, patient, given, draft.draft_version if draft else 0, last.pk if last else 0)
    return _rendered(request, page | {"last": last, "draft": draft})


def _page(
    request: HttpRequest, patient: Patient, given: answers.Answers, version: int, after: int
) -> dict[str, object]:
    language = _language(request, patient)
    with translation.override(language):
        pages = pages_of(given, knowledge.current(), patient, anew=_is_anew(patient))
    return {
        "patient": patient,
        "age": screening.age(patient.birth_date, timezone.localdate()),
        "pages": pages,
        "told": told_in(given),
        "turns": list(zip([None, *pages], pages, [*pages[1:], None], strict=False)),  # before, here, after
        "version": version,
        "after": after,
        "language": language,
        "other_languages": [code for code in knowledge.current().languages if code != language],
        "next": _next(request),
    }


def _is_anew(patient: Patient) -> bool:
    """An earlier day has answered what it can."""
    last = patient.histories.completed().first()
    return last is not None and timezone.localdate(last.completed_at) < timezone.localdate()


def _rendered(request: HttpRequest, page: dict[str, object], *, status: int = 200) -> HttpResponse:
    with translation.override(str(page["language"])):
        return render(request, "patients/history.html", page, status=status)


def _language(request: HttpRequest, patient: Patient) -> str:
    """The reader's, until somebody asks for the patient's or any other that is held."""
    asked = request.POST.get("language") or request.GET.get("language") or request.LANGUAGE_CODE
    return asked if asked in knowledge.current().languages else patient.language


def _posted(request: HttpRequest, patient: Patient) -> answers.Answers:
    """What was typed, and of what an earlier day offers what was confirmed; the rest stays as not asked."""
    known = knowledge.current()
    typed = dict(request.POST.lists())
    given = answers.read(
        typed,
        known,
        month_first=request.clinic.jurisdiction in MONTH_FIRST,
        today=request.clinic.day_of(),
    )
    offered = _with_offered(patient, patient.histories.filter(completed_at=None).first())
    return earlier.with_earlier(given, offered, set(typed.get("still", ())), known, patient)


def _with_offered(patient: Patient, draft: History | None) -> answers.Answers:
    """The draft, and what the last completed history offers beside it."""
    return _carried(patient) | (draft.answers if draft else {})


def _whole(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isdecimal() else 0


@permission_required(Permission.HISTORY_WRITE)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    given = _posted(request, patient)
    begun_from = _whole(request, "version")
    stood = patient.histories.filter(completed_at=None).first()
    try:
        draft = actions.save_history(
            patient=patient,
            answers=given,
            version=begun_from,
            after=_whole(request, "after"),
            by=request.user,
            known=knowledge.current(),
        )
    except actions.HistoryRefused:
        who = last_change(stood or patient.histories.completed().first())
        message = _("Somebody saved this history on another device.")
        return JsonResponse({"message": message, **who}, status=409)
    with translation.override(_language(request, patient)):
        return JsonResponse(
            {
                "version": draft.draft_version,
                "errors": error_words(given, knowledge.current()),
                "pieces": _pieces(_on_the_page(patient, stood, begun_from), given, patient),
            }
        )


def _on_the_page(patient: Patient, stood: History | None, begun_from: int) -> answers.Answers:
    """The answers that decided which follow-ups this browser shows; none where it began from an older version."""
    if stood is None:
        return _carried(patient)
    return stood.answers if stood.draft_version == begun_from else {}


def _carried(patient: Patient) -> answers.Answers:
    last = patient.histories.completed().first()
    return earlier.carried_over(last, knowledge.current(), on=timezone.localdate())


def _pieces(before: answers.Answers, now: answers.Answers, patient: Patient) -> dict[str, str]:
    """Follow-ups that come or go with what was just answered, and how much is still open."""
    known = knowledge.current()
    were = answers.shown(before, known, patient)
    pages = pages_of(now, known, patient, anew=_is_anew(patient))
    changed = [one for page in pages for one in page.questions if one.is_shown != were[one.id]]
    pieces = {f"question-{one.id}": _question(one) for one in changed}
    return pieces | {f"open-{page.id}": _open(page) for page in pages}


def _open(page: Page) -> str:
    return render_to_string("patients/_open.html", {"page": page})


def _question(one: Asked) -> str:
    return render_to_string("patients/_question.html", {"one": one}) if one.is_shown else ""


@permission_required(Permission.HISTORY_WRITE)
@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Without scripts, follow-ups appear only now: then the page comes back with them, not fixed."""
    patient = patient_or_404(request, pk)
    given = _posted(request, patient)
    change = actions.save_history if _leads_further(request, given, patient) else actions.complete_history
    try:
        changed = change(
            patient=patient,
            answers=given,
            version=_whole(request, "version"),
            after=_whole(request, "after"),
            by=request.user,
            known=knowledge.current(),
        )
    except actions.HistoryRefused as refusal:
        return _refused_page(request, patient, given, refusal)
    if changed.completed_at is None:
        messages.info(request, _("Your answers lead to further questions. Please answer them too."))
        kept = urlencode({"language": _language(request, patient), "next": _next(request)})
        return redirect(f"{reverse('patients:history', args=[patient.pk])}?{kept}")
    messages.success(request, _("The history is complete and fixed."))
    return redirect(_next(request) or reverse("patients:show", args=[patient.pk]))


def _leads_further(request: HttpRequest, given: answers.Answers, patient: Patient) -> bool:
    shown = answers.shown(given, knowledge.current(), patient)
    return any(is_shown and name not in request.POST.getlist("on_page") for name, is_shown in shown.items())


def _refused_page(
    request: HttpRequest, patient: Patient, given: answers.Answers, refusal: actions.HistoryRefused
) -> HttpResponse:
    conflict = refusal.reason == "changed_elsewhere"
    page = _page(request, patient, given, _whole(request, "version"), _whole(request, "after"))
    return _rendered(request, page | {"conflict": conflict}, status=409 if conflict else 422)


def _next(request: HttpRequest) -> str:
    """Where the person came from, if that is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
