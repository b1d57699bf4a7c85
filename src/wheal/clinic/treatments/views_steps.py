"""The first five of the seven steps, each a page that can be opened at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from wheal import bodymap, knowledge, screening
from wheal import consent as wording
from wheal.clinic.headers import with_camera
from wheal.clinic.patients.answers import lacking
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.stock.models import Container, Lot, Product
from wheal.clinic.stock.scanned import Doubt
from wheal.clinic.treatments import (
    actions,
    bench,
    checklist,
    consents,
    duties,
    early,
    grounds,
    mapstate,
    seen,
    shelf,
    steps,
    syringes,
    things,
)
from wheal.clinic.treatments.case import case_from
from wheal.clinic.treatments.chart import Chart, ConsentFacts, read_chart
from wheal.clinic.treatments.forms import MixForm, PassForm, PlanForm, time_form, weight_form
from wheal.clinic.treatments.judging import Judgement
from wheal.clinic.treatments.models import Consent, Mix, Session
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.pages import Page, judgement_of, opened, shown
from wheal.clinic.treatments.requirements import asked_anew
from wheal.clinic.treatments.standing import stands
from wheal.findings import FACT_MISSING, Finding


@permission_required(P.CHART_READ)
@require_GET
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes on where the session stands."""
    row = session_of(request, pk)
    if row.is_signed:
        return redirect("treatments:sign", pk)
    chart = read_chart(row)
    return redirect(
        f"treatments:{steps.first_unfinished(chart, judgement_of(request, chart), request.role)}", pk
    )


@permission_required(P.CHART_READ)
@require_GET
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "screen")
    form = weight_form(chart.session, chart.staff)
    anew = anew_of(chart)
    found = [each for each in _with_the_plan(chart, judgement) if not is_asked_anew(each, anew)]
    page = {"form": form, "stands": stands(form), "found": found, "anew": anew, "chart": chart}
    return shown(request, chart, judgement, "screen", page)


def anew_of(chart: Chart) -> list[Finding]:
    """What was answered on an earlier day and must be asked again."""
    return [] if chart.session.is_signed else list(asked_anew(chart, knowledge.current(), timezone.now()))


def is_asked_anew(finding: Finding, anew: list[Finding]) -> bool:
    """Told once, together, with the way to ask."""
    return finding.code == FACT_MISSING and finding.about in {each.about for each in anew}


def _with_the_plan(chart: Chart, judgement: Judgement) -> list[Finding]:
    """Every stop, and what plan, mix and day add to the verdict on the history alone, which is fetched beneath."""
    found = seen.on_the_person(chart, judgement)
    if judgement.case is None or chart.history is None:
        return [each for each in found if each.code != "history_missing"]
    case, known = judgement.case, knowledge.current()
    alone = screening.screen_person(
        case.patient, on=case.date, jurisdiction=case.jurisdiction, purpose=None, known=known
    )
    alone += lacking(chart.history.answers, known, case.patient)
    told = {(each.code, each.about) for each in alone}
    return [each for each in found if each.severity == "stop" or (each.code, each.about) not in told]


@permission_required(P.CHART_READ)
@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "plan")
    row, known = chart.session.plan, knowledge.current()
    initial = {name: getattr(row, name) for name in PlanForm.base_fields} if row else {}
    page = {
        "form": PlanForm(None, known, initial),
        "version": row.draft_version if row else 0,
        "offered": _offered(chart),
        "currency": known.jurisdictions[chart.session.clinic.jurisdiction].currency,
        **judged_plan(chart, judgement),
    }
    return shown(request, chart, judgement, "plan", page)


def _offered(chart: Chart) -> set[str]:
    """What is in stock, and what is planned already: shown first."""
    planned = chart.session.plan.substances if chart.session.plan else []
    usable = Lot.objects.filter(product__clinic=chart.session.clinic).usable(timezone.localdate())
    left = usable.filter(Q(unopened__gt=0) | Q(containers__emptied_at=None, containers__left_ul__gt=0))
    held = Product.objects.filter(pk__in=left.values("product"))
    return {*planned, *(code for product in held for code, _strength in product.contents)}


def judged_plan(chart: Chart, judgement: Judgement) -> Page:
    """What the law asks of this plan, and what would be refused of it."""
    known, found = knowledge.current(), seen.against_the_plan(judgement)
    return {
        "duties": duties.of_plan(chart.session.plan, chart.session.clinic.jurisdiction, known),
        "early": [row for row in found if row.code != FACT_MISSING],
        "is_half_judged": any(row.code == FACT_MISSING for row in found),
        "together": early.together(chart, judgement.planned, known, timezone.now()),
        "lacks": [str(each) for each in duties.lacking(chart.session.plan)],
    }


@permission_required(P.CHART_READ)
@require_GET
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "consent")
    return consent_page(request, chart, judgement)


def consent_page(
    request: HttpRequest, chart: Chart, judgement: Judgement, *, refused: str = "", status: int = 200
) -> HttpResponse:
    row, known = chart.session, knowledge.current()
    held = row.consent if row.is_signed else chart.consent
    against = [each for each in judgement.findings if steps.step_of(each) == "consent"]
    page: Page = {
        "held": held,
        "withdrawn_at": _withdrawn_at(held),
        "against": against,
        "forbids": [] if row.is_signed else seen.before_consent(chart, judgement),
        "refused": refused,
    }
    page["lacks"] = [str(each) for each in duties.lacking(row.plan)]
    if not page["lacks"] and not row.is_signed:
        language = _language(request, row)
        text = consents.text_of(row.plan, row.clinic, row.practitioner, language, known)
        page |= {
            "language": language,
            "languages": wording.languages(known, row.patient.language),
            "blocks": wording.blocks(text),
            "digest": sha256(text.encode()).hexdigest(),
            "is_forbidden": bool(consents.forbidden_because(row.plan, row.clinic, language, known)),
        }
    return shown(request, chart, judgement, "consent", page, status=status)


def _withdrawn_at(held: Consent | ConsentFacts | None) -> datetime | None:
    if isinstance(held, Consent):
        return held.withdrawal.withdrawn_at if hasattr(held, "withdrawal") else None
    return held.withdrawn_at if held else None


def _language(request: HttpRequest, row: Session) -> str:
    asked = request.POST.get("language") or request.GET.get("language") or row.patient.language
    return asked if asked in knowledge.current().texts_held else "en"


@with_camera
@permission_required(P.CHART_READ)
@require_GET
def mix(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "mix")
    if "code" not in request.GET or chart.session.is_signed:
        return mix_page(request, chart, judgement)
    try:
        opened_one = bench.container_scanned(request.GET["code"], chart.session.clinic)
        scanned, doubt = (
            (opened_one.lot, None)
            if opened_one
            else bench.lot_scanned(request.GET["code"], chart.session.clinic)
        )
    except ValidationError as refused:
        return mix_page(request, chart, judgement, refused=" ".join(refused.messages), status=422)
    status = 422 if doubt and doubt.is_stop else 200
    return mix_page(
        request, chart, judgement, scanned=scanned, container=opened_one, doubt=doubt, status=status
    )


def mix_page(
    request: HttpRequest,
    chart: Chart,
    judgement: Judgement,
    *,
    refused: str = "",
    scanned: Lot | None = None,
    container: Container | None = None,
    doubt: Doubt | None = None,
    status: int = 200,
) -> HttpResponse:
    against = seen.at_the_bench(chart, judgement)
    stopped = seen.stopped(against)
    lots = [] if chart.session.is_signed else shelf.lots(chart, timezone.localdate(), scanned, stopped)
    if doubt and doubt.is_stop:
        lots = [
            replace(each, refused=doubt.words) if each.lot == scanned and not each.refused else each
            for each in lots
        ]
    offered = [] if chart.session.is_signed else things.offers(chart, timezone.localdate())
    served = [row for each in offered for row in each[2] if row.last and not row.used and not row.refused]
    page = {
        "mixes": [_mix(chart, each) for each in chart.mixes],
        "lots": lots,
        "offered": offered,
        "chart_things": chart.things,
        "may_add_things": may(request, P.STOCK_WRITE),
        "as_last_time": any(not row.suspected for row in served),
        "by_hand_if_at_all": [row.thing for row in served if row.suspected],
        "against": against,
        "refused": refused,
        "scanned": next((each for each in lots if each.lot == scanned), None),
        "container": container,
        "doubt": doubt,
        **_before_drawing(chart, judgement, scanned, container),
        "recipes": [] if chart.session.is_signed else bench.recipes(chart, lots, stopped),
        "needed_ml": bench.needed_ml(chart),
        "may_write_protocols": may(request, P.PROTOCOL_WRITE),
        "scans": not (chart.session.is_signed or chart.session.cancelled_at),
    }
    return shown(request, chart, judgement, "mix", page, status=status)


def _before_drawing(
    chart: Chart, judgement: Judgement, scanned: Lot | None, container: Container | None
) -> Page:
    """What would be said if the vial that was scanned were drawn too: before the needle is in it."""
    if scanned is None:
        return {}
    known = knowledge.current()
    case = judgement.case or case_from(chart, chart.staff.practitioner(None), timezone.now(), known)
    found, not_held = syringes.with_another(chart, case, scanned, container, known)
    here = {code for code, _strength in scanned.product.contents}
    return {
        "if_drawn": seen.before_drawing(found, judgement),
        "pairs_not_held": [pair for pair in not_held if here & {*pair}],
    }


def _mix(chart: Chart, row: Mix) -> Page:
    components = chart.components[row.pk]
    initial = {
        name: getattr(row, name)
        for name in ("prepared_by", "batch", "prepared_at", "preparer_id", "checker_id")
    }
    initial = {name.removesuffix("_id"): value for name, value in initial.items()}
    return {
        "row": row,
        "components": components,
        "clock": bench.clock(row, knowledge.current(), timezone.now()),
        "form": MixForm(None, chart.staff, knowledge.current(), initial, prefix=f"mix{row.pk}"),
        "volume_ml": sum(each.volume_ml for each in components),
        "acidity": bench.acidity(components, knowledge.current()),
        "pairs_not_held": syringes.pairs_not_held(chart, row, knowledge.current()),
        "per_ml": shelf.per_ml(row, components, knowledge.current()) if components else [],
    }


@with_camera
@permission_required(P.CHART_READ)
@require_GET
def inject(request: HttpRequest, pk: int) -> HttpResponse:
    chart, judgement = opened(request, pk, "inject")
    return inject_page(request, chart, judgement)


def inject_page(
    request: HttpRequest, chart: Chart, judgement: Judgement, *, refused: str = "", status: int = 200
) -> HttpResponse:
    row = mapstate.chosen(chart, request.GET.get("pass"))
    page: Page = {
        "passes": mapstate.named(chart, knowledge.current()),
        "row": row,
        **doses(chart, judgement),
        **over_the_map(judgement),
        "mixes": chart.mixes,
        "refused": refused,
        **checklist.shown(chart.session.checklist),
    }
    page["time_form"] = time_form(chart.session)
    page["stands"] = stands(page["time_form"])
    if row is None:
        page["last_drawn"] = actions.last_drawn(chart.session)
    else:
        known = knowledge.current()
        mixes = [(each.pk, each.label) for each in chart.mixes]
        place = grounds.place_of(row, known)
        initial = {"place": grounds.key(place), "technique": row.technique, "mix": row.mix_id}
        page |= {
            "pass_form": PassForm(None, known, mixes, initial),
            "state": mapstate.of_one(row, chart, known),
            "dangers": mapstate.dangers(row, chart, known),
            "drawing": grounds.drawing_of(row, chart.session, known),
            "technique": known.techniques[row.technique],
            "place": place,
            "ruler": bodymap.ruler_of(place, known),
            "shape": grounds.shape_of(chart.session),
            "shapes": len(place.at) > 1,
        }
    return shown(request, chart, judgement, "inject", page, status=status)


def doses(chart: Chart, judgement: Judgement) -> Page:
    """The bars with what is said beneath them. What is reckoned with a weight of another day never looks settled."""
    is_by_weight = any(total.per_kg is not None for total in judgement.totals.values())
    weight = [each for each in anew_of(chart) if each.about == "weight_kg"] if is_by_weight else []
    return {
        "totals": judgement.totals,
        "weighed_before": chart.history.completed_at if weight else None,
        "warnings": [*weight, *seen.at_the_needle(judgement)],
    }


def over_the_map(judgement: Judgement) -> Page:
    """What may not be given, and what a physician decides: in sight until it is mended."""
    return {"stops": seen.stops(judgement), "refers": seen.refers(judgement)}
