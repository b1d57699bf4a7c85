"""Pages about products: what is on the shelf of each, what it is, what ought to be done."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wheal import knowledge
from wheal.clinic import vault
from wheal.clinic.headers import with_camera
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions, arriving, overview, telling
from wheal.clinic.stock.forms import ProductForm, ReceiptForm
from wheal.clinic.stock.models import Lot, Product
from wheal.clinic.stock.models.products import LABEL
from wheal.clinic.stock.scanned import ScanForm

FILTERS = {
    "all": gettext_lazy("All"),
    "usable": gettext_lazy("Usable"),
    "low": gettext_lazy("To be ordered"),
    "soon": gettext_lazy("Expires soon"),
    "unusable": gettext_lazy("Not usable, or none left"),
}


@permission_required(Permission.STOCK_SEE)
@require_safe
@from_standby
def stock(request: HttpRequest) -> HttpResponse:
    today, asked = timezone.localdate(), request.GET.get("q", "")[:80]
    shown = request.GET.get("shown", "all")
    everything = overview.rows(request.clinic, today)
    to_do = overview.to_do(request.clinic, everything, timezone.now(), today)
    page = {
        "rows": overview.narrowed(everything, asked, shown),
        "empty": not everything,
        "to_do": to_do,
        "wrong": [telling.sentence(*each) for each in telling.told(to_do.wrong)],
        "asked": asked,
        "shown": shown,
        "filters": FILTERS,
        "section": "shelf",
        "may_write": may(request, Permission.STOCK_WRITE),
    }
    return render(request, "stock/list.html", page)


def product_of(request: HttpRequest, pk: int) -> Product:
    seen = Product.objects.visible_to(request.user).filter(clinic=request.clinic)
    return get_object_or_404(seen.select_related("clinic"), pk=pk)


@permission_required(Permission.STOCK_SEE)
@require_safe
def product(request: HttpRequest, pk: int) -> HttpResponse:
    seen, today = product_of(request, pk), timezone.localdate()
    lots = overview.with_open(Lot.objects.filter(product=seen).select_related("product", "place"))
    found = [overview.LotRow(lot, lot.state(today)) for lot in lots]
    held = [row for row in found if row.lot.unopened or row.lot.open_now]
    page = {
        "product": seen,
        "row": overview.ProductRow(seen, held),
        "used_up": [row for row in found if row not in held],
        "price": overview.price_per_ml(seen),
        "currency": knowledge.current().jurisdictions[request.clinic.jurisdiction].currency,
        "section": "shelf",
        "may_write": may(request, Permission.STOCK_WRITE),
    }
    return render(request, "stock/product.html", page)


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def product_new(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = actions.add_product(clinic=request.clinic, product=form.as_product(), by=request.user)
        _keep_label(request, form, made)
        messages.success(request, _("%(name)s can now be received.") % {"name": made.name})
        return redirect(f"{reverse('stock:receive')}?product={made.pk}")
    page = {"form": form, "section": "shelf"}
    return render(request, "stock/product_new.html", page, status=422 if form.errors else 200)


def _keep_label(request: HttpRequest, form: ProductForm, kept: Product) -> None:
    if sent := form.cleaned_data["label_file"]:
        sent.seek(0)
        actions.keep_label(product=kept, pdf=sent.read(), by=request.user)


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def product_edit(request: HttpRequest, pk: int) -> HttpResponse:
    seen = product_of(request, pk)
    form = ProductForm(request.POST or None, request.FILES or None, product=seen)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_product(product=seen, to=form.as_product(), by=request.user)
        except actions.StockRefused as refused:
            form.add_error("strength", refused.words)
        else:
            seen.refresh_from_db()
            _keep_label(request, form, seen)
            messages.success(request, _("Saved."))
            return redirect("stock:product", pk)
    page = {"form": form, "product": seen, "section": "shelf"}
    return render(request, "stock/product_new.html", page, status=422 if form.errors else 200)


@permission_required(Permission.STOCK_SEE)
@require_safe
def label_file(request: HttpRequest, pk: int) -> FileResponse:
    """The leaflet that somebody kept with the product."""
    seen = product_of(request, pk)
    if not seen.label_file:
        raise Http404
    pieces = vault.current().pieces(seen.label_file, about=LABEL)
    answer = FileResponse(pieces, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="leaflet-{pk}.pdf"'
    return answer


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """One lot, without a delivery."""
    scan = ScanForm(request.GET if "code" in request.GET else None, clinic=request.clinic)
    filled = scan.filled if scan.is_valid() else {"product": request.GET.get("product")}
    form = ReceiptForm(request.POST or None, clinic=request.clinic, filled=filled)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            lot = actions.receive(
                product=kept["product"],
                number=kept["number"],
                expires=kept["expires"],
                containers=kept["containers"],
                by=request.user,
            )
        except actions.StockRefused as refusal:
            form.add_error("expires", refusal.words)
        else:
            messages.success(request, _("Lot %(number)s received.") % {"number": lot.number})
            for warning in arriving.received([lot]):
                messages.error(request, warning)
            return redirect("stock:lot", lot.pk)
    page = {
        "form": form,
        "scan": scan,
        "has_products": form.fields["product"].queryset.exists(),
        "section": "deliveries",
    }
    return render(request, "stock/receive.html", page, status=422 if form.errors or scan.errors else 200)
