"""The history questions on the patient's phone: the same as in the clinic, saved as they are answered, sent once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.followup.forms import asked_again
from wheal.clinic.followup.series import WEIGHT
from wheal.clinic.followup.weights import doubted
from wheal.clinic.patients import answers, earlier
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import History, Link
from wheal.clinic.patients.own_pages import about, shown
from wheal.clinic.patients.questionnaire import error_words, pages_of
from wheal.clinic.patients.searching import MONTH_FIRST
from wheal.clinic.portal import actions, flags
from wheal.clinic.portal.models import OwnHistory
from wheal.clinic.portal.wording import REASONS
from wheal.knowledge import Knowledge
from wheal.weighing import IN_POUNDS


@for_patient("pages")
@require_safe
def history(request: HttpRequest, link: Link) -> HttpResponse:
    """The draft; where none is begun, what was answered last and does not change, to be checked."""
    own, known = (
        OwnHistory.objects.filter(patient=link.patient).select_related("history").first(),
        knowledge.current(),
    )
    raised = flags.said(own.answers, known) if own else None
    if own and raised and own.sent_at and (own.checked_at is None or (raised.flags and not own.is_settled)):
        page = {"own": own, "said": raised}
        return shown(request, link, "portal/history_sent.html", page)
    draft = own if own and own.sent_at is None else None
    last = _last(link)
    given, version = (draft.answers, draft.draft_version) if draft else ({}, 0)
    more = {"draft": draft, "last": None if draft else last}
    return _page(request, link, given, version, _offered(link, last), more)


def _last(link: Link) -> History | None:
    return link.patient.histories.completed().first()


def _page(
    request: HttpRequest,
    link: Link,
    given: answers.Answers,
    version: int,
    offered: answers.Answers,
    more: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    known = knowledge.current()
    pages = pages_of(offered | given, known, link.patient, at_home=True)
    turns = list(zip([None, *pages], pages, [*pages[1:], None], strict=False))  # before, here, after
    page = {"pages": pages, "turns": turns, "version": version, "said": flags.said(given, known), **more}
    return shown(request, link, "portal/history.html", page, status=status)


def _posted(request: HttpRequest, link: Link, offered: answers.Answers) -> answers.Answers:
    known, clinic = knowledge.current(), link.patient.clinic
    typed = {name: said for name, said in request.POST.lists() if _is_asked(name, known)}
    is_month_first = clinic.jurisdiction in MONTH_FIRST
    pounds = {name for name in typed if request.POST.get(f"unit_{name}") == "lb"}
    given = answers.read(typed, known, month_first=is_month_first, today=clinic.day_of(), in_pounds=pounds)
    still = set(request.POST.getlist("still"))
    return earlier.of_today(earlier.with_earlier(given, offered, still, known, link.patient))


def _offered(link: Link, last: History | None) -> answers.Answers:
    """Of the last history, each to be confirmed by the patient."""
    return earlier.carried_over(last, knowledge.current(), on=link.patient.clinic.day_of())


def _is_asked(name: str, known: Knowledge) -> bool:
    """Not what the team measures."""
    return name in answers.FIELDS or (name in known.questions and known.questions[name].at_home)


def _version(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else None


def _in_pounds(link: Link) -> bool:
    return link.patient.clinic.jurisdiction in IN_POUNDS


@for_patient("pages")
@require_POST
def save(request: HttpRequest, link: Link) -> HttpResponse:
    offered, known = _offered(link, _last(link)), knowledge.current()
    given = _posted(request, link, offered)
    before = OwnHistory.objects.filter(patient=link.patient, sent_at=None).first()
    try:
        draft = actions.save_own(link=link, answers=given, version=_version(request))
    except actions.PortalRefused as refused:
        return JsonResponse({"message": str(REASONS[refused.reason])}, status=409)
    pieces = _pieces(before.answers if before else {}, given, offered, link)
    return JsonResponse(
        {
            "version": draft.draft_version,
            "errors": error_words(given, known, in_pounds=_in_pounds(link)),
            "pieces": pieces,
        }
    )


def _pieces(
    before: answers.Answers, now: answers.Answers, offered: answers.Answers, link: Link
) -> dict[str, str]:
    """Follow-ups that come or go with what was just answered, how much is still open, what cannot wait."""
    known = knowledge.current()
    were = answers.shown(offered | before, known, link.patient)
    pages = pages_of(offered | now, known, link.patient, at_home=True)
    changed = [one for page in pages for one in page.questions if one.is_shown != were[one.id]]
    asked = {
        f"question-{one.id}": render_to_string("patients/_question.html", {"one": one})
        if one.is_shown
        else ""
        for one in changed
    }
    still_open = {
        f"open-{page.id}": render_to_string("patients/_open.html", {"page": page}) for page in pages
    }
    return asked | still_open | _now(before, now, link)


def _now(before: answers.Answers, now: answers.Answers, link: Link) -> dict[str, str]:
    """Only where it changes: what is read aloud is not read at every letter typed."""
    known = knowledge.current()
    said = flags.said(now, known)
    if said == flags.said(before, known):
        return {}
    return {"now": render_to_string("portal/_now.html", about(link) | {"said": said})}


@for_patient("pages")
@require_POST
def send(request: HttpRequest, link: Link) -> HttpResponse:
    """Without scripts, follow-ups appear only now: then the page comes back with them, saved and not sent."""
    offered, known = _offered(link, _last(link)), knowledge.current()
    given = _posted(request, link, offered)
    visible = answers.shown(given, known, link.patient)
    there = request.POST.getlist("on_page")
    leads_further = any(
        is_on and name not in there and _is_asked(name, known) for name, is_on in visible.items()
    )
    try:
        if leads_further:
            actions.save_own(link=link, answers=given, version=_version(request))
            return redirect("portal:history", token(link))
        if "sure_weight" not in request.POST and (doubt := doubted(link.patient, given.get(WEIGHT), known)):
            draft = actions.save_own(link=link, answers=given, version=_version(request))
            words = asked_again(doubt.kg, doubt.last_kg, in_pounds=_in_pounds(link))
            more = {"refused": words, "doubted": True}
            return _page(request, link, given, draft.draft_version, offered, more, status=422)
        actions.send_own(link=link, answers=given, version=_version(request), known=known)
    except actions.PortalRefused as refused:
        more = {"refused": REASONS[refused.reason]}
        return _page(request, link, given, _version(request) or 0, offered, more, status=422)
    return redirect("portal:history", token(link))
