"""Deliveries: scanned one box after another, received in one go, corrected line by line; and who brings them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal import knowledge
from wheal.clinic.headers import with_camera
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions, arriving
from wheal.clinic.stock.forms_papers import DeliveryForm, LineForm, ReplacingForm, SupplierForm
from wheal.clinic.stock.models import Delivery, DeliveryLine, Product, Supplier
from wheal.clinic.stock.scanned import ScanForm

AT_ONCE = 30


def _deliveries(request: HttpRequest):
    seen = Delivery.objects.visible_to(request.user).filter(clinic=request.clinic)
    return seen.select_related("supplier", "received_by", "begun_by", "clinic")


def currency_of(request: HttpRequest) -> str:
    return knowledge.current().jurisdictions[request.clinic.jurisdiction].currency


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def deliveries(request: HttpRequest) -> HttpResponse:
    rows = Paginator(_deliveries(request).prefetch_related("lines"), AT_ONCE).get_page(
        request.GET.get("page")
    )
    page = {"rows": rows, "section": "deliveries", "may_write": may(request, Permission.STOCK_WRITE)}
    return render(request, "stock/deliveries.html", page)


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def delivery_new(request: HttpRequest) -> HttpResponse:
    form = DeliveryForm(
        request.POST or None, clinic=request.clinic, filled={"arrived_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        made = actions.begin_delivery(clinic=request.clinic, by=request.user, **form.cleaned_data)
        return redirect("stock:delivery", made.pk)
    page = {"form": form, "section": "deliveries"}
    return render(request, "stock/delivery_new.html", page, status=422 if form.errors else 200)


@with_camera
@permission_required(Permission.STOCK_SEE)
@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    return delivery_page(request, get_object_or_404(_deliveries(request), pk=pk))


def delivery_page(
    request: HttpRequest, seen: Delivery, *, refused: str = "", status: int = 200, **forms: Form
) -> HttpResponse:
    lines = seen.lines.select_related("product", "movement__lot", "replaced_by", "replaces")
    rows = [
        {"line": line, "form": forms.pop(f"line{line.pk}", None) or _form_of(line, seen)}
        for line in lines.order_by("pk")
    ]
    today = seen.clinic.day_of()
    for row in rows:
        row["state"] = _state(row["line"], today)
    page = {
        "delivery": seen,
        "refused": refused,
        "rows": rows,
        "total": sum(row["line"].containers for row in rows if not hasattr(row["line"], "replaced_by")),
        "scan": ScanForm(clinic=seen.clinic),
        "line_form": LineForm(clinic=seen.clinic, filled={"containers": 1}),
        "head_form": DeliveryForm(
            clinic=seen.clinic,
            filled={name: getattr(seen, name) for name in ("supplier", "document", "arrived_on")},
        ),
        "has_products": Product.objects.filter(clinic=seen.clinic, retired_at=None).exists(),
        "currency": currency_of(request),
        "section": "deliveries",
        "may_write": may(request, Permission.STOCK_WRITE),
        **forms,
    }
    return render(request, "stock/delivery.html", page, status=status)


def _state(line: DeliveryLine, today: date) -> str:
    """Of its lot as it is now; of a box that was only scanned, whether it has expired."""
    if line.movement is not None:
        return line.movement.lot.state(today)
    return "expired" if line.expires < today else ""


def _form_of(line: DeliveryLine, seen: Delivery) -> Form:
    filled = {name: getattr(line, name) for name in ("product", "number", "expires", "containers", "price")}
    kind = ReplacingForm if seen.received_at else LineForm
    return kind(clinic=seen.clinic, filled=filled, prefix=f"line{line.pk}")


def _changed(
    request: HttpRequest,
    pk: int,
    change: Callable[[Delivery], object],
    name: str = "",
    form: Form | None = None,
) -> HttpResponse:
    """Change it and show it again, or show it with what stands against the change."""
    seen = get_object_or_404(_deliveries(request), pk=pk)
    if form is not None and not form.is_valid():
        return delivery_page(request, seen, status=422, **{name: form})
    try:
        change(seen)
    except actions.StockRefused as refused:
        if form is None:
            messages.error(request, refused.words)
            return redirect("stock:delivery", pk)
        return delivery_page(request, seen, status=422, refused=refused.words, **{name: form})
    return redirect("stock:delivery", pk)


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_POST
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """A box: another line at once; where the code lacks lot or expiry, what it says is filled in to be completed."""
    seen = get_object_or_404(_deliveries(request), pk=pk)
    form = ScanForm(request.POST, clinic=seen.clinic)
    if not form.is_valid():
        return delivery_page(request, seen, status=422, scan=form)
    product = Product.objects.get(pk=form.filled["product"])
    said = {**form.filled, "containers": product.per_box}
    if not said["number"] or not said["expires"]:
        form.add_error("code", _("The code does not say everything. Complete the line below."))
        typed = LineForm(clinic=seen.clinic, filled=said)
        return delivery_page(request, seen, status=422, scan=form, line_form=typed)
    new = actions.NewLine(product, said["number"], said["expires"], product.per_box)
    return _changed(request, pk, lambda it: _add(request, it, new, form.serial), "scan", form)


def _add(request: HttpRequest, it: Delivery, new: actions.NewLine, serial: str | None = None) -> None:
    actions.scan_line(delivery=it, new=new, serial=serial, by=request.user)
    for words in arriving.scanned(new.product, new.number, new.expires, it.clinic.day_of()):
        messages.error(request, words)


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_POST
def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    form = LineForm(request.POST, clinic=request.clinic)
    return _changed(request, pk, lambda it: _add(request, it, form.as_line()), "line_form", form)


def _line(request: HttpRequest, pk: int) -> DeliveryLine:
    lines = DeliveryLine.objects.filter(delivery__in=_deliveries(request))
    return get_object_or_404(lines.select_related("delivery"), pk=pk)


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_POST
def change_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrected while the delivery is a draft, replaced once it was received."""
    line = _line(request, pk)
    kind, name = (ReplacingForm if line.movement_id else LineForm), f"line{pk}"
    form = kind(request.POST, clinic=request.clinic, prefix=name)

    def change(_delivery: Delivery) -> None:
        if line.movement_id:
            reason = form.cleaned_data["reason"]
            actions.replace_line(line=line, new=form.as_line(), reason=reason, by=request.user)
        else:
            actions.change_line(line=line, new=form.as_line(), by=request.user)

    return _changed(request, line.delivery_id, change, name, form)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def remove_line(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    return _changed(request, line.delivery_id, lambda _it: actions.remove_line(line=line, by=request.user))


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    form = DeliveryForm(request.POST, clinic=request.clinic, filled={})
    return _changed(
        request,
        pk,
        lambda it: actions.correct_delivery(delivery=it, by=request.user, **form.cleaned_data),
        "head_form",
        form,
    )


@permission_required(Permission.STOCK_WRITE)
@require_POST
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    def done(it: Delivery) -> None:
        actions.receive_delivery(delivery=it, by=request.user)
        lines = it.lines.count()
        words = ngettext("Received: %(number)s line.", "Received: %(number)s lines.", lines)
        messages.success(request, words % {"number": lines})
        moved = it.lines.select_related("movement__lot")
        for warning in arriving.received(line.movement.lot for line in moved):
            messages.error(request, warning)

    return _changed(request, pk, done)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_deliveries(request), pk=pk)
    try:
        actions.discard_delivery(delivery=seen, by=request.user)
    except actions.StockRefused as refused:
        messages.error(request, refused.words)
        return redirect("stock:delivery", pk)
    messages.success(request, _("Discarded: nothing of it was received."))
    return redirect("stock:deliveries")


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def suppliers(request: HttpRequest) -> HttpResponse:
    """All of them; a new one, or the one that the address names corrected."""
    held = Supplier.objects.filter(clinic=request.clinic)
    asked = request.GET.get("edit", "")
    chosen = get_object_or_404(held, pk=asked) if asked.isdecimal() and len(asked) < 19 else None
    filled = {"name": chosen.name, "contact": chosen.contact} if chosen else None
    form = SupplierForm(request.POST or None, initial=filled)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_supplier(
                clinic=request.clinic, supplier=chosen, by=request.user, **form.cleaned_data
            )
        except actions.StockRefused as refused:
            form.add_error("name", refused.words)
        else:
            messages.success(request, _("Saved."))
            return redirect("stock:suppliers")
    page = {"rows": held.filter(retired_at=None), "form": form, "chosen": chosen, "section": "deliveries"}
    return render(request, "stock/suppliers.html", page, status=422 if form.errors else 200)
