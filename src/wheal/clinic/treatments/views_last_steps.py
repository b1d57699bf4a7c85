"""The last two steps: what was done is looked at once more, then signed."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from wheal import knowledge
from wheal.clinic.people.models import Role
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.treatments import adding_up, checklist, drawing, given, mapstate, steps
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.forms import AmendForm
from wheal.clinic.treatments.forms_amending import AmendLotForm, AmendVolumeForm
from wheal.clinic.treatments.judging import Judgement
from wheal.clinic.treatments.pages import Page, opened, shown
from wheal.clinic.treatments.views_steps import anew_of, is_asked_anew
from wheal.clinic.treatments.words import PLAN_WORDS
from wheal.findings import Finding


@permission_required(P.CHART_READ)
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "check")
    return check_page(request, chart, judgement)


def check_page(
    request: HttpRequest, chart: Chart, judgement: Judgement, *, refused: str = "", status: int = 200
) -> HttpResponse:
    page = {
        **check_judged(chart, judgement),
        "passes": mapstate.named(chart, knowledge.current()),
        "sums": adding_up.sums(chart),
        "refused": refused,
    }
    return shown(request, chart, judgement, "check", page, status=status)


def check_judged(chart: Chart, judgement: Judgement) -> Page:
    anew = anew_of(chart)
    found = [
        each
        for each in steps.worst_first(judgement.findings)
        if each.code != "check_open" and not is_asked_anew(each, anew)
    ]
    return {
        **checklist.shown(chart.session.checklist),
        "found": found,
        "anew": anew,
        "chart": chart,
    }


@permission_required(P.CHART_READ)
@require_GET
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "sign")
    return sign_page(request, chart, judgement)


def sign_page(
    request: HttpRequest,
    chart: Chart,
    judgement: Judgement,
    *,
    extra: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = chart.session
    page: Page = {
        "may_sign": may(request, P.SESSION_SIGN),
        "is_physician": request.role == Role.PHYSICIAN,
        "blocks": given.blocks(judgement),
        "only_blocks": len(given.blocks(judgement)) == len(judgement.refusals),
        "by_step": _by_step(judgement),
        "besides": [each for each in judgement.findings if each not in judgement.refusals],
        "passes": [] if row.is_signed else mapstate.named(chart, knowledge.current()),
        "totals": judgement.totals,
        **drawing.summary(chart, knowledge.current()),
        **(extra or {}),
    }
    if row.is_signed:
        page |= drawing.signed_record(chart)
        page["amend_form"] = page.get("amend_form") or AmendForm()
        page["amend_lot_form"] = page.get("amend_lot_form") or AmendLotForm(None, row)
        page["amend_volume_form"] = page.get("amend_volume_form") or AmendVolumeForm(None, row)
    return shown(request, chart, judgement, "sign", page, status=status)


def _by_step(judgement: Judgement) -> list[tuple[str, object, list[Finding], list[Finding]]]:
    """By the step where it is mended: what stands against the signature, and what was only not done yet."""
    rows = []
    for code, name in steps.NAMES.items():
        here = sorted(
            (each for each in judgement.refusals if steps.step_of(each) == code), key=_place_on_the_page
        )
        if here:
            opened_yet = [each for each in here if each.code in steps.OPEN]
            rows.append((code, name, [each for each in here if each not in opened_yet], opened_yet))
    return rows


def _place_on_the_page(finding: Finding) -> int:
    places = [*PLAN_WORDS, *checklist.ITEMS]
    return places.index(finding.about) if finding.about in places else 0
