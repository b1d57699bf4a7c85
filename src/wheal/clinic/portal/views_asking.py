"""What a patient asks: questions to the clinic, and what is to be done with the data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link
from wheal.clinic.patients.own_pages import shown
from wheal.clinic.portal import actions
from wheal.clinic.portal.actions.asking import LONGEST
from wheal.clinic.portal.models import DataRequest, Message
from wheal.clinic.portal.wording import REASONS


@for_patient("pages")
@require_safe
def questions(request: HttpRequest, link: Link) -> HttpResponse:
    """What was asked and answered. What the clinic answered counts as read from now on."""
    said = Message.said_of(link.patient)
    answer = _questions(request, link, said)
    if said:
        actions.have_read(patient=link.patient, seen=said[-1].pk)
    return answer


def _questions(
    request: HttpRequest,
    link: Link,
    said: list[Message],
    *,
    typed: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = {"said": said, "typed": typed, "refused": refused, "longest": LONGEST}
    return shown(request, link, "portal/questions.html", page, status=status)


@for_patient("pages")
@require_POST
def ask(request: HttpRequest, link: Link) -> HttpResponse:
    typed = request.POST.get("question", "")
    try:
        actions.ask(link=link, text=typed)
    except actions.PortalRefused as refused:
        said, why = Message.said_of(link.patient), str(REASONS[refused.reason])
        return _questions(request, link, said, typed=typed, refused=why, status=422)
    return redirect("portal:questions", token(link))


@for_patient("pages")
@require_safe
def data(request: HttpRequest, link: Link) -> HttpResponse:
    return _data(request, link)


def _data(
    request: HttpRequest, link: Link, *, typed: str = "", kind: str = "", refused: str = "", status: int = 200
) -> HttpResponse:
    asked = list(DataRequest.objects.filter(patient=link.patient))
    page = {
        "asked": asked,
        "kinds": DataRequest.Kind.choices,
        "chosen": kind,
        "typed": typed,
        "refused": refused,
        "longest": LONGEST,
    }
    return shown(request, link, "portal/data.html", page, status=status)


@for_patient("pages")
@require_POST
def ask_for_data(request: HttpRequest, link: Link) -> HttpResponse:
    kind, words = request.POST.get("kind", ""), request.POST.get("words", "")
    try:
        actions.ask_for_data(link=link, kind=kind, words=words)
    except actions.PortalRefused as refused:
        reason = str(REASONS[refused.reason])
        return _data(request, link, typed=words, kind=kind, refused=reason, status=422)
    return redirect("portal:data", token(link))
