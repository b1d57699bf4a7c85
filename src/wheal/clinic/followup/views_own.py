"""What a patient answers from a phone, behind the door of a link: few questions, one page for all areas."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wheal import knowledge
from wheal.clinic.followup import actions, courses
from wheal.clinic.followup.courses import Treated
from wheal.clinic.followup.forms import REASONS, FiguresForm, OwnForm
from wheal.clinic.followup.models import Contact
from wheal.clinic.followup.views import language
from wheal.clinic.patients.links import for_patient, token
from wheal.clinic.patients.models import Link, Patient
from wheal.events import flags
from wheal.follow_up import Call
from wheal.knowledge import Knowledge
from wheal.outcomes.asking import fitting
from wheal.weighing import IN_POUNDS

PURPOSE = "follow_up"
WHOLE = "body"
"""The prefix of what concerns the whole person."""


@dataclass(frozen=True, slots=True)
class About:
    """One area that is asked about, with the fields of its grades."""

    treated: Treated
    form: FiguresForm

    @property
    def name(self) -> str:
        """By which the page says, when it is sent, what it asked about."""
        return f"{self.treated.purpose} {self.treated.area}"


def open_courses(patient: Patient, known: Knowledge) -> list[tuple[Treated, Call]]:
    """Those with a call that can be answered today, the newest first."""
    today = patient.clinic.day_of()
    found = [(one, one.now) for one in courses.of_patient(patient, known)]
    return [(one, call) for one, call in found if call is not None and call.opens <= today]


@for_patient(PURPOSE)
@require_safe
def for_home(request: HttpRequest, link: Link) -> HttpResponse:
    """A row for the page where a patient begins; nothing where nobody asks."""
    page = {"text": token(link), "asked": open_courses(link.patient, knowledge.current())}
    return render(request, "followup/own/_for_home.html", page)


@for_patient(PURPOSE)
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, link: Link) -> HttpResponse:
    known = knowledge.current()
    data = request.POST if request.method == "POST" else None
    asked = _asked(link.patient, data, known)
    form, body = OwnForm(data), _body(link.patient, data, known)
    forms = [form, body, *(one.form for one in asked)]
    if data is not None and all([one.is_valid() for one in forms]):  # noqa: C419 (every one is asked)
        try:
            _keep(link, form, body, asked, known)
        except actions.MeasureRefused as refused:
            _tell(refused, form, body, asked)
        else:
            return redirect("followup:own-sent", token(link))
    failed = any(one.errors for one in forms)
    page = _page(link) | {"form": form, "body": body, "asked": asked, "failed": failed}
    page["warnings"] = flags.when_not_to_wait(known)
    return render(request, "followup/own/answer.html", page, status=422 if failed else 200)


def _asked(patient: Patient, data: QueryDict | None, known: Knowledge) -> list[About]:
    """What is sent is about what the page asked, even where nobody waits for the answer any more."""
    if data is None:
        return [_about(one, None, known) for one, _call in open_courses(patient, known)]
    newest = [one for one in courses.of_patient(patient, known) if one.course.until is None]
    every = [_about(one, data, known) for one in newest]
    named = set(data.getlist("asked"))
    return [one for one in every if one.name in named] or every


def _about(one: Treated, data: QueryDict | None, known: Knowledge) -> About:
    graded = {
        code: it
        for code, it in fitting(known, one.area, one.purpose, "patient").items()
        if not it.is_of_the_body
    }
    return About(one, FiguresForm(data, graded, known, language(), prefix=one.area))


def _body(patient: Patient, data: object, known: Knowledge) -> FiguresForm:
    whole = {code: it for code, it in known.instruments.items() if it.is_of_the_body and it.by == "patient"}
    in_pounds = patient.clinic.jurisdiction in IN_POUNDS
    return FiguresForm(data, whole, known, language(), prefix=WHOLE, in_pounds=in_pounds)


def _keep(link: Link, form: OwnForm, body: FiguresForm, asked: list[About], known: Knowledge) -> None:
    kept = form.cleaned_data
    new = [
        actions.NewContact(one.treated.area, Contact.Outcome.ANSWERED, kept["noticed"], kept["words"])
        for one in asked
    ]
    figures = {one.treated.area: one.form.figures() for one in asked} | {"": body.figures()}
    actions.answer(link=link, contacts=new, figures=figures, known=known)


def _tell(refused: actions.MeasureRefused, form: OwnForm, body: FiguresForm, asked: list[About]) -> None:
    if refused.reason:
        form.add_error(None, REASONS[refused.reason])
    for one in (body, *(about.form for about in asked)):
        doubts = {code: it for code, it in refused.doubts.items() if code in one.instruments}
        if doubts:
            one.ask_again(doubts, refused.last)


def _page(link: Link) -> dict[str, object]:
    patient = link.patient
    return {"link": link, "text": token(link), "clinic": patient.clinic, "patient": patient}


@for_patient(PURPOSE)
@require_safe
def own_sent(request: HttpRequest, link: Link) -> HttpResponse:
    """Thanks; and where something was noticed, the way to report it at once."""
    last = link.patient.follow_up.filter(link=link).order_by("-pk").first()
    return render(request, "followup/own/sent.html", _page(link) | {"last": last, "title": _("Thank you")})
