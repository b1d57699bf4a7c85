"""Places where stock lies: their temperatures, and what is done when one was too warm or too cold."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions, overview
from wheal.clinic.stock.forms_places import PlaceForm, ReadingForm, SettleForm
from wheal.clinic.stock.models import Excursion, Place, Reading

AT_ONCE = 60
BOUNDS = ("name", "kind", "coldest_c", "warmest_c")


def _places(request: HttpRequest):
    seen = Place.objects.visible_to(request.user).filter(clinic=request.clinic)
    return seen.select_related("clinic")


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def places(request: HttpRequest) -> HttpResponse:
    last = Reading.objects.filter(place=OuterRef("pk"), takes_back=None, taken_back_by=None)
    rows = _places(request).filter(retired_at=None).annotate(
        celsius=Subquery(last.values("celsius")[:1]),
        read_at=Subquery(last.values("read_at")[:1]),
        outside=Subquery(last.values("outside")[:1]),
        unsettled=Subquery(
            Excursion.objects.filter(place=OuterRef("pk"), settled_at=None).values("pk")[:1]
        ),
    )  # fmt: skip
    page = {"rows": rows, "section": "places", "may_write": may(request, Permission.STOCK_WRITE)}
    return render(request, "stock/places.html", page)


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def place_new(request: HttpRequest) -> HttpResponse:
    return _kept(request, None)


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _kept(request, get_object_or_404(_places(request), pk=pk))


def _kept(request: HttpRequest, seen: Place | None) -> HttpResponse:
    filled = {name: getattr(seen, name) for name in BOUNDS} if seen else {"kind": Place.Kind.REFRIGERATOR}
    form = PlaceForm(request.POST or None, initial=filled)
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.keep_place(clinic=request.clinic, place=seen, by=request.user, **form.cleaned_data)
        except actions.StockRefused as refused:
            form.add_error("name", refused.words)
        else:
            return redirect("stock:place", kept.pk)
    page = {"form": form, "place": seen, "section": "places"}
    return render(request, "stock/place_new.html", page, status=422 if form.errors else 200)


@permission_required(Permission.STOCK_SEE)
@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    return place_page(request, get_object_or_404(_places(request), pk=pk))


def place_page(request: HttpRequest, seen: Place, *, status: int = 200, **forms: Form) -> HttpResponse:
    today = timezone.localdate()
    readings = seen.readings.filter(takes_back=None).select_related("read_by", "taken_back_by__read_by")
    lots = overview.with_open(seen.lots.select_related("product", "place"))
    excursions = list(
        seen.excursions.select_related("reading", "settled_by").prefetch_related(
            "lots__product", "already__product"
        )
    )
    unsettled = next((each for each in excursions if each.settled_at is None), None)
    page = {
        "place": seen,
        "readings": Paginator(readings, AT_ONCE).get_page(request.GET.get("page")),
        "lots": [overview.LotRow(lot, lot.state(today)) for lot in lots if lot.unopened or lot.open_now],
        "excursions": excursions,
        "unsettled": unsettled,
        "reading_form": ReadingForm(),
        "settle_form": SettleForm(lots=unsettled.lots.select_related("product")) if unsettled else None,
        "section": "places",
        "may_write": may(request, Permission.STOCK_WRITE),
        "may_block": may(request, Permission.LOT_BLOCK),
        **forms,
    }
    return render(request, "stock/place.html", page, status=status)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    seen, form = get_object_or_404(_places(request), pk=pk), ReadingForm(request.POST)
    if not form.is_valid():
        return place_page(request, seen, reading_form=form, status=422)
    try:
        written = actions.read_temperature(place=seen, by=request.user, **form.cleaned_data)
    except actions.StockRefused as refused:
        form.add_error("celsius", refused.words)
        return place_page(request, seen, reading_form=form, status=422)
    if not written.outside:
        messages.success(request, _("Written down."))
        return redirect("stock:place", pk)
    aside = seen.excursions.get(settled_at=None).lots.count()
    words = ngettext(
        "Too warm or too cold: %(number)s lot is set aside until somebody has looked.",
        "Too warm or too cold: %(number)s lots are set aside until somebody has looked.",
        aside,
    )
    messages.warning(request, words % {"number": aside})
    return redirect("stock:place", pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def take_back_reading(request: HttpRequest, pk: int) -> HttpResponse:
    reading = get_object_or_404(
        Reading.objects.filter(place__in=_places(request)).select_related("place"), pk=pk
    )
    try:
        actions.take_back_reading(reading=reading, reason=request.POST.get("reason", ""), by=request.user)
    except actions.StockRefused as refused:
        messages.error(request, refused.words)
    return redirect("stock:place", reading.place_id)


@permission_required(Permission.LOT_BLOCK)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """By whoever may free a lot."""
    rows = Excursion.objects.filter(place__in=_places(request)).select_related("place__clinic")
    excursion = get_object_or_404(rows, pk=pk)
    form = SettleForm(request.POST, lots=excursion.lots.select_related("product__clinic"))
    if not form.is_valid():
        return place_page(request, excursion.place, settle_form=form, status=422)
    kept = form.cleaned_data
    try:
        actions.settle_excursion(
            excursion=excursion, conclusion=kept["conclusion"], to_free=kept["lots"], by=request.user
        )
    except actions.StockRefused as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("Settled."))
    return redirect("stock:place", excursion.place_id)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_places(request), pk=pk)
    actions.retire_place(place=seen, by=request.user)
    messages.success(request, _("%(name)s is no longer offered.") % {"name": seen})
    return redirect("stock:places")
