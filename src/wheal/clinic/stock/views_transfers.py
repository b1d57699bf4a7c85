"""Between the clinics of the group: sent, on its way, arrived with what differs explained."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic.lists import from_standby
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions, arriving
from wheal.clinic.stock.forms_papers import ArrivalForm, TransferForm
from wheal.clinic.stock.models import Lot, Transfer

AT_ONCE = 30


def _transfers(request: HttpRequest):
    """Those that leave this clinic or come to it."""
    here = Q(sender=request.clinic) | Q(receiver=request.clinic)
    seen = Transfer.objects.visible_to(request.user).filter(here)
    return seen.select_related("sender", "receiver", "sent_by", "arrived_by")


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def transfers(request: HttpRequest) -> HttpResponse:
    rows = Paginator(_transfers(request).prefetch_related("lines"), AT_ONCE).get_page(request.GET.get("page"))
    page = {
        "rows": rows,
        "has_others": Clinic.objects.exclude(pk=request.clinic.pk).exists(),
        "section": "transfers",
        "may_write": may(request, Permission.STOCK_WRITE),
    }
    return render(request, "stock/transfers.html", page)


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def transfer_new(request: HttpRequest) -> HttpResponse:
    lots = Lot.objects.filter(product__clinic=request.clinic, unopened__gt=0).usable(timezone.localdate())
    form = TransferForm(
        request.POST or None,
        clinics=Clinic.objects.exclude(pk=request.clinic.pk).order_by("name"),
        lots=lots.select_related("product", "place").order_by("product__name", "expires", "pk"),
    )
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            made = actions.send(
                sender=request.clinic, receiver=kept["receiver"], lots=form.chosen(), note=kept["note"],
                by=request.user,
            )  # fmt: skip
        except actions.StockRefused as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, _("Sent: it is gone from this shelf, and expected there."))
            return redirect("stock:transfer", made.pk)
    page = {"form": form, "section": "transfers"}
    return render(request, "stock/transfer_new.html", page, status=422 if form.errors else 200)


@permission_required(Permission.STOCK_SEE)
@require_safe
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    return transfer_page(request, get_object_or_404(_transfers(request), pk=pk))


def transfer_page(
    request: HttpRequest, seen: Transfer, form: Form | None = None, *, refused: str = "", status: int = 200
) -> HttpResponse:
    lines = seen.lines.select_related("lot__product", "arrived").order_by("pk")
    under_way = not (seen.arrived_at or seen.called_back_at)
    may_write = may(request, Permission.STOCK_WRITE)
    expected = may_write and under_way and seen.receiver_id == request.clinic.pk
    page = {
        "transfer": seen,
        "lines": lines,
        "under_way": under_way,
        "form": (form or ArrivalForm(None, lines)) if expected else None,
        "may_call_back": may_write and under_way and seen.sender_id == request.clinic.pk,
        "refused": refused,
        "section": "transfers",
    }
    return render(request, "stock/transfer.html", page, status=status)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """By the receiving clinic alone."""
    seen = get_object_or_404(_transfers(request).filter(receiver=request.clinic), pk=pk)
    form = ArrivalForm(request.POST, seen.lines.select_related("lot__product").order_by("pk"))
    if not form.is_valid():
        return transfer_page(request, seen, form, status=422)
    try:
        actions.arrive(transfer=seen, found=form.found(), by=request.user)
    except actions.StockRefused as refused:
        return transfer_page(request, seen, form, refused=refused.words, status=422)
    messages.success(request, _("Arrived: it lies on this shelf now."))
    landed = seen.lines.filter(arrived__isnull=False).select_related("arrived__lot")
    for warning in arriving.received(line.arrived.lot for line in landed):
        messages.error(request, warning)
    return redirect("stock:transfer", pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """By the sending clinic alone, until it has arrived."""
    seen = get_object_or_404(_transfers(request).filter(sender=request.clinic), pk=pk)
    try:
        actions.call_back(transfer=seen, by=request.user)
    except actions.StockRefused as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("Called back: it is on this shelf again."))
    return redirect("stock:transfer", pk)
