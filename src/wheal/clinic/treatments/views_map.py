"""What the body map asks of the server: save a pass, lay a grid, judge the doses."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wheal import bodymap, knowledge
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.treatments import actions, grounds, mapstate
from wheal.clinic.treatments.actions.injecting import OUTLINE_WORDS
from wheal.clinic.treatments.chart import Chart, read_chart
from wheal.clinic.treatments.forms import PassForm, RulerForm
from wheal.clinic.treatments.judging import Judgement
from wheal.clinic.treatments.models import Pass, Session
from wheal.clinic.treatments.opened import own_session, session_of
from wheal.clinic.treatments.pages import judgement_of, saved_pieces
from wheal.clinic.treatments.views_saving import refusal
from wheal.clinic.treatments.views_steps import guard_findings, map_stops

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
    pieces["map-stop"] = render_to_string(
        "treatments/_map_stop.html", {"stops": map_stops(judgement)}, request
    )
    return JsonResponse({"version": saved.draft_version, "guard": guard_now, "pieces": pieces})


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
        laid = bodymap.lay_grid(
            outline, spacing or Decimal(0), "square" if pattern == "free" else pattern, scale=scale
        )
        area = bodymap.area_cm2(outline, scale)
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
        "totals": judgement.totals,
        "warnings": guard_findings(judgement),
    }
    return render_to_string("treatments/_guard.html", page, request)


@permission_required(P.POINTS_WRITE)
@require_POST
def add_pass(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    try:
        made = actions.add_pass(session=row, by=request.user, known=knowledge.current())
    except actions.DraftRefused as refused:
        page = {"session": row, "patient": row.patient, "reason": refused.reason}
        return render(request, "treatments/refused.html", page, status=422)
    return redirect(f"{_inject(row)}?pass={made.pk}")


@permission_required(P.POINTS_WRITE)
@require_POST
def draw_as_last_time(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    try:
        actions.draw_as_last_time(session=row, by=request.user, known=knowledge.current())
    except actions.DraftRefused as refused:
        page = {"session": row, "patient": row.patient, "reason": refused.reason}
        return render(request, "treatments/refused.html", page, status=422)
    return redirect(_inject(row))


@permission_required(P.POINTS_WRITE)
@require_POST
def measure(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """What the ruler of this place measures on the patient; empty takes the measurement back."""
    session = session_of(request, pk)
    held = get_object_or_404(session.passes.all(), pk=row)
    known = knowledge.current()
    place = grounds.place_of(held, known)
    form = RulerForm(request.POST)
    if not form.is_valid() or not place.ruler:
        return _refused(request, session, _("Give the distance in centimetres."))
    distance = form.cleaned_data["distance_cm"]
    return _changed(
        request, session, held.pk,
        lambda: actions.measure(
            row=held, ruler=(place.ruler[0], place.ruler[1]), distance_cm=distance, by=request.user, known=known
        ),
    )  # fmt: skip


@permission_required(P.POINTS_WRITE)
@require_POST
def mirror(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    session = session_of(request, pk)
    held = get_object_or_404(session.passes.all(), pk=row)
    try:
        image = actions.mirror_pass(row=held, by=request.user, known=knowledge.current())
    except actions.DraftRefused as refused:
        return _refused(request, session, refused.reason)
    return redirect(f"{_inject(session)}?pass={image.pk}")


@permission_required(P.POINTS_WRITE)
@require_POST
def shape(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_of(request, pk)
    asked = request.POST.get("shape", "")
    number = int(asked) if asked.isdecimal() else 0
    at = request.POST.get("pass", "")
    return _changed(
        request, session, at, lambda: actions.choose_shape(session=session, shape=number, by=request.user)
    )


@permission_required(P.POINTS_WRITE)
@require_POST
def change_pass(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Another mix, place or technique; or the pass taken out."""
    session = session_of(request, pk)
    held = get_object_or_404(session.passes.all(), pk=row)
    known = knowledge.current()
    if request.POST.get("remove"):
        return _changed(request, session, "", lambda: actions.remove_pass(row=held, by=request.user))
    form = PassForm(request.POST, known, [(mix.pk, mix.label) for mix in session.mixes.all()], {})
    if not form.is_valid():
        return redirect(f"{_inject(session)}?pass={held.pk}")
    kept = form.cleaned_data
    mix = get_object_or_404(session.mixes.all(), pk=kept["mix"])
    area, chart, side = kept["place"].split("/")
    return _changed(
        request, session, held.pk,
        lambda: actions.save_pass_choice(
            row=held, by=request.user, mix=mix, area=area, technique=kept["technique"], known=known, chart=chart,
            side=side,
        ),
    )  # fmt: skip


def _changed(
    request: HttpRequest, session: Session, at: object, change: Callable[[], object]
) -> HttpResponse:
    try:
        change()
    except actions.DraftRefused as refused:
        return _refused(request, session, refused.reason)
    return redirect(_inject(session) + (f"?pass={at}" if at else ""))


def _refused(request: HttpRequest, session: Session, reason: str) -> HttpResponse:
    page = {"session": session, "patient": session.patient, "reason": reason}
    return render(request, "treatments/refused.html", page, status=422)


def _inject(row: Session) -> str:
    return reverse("treatments:inject", args=[row.pk])


def _not_readable(problem: NotReadable) -> JsonResponse:
    return JsonResponse({"message": _("This could not be read: %(field)s.") % {"field": problem}}, status=422)


def _sent(request: HttpRequest) -> dict[str, object]:
    """JSON with its fractions as Decimal: a volume never passes through a float."""
    try:
        sent = json.loads(request.body, parse_float=Decimal)
    except (ValueError, RecursionError) as problem:
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
