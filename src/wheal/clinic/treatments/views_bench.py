"""What is done at the bench besides drawing: protocols, labels, scans, and what was thrown away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments import actions, labels
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.forms import DrawForm, ProtocolForm, ThrownForm
from wheal.clinic.treatments.models import Mix, Protocol
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.pages import judgement_of
from wheal.clinic.treatments.views_last_steps import check_page
from wheal.clinic.treatments.views_saving import at_the_bench, bench_refusing
from wheal.clinic.treatments.views_steps import inject_page


def _mix(request: HttpRequest, pk: int, mix: int) -> Mix:
    return get_object_or_404(Mix.objects.select_related("session"), session=session_of(request, pk), pk=mix)


@permission_required(P.MIX_WRITE)
@require_POST
def from_protocol(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap draws the whole recipe; the volume may be left empty, for as much as is written."""
    row, asked = session_of(request, pk), request.POST.get("protocol", "")
    offered = Protocol.objects.filter(clinic=request.clinic, retired_at=None)
    protocol = get_object_or_404(offered, pk=asked if asked.isdecimal() else 0)
    volume = None
    if request.POST.get("volume_ml", "").strip():
        form = DrawForm(request.POST)
        if not form.is_valid():
            return bench_refusing(request, row, _("Give the volume of the mix, in mL."))
        volume = form.cleaned_data["volume_ml"]
    return at_the_bench(
        request, row,
        lambda: actions.mix_from_protocol(session=row, protocol=protocol, volume_ml=volume, by=request.user),
    )  # fmt: skip


@permission_required(P.MIX_WRITE)
@require_POST
def draw_scanned(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the last mix, or the first one where there is none yet."""
    row, asked = session_of(request, pk), request.POST.get("lot", "")
    lots = Lot.objects.filter(product__clinic=request.clinic)
    lot = get_object_or_404(lots, pk=asked if asked.isdecimal() else 0)
    named = request.POST.get("container", "")
    container = get_object_or_404(Container, pk=named, lot=lot) if named.isdecimal() else None
    form = DrawForm(request.POST)
    if not form.is_valid():
        return bench_refusing(request, row, _("Give the volume drawn, in mL."))

    def drawn() -> None:
        mix = row.mixes.last() or actions.add_mix(session=row, by=request.user)
        volume = form.cleaned_data["volume_ml"]
        actions.add_component(mix=mix, lot=lot, container=container, volume_ml=volume, by=request.user)

    return at_the_bench(request, row, drawn)


@permission_required(P.MIX_WRITE)
@require_POST
def label(request: HttpRequest, pk: int, mix: int) -> HttpResponse:
    held = _mix(request, pk, mix)
    try:
        actions.code_of(mix=held, by=request.user)
    except actions.DraftRefused as refused:
        return bench_refusing(request, session_of(request, pk), refused.reason)
    chart = read_chart(session_of(request, pk))
    made = labels.label_pdf(chart, held.pk, knowledge.current(), (get_language() or "en")[:2])
    return printing.answer(made, f"mix-{held.label}-{pk}")


@permission_required(P.POINTS_WRITE)
@require_POST
def scan_syringe(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    try:
        mix = actions.scan_syringe(session=row, code=request.POST.get("code", ""), by=request.user)
    except actions.DraftRefused as refused:
        chart = read_chart(row)
        return inject_page(request, chart, judgement_of(request, chart), refused=refused.reason, status=422)
    into = mix.passes.order_by("order", "pk").last()
    return redirect(reverse("treatments:inject", args=[pk]) + (f"?pass={into.pk}" if into else ""))


@permission_required(P.POINTS_WRITE)
@require_POST
def throw_away(request: HttpRequest, pk: int, mix: int) -> HttpResponse:
    """The volume that was measured; empty takes it back."""
    held, form = _mix(request, pk, mix), ThrownForm(request.POST)
    refused = "" if form.is_valid() else _("Give the volume thrown away, in mL.")
    if not refused:
        try:
            actions.throw_away(mix=held, volume_ml=form.cleaned_data["thrown_ml"], by=request.user)
        except actions.DraftRefused as said:
            refused = said.reason
    if refused:
        chart = read_chart(session_of(request, pk))
        return check_page(request, chart, judgement_of(request, chart), refused=refused, status=422)
    return redirect("treatments:check", pk)


@permission_required(P.CHART_READ)
@require_GET
def protocols(request: HttpRequest) -> HttpResponse:
    rows = (
        Protocol.objects.filter(clinic=request.clinic).select_related("written_by").prefetch_related("lines")
    )
    page = {
        "kept": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at is not None],
        "may_write": may(request, P.PROTOCOL_WRITE),
    }
    return render(request, "treatments/protocols.html", page)


@permission_required(P.PROTOCOL_WRITE)
@require_http_methods(["GET", "POST"])
def write_protocol(request: HttpRequest) -> HttpResponse:
    """A new one, or the next version of the one that the address names."""
    asked = request.GET.get("from", "")
    before = Protocol.objects.filter(clinic=request.clinic, pk=asked if asked.isdecimal() else 0).first()
    form = ProtocolForm(request.POST or None, request.clinic, knowledge.current(), before)
    if request.method == "POST" and form.is_valid():
        actions.write_protocol(
            clinic=request.clinic,
            name=form.cleaned_data["name"],
            lines=form.lines,
            note=form.cleaned_data["note"],
            by=request.user,
        )
        return redirect("treatments:protocols")
    page = {"form": form, "before": before}
    return render(request, "treatments/protocol_new.html", page, status=422 if form.errors else 200)


@permission_required(P.PROTOCOL_WRITE)
@require_POST
def retire_protocol(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Protocol, clinic=request.clinic, pk=pk)
    actions.retire_protocol(protocol=held, by=request.user)
    return redirect("treatments:protocols")
