"""What many clinics counted together: a measure with its picture, one's own place, and what everybody may know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import spreadsheets
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.registry import actions, answering, everybody, pictures, releases, tables
from wheal.clinic.registry.models import Enrolment
from wheal.clinic.safety import across
from wheal.knowledge.measuring import Measure
from wheal.measures import answers
from wheal.measures.counting import Count
from wheal.measures.releasing import may_still_tell
from wheal.measures.standing import standing


def _measure(code: str) -> Measure:
    try:
        return knowledge.current().measures[code]
    except KeyError as unknown:
        raise Http404 from unknown


def counted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A store that cannot be counted gives a page that says so."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return view(request, **named)
        except answering.NotCounted as refused:
            page = {"is_not_yet": isinstance(refused, answering.NotYet)}
            return render(request, "registry/not_counted.html", page, status=503)

    return guarded


def _watched(now: answering.Held, clinic: Clinic) -> dict[str, object]:
    try:
        watched = answering.watched(now, clinic.day_of())
    except answering.NotCounted as refused:
        return {"is_not_counted": True, "is_not_yet": isinstance(refused, answering.NotYet)}
    names = across.names({row.product for row in watched.found})
    told = [(row, names[row.product]) for row in watched.found]
    return {"found": told, "as_of": answering.as_of(watched, now)}


def _in_order() -> list[str]:
    held = knowledge.current().measures
    return sorted(held, key=lambda code: held[code].order)


@permission_required(P.OUTCOMES_SEE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    enrolment = Enrolment.objects.standing().filter(clinic=request.clinic).first()
    now, left, today = answering.held(), answering.left(request.clinic), request.clinic.day_of()
    told = [request.clinic.day_of(one.ended_at) for one in left if one.destinations.all()]
    page = _watched(now, request.clinic) | {
        "held": now,
        "measures": _in_order(),
        "enrolment": enrolment,
        "sent": enrolment.sendings.all()[:12] if enrolment else [],
        "may_agree": may(request, P.PEOPLE_WRITE),
        "sent_to": enrolment.destinations.all() if enrolment else [],
        "left": left,
        "is_still_told": any(may_still_tell(day, today) for day in told),
        "elsewhere": settings.REGISTRY,
        "key": actions.public_key(enrolment) if enrolment and settings.REGISTRY else "",
        "not_sent": answering.not_sent(request.clinic) if enrolment else {},
    }
    return render(request, "registry/overview.html", page)


@permission_required(P.OUTCOMES_SEE)
@require_safe
@counted
def measure(request: HttpRequest, code: str) -> HttpResponse:
    asked, now = _measure(code), answering.held()
    own = Enrolment.objects.standing().filter(clinic=request.clinic).first()
    called = {own.name: _("This clinic")} if own else {}
    held = answering.measured(code, asked, now)
    page = {
        "code": code,
        "measure": asked,
        "as_of": answering.as_of(held, now),
        "elsewhere": settings.REGISTRY,
    }
    page |= _told(asked, held.counts, called)
    if asked.by == ("clinic",):
        name = own.name if own else ""
        page["funnel"] = pictures.funnel(answers.funnel(asked, held.counts, name), name)
        page["own"] = own
        page["standing"] = None if settings.REGISTRY else standing(asked, held.counts, name)
    return render(request, "registry/measure.html", page)


def _told(asked: Measure, counted: Sequence[Count], called: dict[str, str]) -> dict[str, object]:
    """`called`: how some groups are called here."""
    if asked.shape == "delay":
        return {"delays": answers.delays(counted), "leaves_out": tables.leaves_out(counted)}
    answer = answers.lines(counted)
    names = called | tables.products(asked, counted)
    most, bars = pictures.bars(tables.most_first(answer.lines), names)
    left_off = max(0, len(bars) - tables.MOST)
    return {"answer": answer, "bars": bars[: tables.MOST], "most": most, "left_off": left_off}


@permission_required(P.OUTCOMES_SEE)
@require_safe
@counted
def measure_csv(request: HttpRequest, code: str) -> HttpResponse:
    asked, now = _measure(code), answering.held()
    held = answering.measured(code, asked, now)
    table = tables.whole(asked, held.counts, answering.as_of(held, now))
    return spreadsheets.answer(f"registry-{code}", table)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """For everybody, without a log-in: the release as it was made. It may be found by search engines."""
    made = releases.current()
    page = {"release": made, "least": answers.LEAST} | (everybody.page(made) if made else {})
    response = render(request, "registry/public.html", page)
    response.headers["X-Robots-Tag"] = "all"
    return response


@permission_required(P.PEOPLE_WRITE)
@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    try:
        actions.agree(clinic=request.clinic, by=request.user)
    except actions.NotAgreed:
        messages.info(request, _("This clinic counts with the others already."))
    else:
        messages.success(request, _("Agreed. The first months are sent tonight."))
    return redirect("registry:overview")


@permission_required(P.PEOPLE_WRITE)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    try:
        made = actions.end(clinic=request.clinic, by=request.user)
    except actions.NotAgreed:
        messages.info(request, _("There is no enrolment to end."))
    else:
        if actions.is_taken_out(made):
            messages.success(
                request, _("Ended. What this clinic had sent is taken out of every registry it was sent to.")
            )
        else:
            messages.info(
                request,
                _(
                    "Ended. Not every registry has taken it out yet: each is asked again every night until it has."
                ),
            )
    return redirect("registry:overview")
