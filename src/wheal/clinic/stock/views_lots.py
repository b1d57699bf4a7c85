"""The page of a lot: what is left of it, everything that moved, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q, Sum
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import ledger
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions, overview
from wheal.clinic.stock.forms import BlockForm, FreeForm, PutForm, ReturnForm, WasteForm
from wheal.clinic.stock.models import Container, Lot, Movement

AT_ONCE = 50

REASONS = [(value, words) for value, words in Movement.Reason.choices if value != Movement.Reason.OTHER]
"""Why an open container is thrown away."""


def lots_of(request: HttpRequest):
    return Lot.objects.visible_to(request.user).filter(product__clinic=request.clinic)


def _with_people(request: HttpRequest):
    people = ("product__clinic", "quarantined_by", "recalled_by", "received_by", "place")
    return overview.with_open(lots_of(request)).select_related(*people)


@permission_required(Permission.STOCK_SEE)
@require_safe
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    return lot_page(request, get_object_or_404(_with_people(request), pk=pk))


def lot_page(request: HttpRequest, seen: Lot, *, status: int = 200, **forms: Form) -> HttpResponse:
    moved = seen.movements.select_related(
        "container", "by", "taken_back_by", "delivery_line__delivery__supplier"
    )
    shown = Paginator(moved.order_by("-pk"), AT_ONCE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    page = {
        "lot": seen,
        "row": overview.LotRow(seen, seen.state(today)),
        "state": seen.state(today),
        "containers": list(seen.containers.select_related("opened_by")),
        "movements": shown,
        "reasons": REASONS,
        "origin": _origin(seen),
        "may_take_back": {row.pk for row in shown if actions.may_be_taken_back(row)},
        "sums": _sums(seen),
        "block_form": BlockForm(),
        "free_form": FreeForm(),
        "waste_form": WasteForm(),
        "return_form": ReturnForm(),
        "put_form": PutForm(lot=seen),
        "found_words": Movement.Kind.FOUND.label,
        "section": "shelf",
        "may_write": may(request, Permission.STOCK_WRITE),
        "may_block": may(request, Permission.LOT_BLOCK),
        **forms,
    }
    return render(request, "stock/lot.html", page, status=status)


def _origin(seen: Lot) -> Clinic | None:
    """Of a lot that is called back: the clinic from which it was, where that was another one."""
    opened = (
        seen.recalls.filter(closed_at=None, origin__isnull=False).select_related("origin__clinic").first()
    )
    return opened and opened.origin.clinic


def _sums(seen: Lot) -> dict[str, object]:
    """The equation of the books, in mL, for whoever wants to add it up. One query."""
    in_mix = ExpressionWrapper(Q(mix__isnull=False), output_field=BooleanField())
    rows = Movement.objects.filter(lot=seen).order_by().annotate(in_mix=in_mix).values_list("kind", "in_mix")
    of, drawn_up = dict.fromkeys(ledger.KINDS, 0), 0
    for kind, into_mix, volume in rows.annotate(volume=Sum("volume_ul")):
        of[kind] += volume
        drawn_up += volume * ((kind == "drawn") - (into_mix and kind in ("injected", "wasted")))
    return {
        "came": ledger.millilitres(of["received"] + of["arrived"]),
        "gone": [
            (words, ledger.millilitres(of[kind]))
            for kind, words in Movement.Kind.choices
            if of[kind] and kind in ledger.OUT | {"found"}
        ],
        "drawn_up": ledger.millilitres(drawn_up),
    }


def _done(
    request: HttpRequest,
    pk: int,
    done: Callable[[Lot], object],
    said: str,
    form: Form | None = None,
    name: str = "",
) -> HttpResponse:
    """Do it and go back to the lot, or show the page again with what stands against it."""
    seen = get_object_or_404(_with_people(request), pk=pk)
    if form is not None and not form.is_valid():
        return lot_page(request, seen, status=422, **{name: form})
    try:
        done(seen)
    except actions.StockRefused as refused:
        if form is None:
            messages.error(request, refused.words)
            return redirect("stock:lot", pk)
        form.add_error(None, refused.words)
        return lot_page(request, seen, status=422, **{name: form})
    messages.success(request, said)
    return redirect("stock:lot", pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def open_container(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request,
        pk,
        lambda seen: actions.open_container(lot=seen, by=request.user),
        _("Opened now: its clock runs."),
    )


@permission_required(Permission.STOCK_WRITE)
@require_POST
def empty_container(request: HttpRequest, pk: int) -> HttpResponse:
    container = get_object_or_404(
        Container.objects.filter(lot__in=lots_of(request)).select_related("lot"), pk=pk
    )
    reason = request.POST.get("reason", Movement.Reason.REST)
    if reason not in dict(REASONS):
        messages.error(request, _("Choose why it is thrown away."))
        return redirect("stock:lot", container.lot_id)
    actions.empty_container(container=container, by=request.user, reason=reason)
    messages.success(request, _("Thrown away with its rest."))
    if request.POST.get("back") == "list":
        return redirect("stock:list")
    return redirect("stock:lot", container.lot_id)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def waste(request: HttpRequest, pk: int) -> HttpResponse:
    form = WasteForm(request.POST)
    return _done(
        request,
        pk,
        lambda seen: actions.waste(lot=seen, by=request.user, **form.cleaned_data),
        _("Thrown away, and written in the books."),
        form,
        "waste_form",
    )


@permission_required(Permission.STOCK_WRITE)
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReturnForm(request.POST)
    return _done(
        request,
        pk,
        lambda seen: actions.give_back(lot=seen, by=request.user, **form.cleaned_data),
        _("Returned, and written in the books."),
        form,
        "return_form",
    )


@permission_required(Permission.STOCK_WRITE)
@require_POST
def put(request: HttpRequest, pk: int) -> HttpResponse:
    form = PutForm(request.POST, lot=get_object_or_404(_with_people(request), pk=pk))
    return _done(
        request,
        pk,
        lambda seen: actions.put(lot=seen, place=form.cleaned_data["place"], by=request.user),
        _("Saved."),
        form,
        "put_form",
    )


@permission_required(Permission.STOCK_WRITE)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    movement = get_object_or_404(Movement.objects.filter(lot__in=lots_of(request)), pk=pk)
    return _done(
        request,
        movement.lot_id,
        lambda _lot: actions.take_back(
            movement=movement, reason=request.POST.get("reason", ""), by=request.user
        ),
        _("Taken back: the entry and its opposite both stay in the books."),
    )


@permission_required(Permission.LOT_BLOCK)
@require_POST
def block(request: HttpRequest, pk: int) -> HttpResponse:
    form = BlockForm(request.POST)
    changes = {"quarantine": actions.quarantine, "recall": actions.recall}
    return _done(
        request,
        pk,
        lambda seen: changes[form.cleaned_data["how"]](
            lot=seen, reason=form.cleaned_data["reason"], by=request.user
        ),
        _("Blocked: nothing of this lot can be signed."),
        form,
        "block_form",
    )


@permission_required(Permission.LOT_BLOCK)
@require_POST
def free(request: HttpRequest, pk: int) -> HttpResponse:
    form = FreeForm(request.POST)
    return _done(
        request,
        pk,
        lambda seen: actions.free(lot=seen, reason=form.cleaned_data["reason"], by=request.user),
        _("Freed: this lot may be used again."),
        form,
        "free_form",
    )
