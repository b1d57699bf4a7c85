"""What each step saves, most of it by itself while it is filled in."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wheal import knowledge
from wheal.clinic.audit.latest import last_change
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments import actions, bench, checklist, seen, standing
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.elsewhere import as_fields
from wheal.clinic.treatments.forms import (
    DrawForm,
    InjectAtForm,
    MixForm,
    PlanForm,
    WeightForm,
    time_form,
    weight_form,
)
from wheal.clinic.treatments.models import Mix, MixComponent, Session
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.pages import judgement_of, opened, saved_pieces
from wheal.clinic.treatments.staff import staff_of
from wheal.clinic.treatments.views_last_steps import check_judged
from wheal.clinic.treatments.views_steps import inject_page, judged_plan, mix_page


def refusal(refused: actions.DraftRefused, session: Session) -> JsonResponse:
    """409 where another device was quicker, with who and when; 422 where what was entered cannot be."""
    if isinstance(refused, (actions.ChangedElsewhere, actions.AlreadySigned)):
        return JsonResponse({"message": refused.reason, **last_change(session)}, status=409)
    return JsonResponse({"message": refused.reason}, status=422)


def version_of(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else None


def _saved(form: Form, pieces: dict[str, str], **more: object) -> JsonResponse:
    """What cannot be read is not taken: its words stay on the device that entered it, until they are mended."""
    errors = {name: " ".join(form.errors.get(name, [])) for name in form.fields}
    return JsonResponse({"errors": errors, "not_taken": bool(form.errors), "pieces": pieces, **more})


def _one_by_one(entered: Form, standing_now: Form) -> dict[str, dict[str, str]]:
    """For fields that are saved one by one: what stands in each, and what this page sent, told in the same way."""
    return {
        "stands": as_fields(standing.stands(standing_now)),
        "took": as_fields(standing.sent(entered)),
    }


def _kept(form: Form, name: str, before: object) -> object:
    """What was entered; where it cannot be read, what stood before."""
    return before if name in form.errors else form.cleaned_data[name]


@permission_required(P.PLAN_WRITE)
@require_POST
def save_screen(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    staff = staff_of(row.clinic_id)
    form = WeightForm(request.POST, staff, {})
    form.is_valid()
    try:
        changed = {*standing.changed(form, weight_form(row, staff))} - {*form.errors}
        if "weight_kg" in changed:
            actions.save_weight(session=row, weight_kg=form.cleaned_data["weight_kg"], by=request.user)
        if "practitioner" in changed:
            chosen = form.cleaned_data["practitioner"]
            actions.save_practitioner(session=row, practitioner=chosen, by=request.user)
    except actions.DraftRefused as refused:
        return refusal(refused, row)
    chart, _judgement, pieces = saved_pieces(request, pk, "screen")
    return _saved(form, pieces, **_one_by_one(form, weight_form(chart.session, staff)))


@permission_required(P.PLAN_WRITE)
@require_POST
def save_plan(request: HttpRequest, pk: int) -> HttpResponse:
    row, known = session_of(request, pk), knowledge.current()
    before = row.plan
    form = PlanForm(request.POST, known)
    form.is_valid()
    entered = {name: _kept(form, name, getattr(before, name, None)) for name in form.fields}
    try:
        plan = actions.save_plan(
            session=row,
            by=request.user,
            version=version_of(request),
            purpose=entered["purpose"] or "",
            area=entered["area"] or "",
            technique=entered["technique"] or "",
            substances=entered["substances"] or [],
            sessions=entered["sessions"],
            price=entered["price"],
            currency=known.jurisdictions[row.clinic.jurisdiction].currency,
            note=entered["note"] or "",
        )
    except actions.DraftRefused as refused:
        return refusal(refused, row)
    chart, judgement, pieces = saved_pieces(request, pk, "plan")
    judged = {"session": row, **judged_plan(chart, judgement)}
    said = render_to_string("treatments/_plan_judged.html", judged, request)
    pieces["plan-judged"] = said
    return _saved(form, pieces, version=plan.draft_version)


@permission_required(P.MIX_WRITE)
@require_POST
def save_mix(request: HttpRequest, pk: int, mix: int) -> HttpResponse:
    row = session_of(request, pk)
    held = get_object_or_404(row.mixes.select_related("preparer", "checker"), pk=mix)
    form = MixForm(request.POST, staff_of(row.clinic_id), knowledge.current())
    form.is_valid()
    try:
        saved = actions.save_mix(
            mix=held,
            by=request.user,
            version=version_of(request),
            prepared_by=_kept(form, "prepared_by", held.prepared_by),
            batch=_kept(form, "batch", held.batch) or None,
            prepared_at=_kept(form, "prepared_at", held.prepared_at),
            preparer=_kept(form, "preparer", held.preparer),
            checker=_kept(form, "checker", held.checker),
        )
    except actions.DraftRefused as refused:
        return refusal(refused, row)
    chart, judgement, pieces = saved_pieces(request, pk, "mix")
    pieces["mix-against"] = render_to_string(
        "treatments/_mix_against.html", {"against": seen.at_the_bench(chart, judgement)}, request
    )
    clock = bench.clock(saved, knowledge.current(), timezone.now())
    pieces[f"clock-{saved.pk}"] = render_to_string("treatments/_clock.html", {"clock": clock}, request)
    return _saved(form, pieces, version=saved.draft_version)


@permission_required(P.MIX_WRITE)
@require_POST
def add_mix(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    return at_the_bench(request, row, lambda: actions.add_mix(session=row, by=request.user))


@permission_required(P.MIX_WRITE)
@require_POST
def remove_mix(request: HttpRequest, pk: int, mix: int) -> HttpResponse:
    row = session_of(request, pk)
    held = get_object_or_404(Mix, session=row, pk=mix)
    return at_the_bench(request, row, lambda: actions.remove_mix(mix=held, by=request.user))


@permission_required(P.MIX_WRITE)
@require_POST
def draw(request: HttpRequest, pk: int, mix: int) -> HttpResponse:
    """Draw a volume from a lot into a mix, out of an open container or a new one."""
    row = session_of(request, pk)
    held = get_object_or_404(Mix, session=row, pk=mix)
    lot_pk, _colon, container_pk = request.POST.get("lot", "").partition(":")
    lots = Lot.objects.filter(product__clinic=request.clinic)
    lot = get_object_or_404(lots, pk=lot_pk if lot_pk.isdecimal() else 0)
    container = get_object_or_404(Container, pk=container_pk, lot=lot) if container_pk.isdecimal() else None
    form = DrawForm(request.POST)
    if not form.is_valid():
        return bench_refusing(request, row, _("Give the volume drawn, in mL."))
    volume = form.cleaned_data["volume_ml"]
    return at_the_bench(
        request, row,
        lambda: actions.add_component(mix=held, lot=lot, container=container, volume_ml=volume, by=request.user),
    )  # fmt: skip


@permission_required(P.MIX_WRITE)
@require_POST
def put_back(request: HttpRequest, pk: int, component: int) -> HttpResponse:
    row = session_of(request, pk)
    held = get_object_or_404(MixComponent.objects.select_related("mix"), mix__session=row, pk=component)
    return at_the_bench(request, row, lambda: actions.remove_component(component=held, by=request.user))


def at_the_bench(request: HttpRequest, row: Session, change: Callable[[], object]) -> HttpResponse:
    try:
        change()
    except actions.DraftRefused as refused:
        return bench_refusing(request, row, refused.reason)
    return redirect("treatments:mix", row.pk)


def bench_refusing(request: HttpRequest, row: Session, refused: str) -> HttpResponse:
    chart = read_chart(row)
    return mix_page(request, chart, judgement_of(request, chart), refused=refused, status=422)


@permission_required(P.POINTS_WRITE)
@require_POST
def save_inject(request: HttpRequest, pk: int) -> HttpResponse:
    """The time of the first point: typed, or now, which the time-out comes before. What was done already is typed."""
    row = session_of(request, pk)
    form = InjectAtForm(request.POST)
    now = timezone.now() if request.POST.get("now") else None
    if now and checklist.left(row.checklist) and not (row.is_signed or row.cancelled_at):
        words = _(
            "First say the time-out: person, allergies, site, asepsis, sterile water only. Then tap again. "
            "Was the first point given already? Type its time."
        )
        return inject_page(request, *opened(request, pk, "inject"), refused=words, status=422)
    try:
        if now or (form.is_valid() and standing.changed(form, time_form(row))):
            at = now or form.cleaned_data["inject_at"]
            actions.save_inject_at(session=row, inject_at=at, by=request.user, is_now=now is not None)
    except actions.DraftRefused as refused:
        if now and not isinstance(refused, (actions.ChangedElsewhere, actions.AlreadySigned)):
            return inject_page(request, *opened(request, pk, "inject"), refused=refused.reason, status=422)
        return refusal(refused, row)
    if now:
        return redirect("treatments:inject", pk)
    chart, _judgement, pieces = saved_pieces(request, pk, "inject")
    return _saved(form, pieces, **_one_by_one(form, time_form(chart.session)))


@permission_required(P.POINTS_WRITE)
@require_POST
def save_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Each item as the form holds it: one tap changes one."""
    row = session_of(request, pk)
    try:
        for item in checklist.ITEMS:
            done, stood = request.POST.get(item) == "1", row.checklist.get(item, False)
            if done is not (request.POST.get(f"was-{item}", "1" if stood else "") == "1"):
                actions.tick(session=row, item=item, done=done, by=request.user)
    except actions.DraftRefused as refused:
        return refusal(refused, row)
    if request.headers.get("X-Requested-With") == "fetch":
        chart, judgement, pieces = saved_pieces(request, pk, "check")
        page = check_judged(chart, judgement)
        pieces["time-out-left"] = render_to_string("treatments/_time_out_left.html", page, request)
        pieces["check-judged"] = render_to_string("treatments/_check_judged.html", page, request)
        held = {f"was-{item['code']}": "1" if item["done"] else "" for item in page["items"]}
        return JsonResponse({"pieces": pieces, "stands": held})
    return redirect("treatments:check", pk)
