"""Who is to be asked again: the list, the piece on the day's page, the table."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from wheal import knowledge
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.followup import due, tables
from wheal.clinic.followup.due import STATES, Asked, Board
from wheal.clinic.followup.forms_lists import DueForm
from wheal.clinic.lists import from_standby
from wheal.clinic.patients import readings
from wheal.clinic.people.permissions import P, may, permission_required

A_PAGE = 50


def language() -> str:
    return (get_language() or "en")[:2]


def _asked(request: HttpRequest) -> Asked:
    given = {
        name: request.GET.get(name, "").strip()[:80] for name in ("name", "state", "by", "area", "protocol")
    }
    if given["state"] not in STATES:
        given["state"] = ""
    return Asked(**given)


@permission_required(P.CHART_READ)
@require_safe
def due_list(request: HttpRequest) -> HttpResponse:
    known, asked = knowledge.current(), _asked(request)
    found = from_standby(due.board)(request.clinic, asked, known)
    shown = Paginator(found.rows, A_PAGE).get_page(request.GET.get("page"))
    people = sorted({row.patient.pk for row in shown})
    audit.record(
        by=request.user,
        what="followup.list_read",
        clinic=request.clinic,
        detail={"state": asked.state, "patients": people},
    )
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    page = {
        "form": _form(asked, found),
        "asked": asked,
        "shown": shown,
        "counts": [(state, words, found.counts[state]) for state, words in STATES.items()],
        "query": urlencode(kept),
        "may_write": may(request, P.FOLLOW_UP_WRITE),
        "may_give_link": may(request, P.LINK_GIVE),
        "may_see_results": may(request, P.OUTCOMES_SEE),
    }
    return render(request, "followup/due.html", page)


def _form(asked: Asked, found: Board) -> DueForm:
    known = knowledge.current()
    areas = [(area, known.name(area, language())) for area in found.areas]
    shown = {name: getattr(asked, name) for name in ("name", "state", "by", "area", "protocol")}
    states = {state: f"{words} ({found.counts[state]})" for state, words in STATES.items()}
    return DueForm(shown, states, areas, found.protocols)


@permission_required(P.CHART_READ)
@require_safe
def due_csv(request: HttpRequest) -> HttpResponse:
    known = knowledge.current()
    found = due.board(request.clinic, _asked(request), known)
    audit.record(
        by=request.user,
        what="followup.list_exported",
        clinic=request.clinic,
        detail={"rows": len(found.rows)},
    )
    return spreadsheets.answer(
        f"follow-up-{request.clinic.day_of():%Y-%m-%d}", tables.of_due(found.rows, known, language())
    )


@permission_required(P.CHART_READ)
@require_safe
@from_standby
def on_the_day(request: HttpRequest) -> HttpResponse:
    """A piece of the day's page: how many are overdue or due, and who noticed something. Nothing where nobody is."""
    found = due.board(request.clinic, Asked(), knowledge.current())
    noticed = [row for row in found.rows if row.state == "noticed"]
    readings.shows(request, *(row.patient.pk for row in noticed[:5]))
    return render(request, "followup/_on_the_day.html", {"counts": found.counts, "noticed": noticed[:5]})
