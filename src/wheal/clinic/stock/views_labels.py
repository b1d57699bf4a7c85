"""Labels of opened containers and of places; and what a scanned code names."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wheal import knowledge
from wheal.clinic import own_labels, printing
from wheal.clinic.people.permissions import Permission, permission_required
from wheal.clinic.stock import actions
from wheal.clinic.stock.models import Container, Lot, Place
from wheal.clinic.stock.scanned import ScanForm, doubt
from wheal.clinic.stock.views_lots import lots_of
from wheal.knowledge.wording import amount

NAMED = {own_labels.PLACE: "stock:place", own_labels.THING: "equipment:thing"}


def _containers(request: HttpRequest):
    return Container.objects.filter(lot__in=lots_of(request)).select_related("lot__product", "opened_by")


def address_of(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(f"{reverse('stock:scanned')}?{urlencode({'code': code})}")


@permission_required(Permission.STOCK_SEE)
@require_safe
def container(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_containers(request), pk=pk)
    language, known = (get_language() or "en")[:2], knowledge.current()
    code, lot = own_labels.code_of(own_labels.CONTAINER, seen.pk), seen.lot
    held = [
        f"{known.name(one, language)} {amount(strength, language)}" for one, strength in lot.product.contents
    ]
    label = own_labels.Label(
        language=language,
        title=lot.product.name,
        lines=(
            " + ".join(held),
            _("Lot %(lot)s, expires %(day)s") % {"lot": lot.number, "day": _day(lot.expires)},
            _("Opened %(when)s, %(who)s")
            % {"when": _moment(seen.opened_at), "who": seen.opened_by.shown_name},
        ),
        strong=_until(seen),
        code=code,
        address=address_of(request, code),
        clinic=request.clinic.name,
    )
    return printing.answer(own_labels.pdf(label), code)


def _until(seen: Container) -> str:
    last, expires = actions.last_use(seen), seen.lot.expires
    if last is None:
        return _("For one patient, on the day it was opened")
    ends = _day(expires) if expires < timezone.localtime(last).date() else _moment(last)
    return _("Not after %(when)s") % {"when": ends}


def _day(day: object) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _moment(value: object) -> str:
    local = timezone.localtime(value)
    return f"{_day(local)} {local:%H:%M}"


@permission_required(Permission.STOCK_SEE)
@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(Place.objects.visible_to(request.user).filter(clinic=request.clinic), pk=pk)
    code = own_labels.code_of(own_labels.PLACE, seen.pk)
    bounds = [f"{each.normalize():f} °C" for each in (seen.coldest_c, seen.warmest_c) if each is not None]
    label = own_labels.Label(
        language=(get_language() or "en")[:2],
        title=seen.name,
        lines=(seen.get_kind_display(),),
        strong=" – ".join(bounds),
        code=code,
        address=address_of(request, code),
        clinic=request.clinic.name,
    )
    return printing.answer(own_labels.pdf(label), code)


@permission_required(Permission.STOCK_SEE)
@require_safe
def scanned(request: HttpRequest) -> HttpResponse:
    """To the page of what a code names: a label of ours, or the box of a lot; an unknown lot can be received."""
    code = request.GET.get("code", "")
    try:
        ours = own_labels.read(code)
    except own_labels.WrongCode:
        messages.error(request, _("The check digit is wrong: the code was misread or mistyped."))
        return redirect("stock:list")
    if ours is None:
        return _of_a_box(request, code)
    kind, number = ours
    if kind in NAMED:
        return redirect(NAMED[kind], number)
    return redirect("stock:lot", get_object_or_404(_containers(request), pk=number).lot_id)


def _of_a_box(request: HttpRequest, code: str) -> HttpResponse:
    form = ScanForm({"code": code}, clinic=request.clinic)
    if not form.is_valid():
        for problem in form.errors["code"]:
            messages.error(request, problem)
        return redirect("stock:list")
    product, number = form.filled["product"], form.filled["number"]
    lot = Lot.objects.all().of(product, number or "")
    if lot is not None:
        if found := doubt(lot, form.filled["expires"]):
            messages.error(request, found.words)
        return redirect("stock:lot", lot.pk)
    if number:
        return redirect(f"{reverse('stock:receive')}?{urlencode({'code': code})}")
    return redirect("stock:product", product)
