"""What every step's page has: the session as it stands, judged, with the rail and the patient above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from wheal import knowledge
from wheal.clinic.patients.answers import LISTS, given_codes, patient_facts
from wheal.clinic.people.permissions import P, may
from wheal.clinic.treatments import early, steps
from wheal.clinic.treatments.chart import Chart, read_chart, standing
from wheal.clinic.treatments.judging import Judgement, judge
from wheal.clinic.treatments.opened import note_opening, session_of

Page = dict[str, object]


def opened(request: HttpRequest, pk: int, part: str) -> tuple[Chart, Judgement]:
    row = session_of(request, pk)
    note_opening(request, row, part)
    chart = read_chart(row, to_judge=not (row.is_signed and part == "sign"))
    return chart, judgement_of(request, chart)


def judgement_of(request: HttpRequest, chart: Chart) -> Judgement:
    """As it would be signed by the session's practitioner, else by the reader where they may sign. Signed is judged."""
    if chart.session.is_signed:
        return Judgement(chart.session.decision, (), None, None)
    signer = request.user.pk if may(request, P.SESSION_SIGN) else None
    known, now = knowledge.current(), timezone.now()
    judged = judge(chart, known, signer=signer, now=now)
    return replace(judged, planned=early.of_each(chart, known, now))


def areas_of(chart: Chart) -> list[str]:
    """Those that are treated: of the passes, and of the plan."""
    planned = [chart.session.plan.area] if chart.session.plan and chart.session.plan.area else []
    return list(dict.fromkeys([*planned, *(row.area for row in chart.passes)]))


def _asked_earlier(chart: Chart) -> datetime | None:
    """When the history was asked, where that was before the day of the session: its "no" reassures nobody any more."""
    session, history = chart.session, chart.history
    if history is None or session.is_signed:
        return None
    clinic = session.clinic
    is_old = clinic.day_of(history.completed_at) < clinic.day_of(session.inject_at or timezone.now())
    return history.completed_at if is_old else None


def _weighed_on(chart: Chart) -> datetime | None:
    """When the weight was measured or told that the emergency page reckons with."""
    session = chart.session
    if session.weight_kg is not None:
        return session.inject_at or session.planned_for
    return chart.history.completed_at if chart.history else None


def saved_pieces(request: HttpRequest, pk: int, step: str) -> tuple[Chart, Judgement, dict[str, str]]:
    """What changes on the page that saved itself: the rail says how each step stands now.

    The caller has found the session to be one that this person may see.
    """
    chart = read_chart(standing(pk))
    judgement = judgement_of(request, chart)
    steps_now = steps.rail(chart, judgement, step, request.role)
    return chart, judgement, {"rail": render_to_string("components/rail.html", {"steps": steps_now}, request)}


def shown(
    request: HttpRequest, chart: Chart, judgement: Judgement, step: str, page: Page, *, status: int = 200
) -> HttpResponse:
    row = chart.session
    whole = {
        "session": row,
        "patient": row.patient,
        "facts": patient_facts(chart.history, weight_kg=row.weight_kg) if chart.history else None,
        "told": {group: given_codes(chart.history, group) for group in LISTS} if chart.history else {},
        "asked_earlier": _asked_earlier(chart),
        "weighed_on": _weighed_on(chart),
        "judgement": judgement,
        "steps": steps.rail(chart, judgement, step, request.role),
        "step": step,
        "fixed": row.is_signed or row.cancelled_at is not None,
        "areas": areas_of(chart),
        **page,
    }
    return render(request, f"treatments/{step}.html", whole, status=status)
