"""What many clinics counted together: a measure with its picture, one's own place, and what everybody may know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import spreadsheets
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.registry import actions, analysts, answering, copies, everybody, pictures, releases, tables
from wheal.clinic.registry.copies import Copy
from wheal.clinic.registry.delivering import address
from wheal.clinic.registry.models import Enrolment
from wheal.clinic.registry.showing import Shown, shown
from wheal.clinic.safety import across
from wheal.knowledge.measuring import Measure
from wheal.measures import answers
from wheal.measures.releasing import may_still_tell
from wheal.surveillance.across import Found


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


def _watched(now: answering.Held) -> dict[str, object]:
    try:
        watched = answering.watched(now)
    except answering.NotCounted as refused:
        return {"is_not_counted": True, "is_not_yet": isinstance(refused, answering.NotYet)}
    return {"found": _named(watched.found), "as_of": answering.as_of(watched, now)}


def _named(found: Sequence[Found]) -> list[tuple[Found, str]]:
    names = across.names({row.product for row in found})
    return [(row, names[row.product]) for row in found]


def _own(request: HttpRequest) -> Enrolment | None:
    return Enrolment.objects.standing().filter(clinic=request.clinic).first()


def _of(request: HttpRequest, own: Enrolment | None) -> dict[str, object]:
    """Of which registry the page is: the one elsewhere that clinics of this server send to, as it told this clinic
    last, or this server's own (there too with `?of=here`)."""
    there = address()
    is_there = bool(there) and request.GET.get("of") != "here"
    return {
        "own": own,
        "elsewhere": there,
        "is_there": is_there,
        "is_told": is_there or analysts.may_read(request.clinic, own),
        "copy": copies.kept(own.name, there) if is_there and own else None,
        "of_here": "?of=here" if there and not is_there else "",
    }


def _in_order() -> list[str]:
    held = knowledge.current().measures
    return sorted(held, key=lambda code: held[code].order)


@permission_required(P.OUTCOMES_SEE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    enrolment = _own(request)
    now, left, today = answering.held(), answering.left(request.clinic), request.clinic.day_of()
    told = [request.clinic.day_of(one.ended_at) for one in left if one.destinations.all()]
    page = _of(request, enrolment)
    page |= _told_there(page["copy"]) if page["is_there"] else _watched(now)
    page |= {
        "held": now,
        "measures": _in_order(),
        "enrolment": enrolment,
        "sent": enrolment.sendings.all()[:12] if enrolment else [],
        "may_agree": may(request, P.PEOPLE_WRITE),
        "sent_to": enrolment.destinations.all() if enrolment else [],
        "left": left,
        "is_still_told": any(may_still_tell(day, today) for day in told),
        "key": actions.public_key(enrolment) if enrolment and page["elsewhere"] else "",
        "not_sent": answering.not_sent(request.clinic) if enrolment else {},
    }
    return render(request, "registry/overview.html", page)


def _told_there(copy: Copy | None) -> dict[str, object]:
    answers = copy.told.answers if copy and copy.told else None
    return {"found": _named(answers.found) if answers else []}


@permission_required(P.OUTCOMES_SEE)
@require_safe
@counted
def measure(request: HttpRequest, code: str) -> HttpResponse:
    asked, own = _measure(code), _own(request)
    page = {"code": code, "measure": asked} | _of(request, own)
    held, told = _held(page, code, asked)
    page |= told
    if held:
        called = {own.name: _("This clinic")} if own else {}
        page |= _told(asked, held, called) | {"shown": held, "funnel": held.picture}
        page["standing"] = held.standing if page["is_there"] or not page["elsewhere"] else None
    return render(request, "registry/measure.html", page)


def _held(page: dict[str, Any], code: str, asked: Measure) -> tuple[Shown | None, dict[str, object]]:
    """And what the page says of it. None of another registry, as long as it has told nothing that can be shown, and
    none of this one for a clinic that does not count in it."""
    if not page["is_told"]:
        return None, {}
    if page["is_there"]:
        copy = page["copy"]
        is_otherwise = bool(copy and copy.is_asked_otherwise(code))
        return copy.shown(code) if copy else None, {"is_asked_otherwise": is_otherwise}
    now, name = answering.held(), page["own"].name if page["own"] else ""
    last = answering.measured(code, asked, now)
    return shown(asked, last.counts, last.on, name), {"as_of": answering.as_of(last, now)}


def _told(asked: Measure, held: Shown, called: dict[str, str]) -> dict[str, object]:
    """`called`: how some groups are called here."""
    if asked.shape == "delay":
        return {"delays": held.delays, "leaves_out": held.leaves_out}
    answer = held.answer
    names = called | tables.products(asked, held)
    most, bars = pictures.bars(tables.most_first(answer.lines), names)
    left_off = max(0, len(bars) - tables.MOST)
    return {"answer": answer, "bars": bars[: tables.MOST], "most": most, "left_off": left_off}


@permission_required(P.OUTCOMES_SEE)
@require_safe
@counted
def measure_csv(request: HttpRequest, code: str) -> HttpResponse:
    asked, page = _measure(code), _of(request, _own(request))
    held, told = _held(page, code, asked)
    if held is None:  # why, says the page
        return redirect("registry:measure", code)
    said = tables.from_where(page["copy"], code, held) if page["is_there"] else ()
    table = tables.whole(asked, held, told.get("as_of"), said)
    return spreadsheets.answer(f"registry-{code}", table, as_read_in=get_language() or "")


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
