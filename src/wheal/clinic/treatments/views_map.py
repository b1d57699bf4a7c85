"""What the body map asks of the server: save a pass, lay a grid, judge the doses."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wheal import bodymap, knowledge
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments import actions, grounds, mapstate
from wheal.clinic.treatments.actions.injecting import OUTLINE_WORDS
from wheal.clinic.treatments.chart import Chart, read_chart
from wheal.clinic.treatments.judging import Judgement
from wheal.clinic.treatments.models import Pass, Session
from wheal.clinic.treatments.opened import own_session, session_of
from wheal.clinic.treatments.pages import judgement_of, saved_pieces
from wheal.clinic.treatments.views_saving import refusal
from wheal.clinic.treatments.views_steps import doses, over_the_map

PATTERNS = ("square", "hexagonal", "line", "free")


class NotReadable(ValueError):
    """The map sent what it never sends. Carries the name of the field."""


@permission_required(P.POINTS_WRITE)
@require_POST
def save_pass(request: HttpRequest, pk: int) -> HttpResponse:
    row = own_session(request, pk)
    try:
        sent = _sent(request)
        saved = actions.save_pass(
            row=Pass(pk=_whole(sent, "pass"), session=row),  # looked for under the lock
            by=request.user,
            version=_whole(sent, "version"),
            outline=_coordinates(sent, "outline"),
            points=_coordinates(sent, "points"),
            pattern=_pattern(sent),
            spacing_cm=_decimal(sent, "spacing_cm", "99"),
            depth_mm=_decimal(sent, "depth_mm", "99"),
            volume_ml=_decimal(sent, "volume_ml", "99"),
        )
    except NotReadable as problem:
        return _not_readable(problem)
    except Pass.DoesNotExist as problem:
        raise Http404 from problem
    except actions.DraftRefused as refused:
        return refusal(refused, row)
    chart, judgement, pieces = saved_pieces(request, pk, "inject")
    guard_now = _guard(request, row, chart, judgement)
    pieces["map-stop"] = render_to_string("treatments/_map_stop.html", over_the_map(judgement), request)
    told = {"version": saved.draft_version, "guard": guard_now, "area_cm2": mapstate.number(saved.area_cm2)}
    return JsonResponse({**told, "pieces": pieces})


@permission_required(P.POINTS_WRITE)
@require_POST
def lay_grid(request: HttpRequest, pk: int) -> HttpResponse:
    """A grid over an outline, on the scale of the pass; points in danger zones are left out and counted."""
    chart = read_chart(session_of(request, pk))
    try:
        sent = _sent(request)
        row = next((each for each in chart.passes if each.pk == sent.get("pass")), None)
        outline, spacing = _coordinates(sent, "outline"), _decimal(sent, "spacing_cm", "99")
        pattern = _pattern(sent)
        scale = row.scale if row else bodymap.CHART
        body = grounds.body_of(row, chart.session, knowledge.current()) if row else None
        laid = bodymap.lay_grid(
            outline, spacing or Decimal(0), "square" if pattern == "free" else pattern, scale=scale, body=body
        )
        area = bodymap.area_cm2(outline, scale, body)
    except NotReadable as problem:
        return _not_readable(problem)
    except bodymap.OutlineRefused as refused:
        return JsonResponse({"message": str(OUTLINE_WORDS[refused.reason])}, status=422)
    points = mapstate.clear_of_danger(laid, row, chart, knowledge.current()) if row else laid
    left_out = len(laid) - len(points)
    return JsonResponse({"points": points, "area_cm2": float(area), "left_out": left_out})


@permission_required(P.CHART_READ)
@require_GET
def guard(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    chart = read_chart(row)
    return HttpResponse(_guard(request, row, chart, judgement_of(request, chart)))


def _guard(request: HttpRequest, row: Session, chart: Chart, judgement: Judgement) -> str:
    page = {
        "session": row,
        "passes": mapstate.named(chart, knowledge.current()),
        **doses(chart, judgement),
    }
    return render_to_string("treatments/_guard.html", page, request)


def _not_readable(problem: NotReadable) -> JsonResponse:
    return JsonResponse({"message": _("This could not be read: %(field)s.") % {"field": problem}}, status=422)


def _sent(request: HttpRequest) -> dict[str, object]:
    """JSON with its fractions as Decimal: a volume never passes through a float."""
    try:
        sent = json.loads(request.body, parse_float=Decimal)
    except (
        ValueError,
        RecursionError,
        RawPostDataException,
    ) as problem:  # the last: sent as a form with files
        raise NotReadable("JSON") from problem
    if not isinstance(sent, dict):
        raise NotReadable("JSON")
    return sent


def _whole(sent: dict[str, object], name: str) -> int:
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotReadable(name)
    return value


def _decimal(sent: dict[str, object], name: str, most: str) -> Decimal | None:
    """None where the field is empty."""
    value = sent.get(name)
    if value in (None, ""):
        return None
    try:
        number = Decimal(value) if isinstance(value, (int, str, Decimal)) else Decimal("NaN")
    except InvalidOperation as problem:
        raise NotReadable(name) from problem
    if not number.is_finite() or not 0 < number <= Decimal(most):
        raise NotReadable(name)
    return number


def _pattern(sent: dict[str, object]) -> str:
    if sent.get("pattern") not in PATTERNS:
        raise NotReadable("pattern")
    return str(sent["pattern"])


def _coordinates(sent: dict[str, object], name: str) -> list[tuple[int, int]]:
    rows = sent.get(name)
    if not isinstance(rows, list) or not all(_is_point(row) for row in rows):
        raise NotReadable(name)
    return [(row[0], row[1]) for row in rows]


def _is_point(row: object) -> bool:
    return isinstance(row, list) and len(row) == 2 and all(type(edge) is int for edge in row)
