"""Pages about what lies on the shelf: what may be used, what may not, and why."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic.headers import with_camera
from wheal.clinic.people.permissions import Permission, may, permission_required
from wheal.clinic.stock import actions
from wheal.clinic.stock.forms import BlockForm, FreeForm, ProductForm, ReceiptForm
from wheal.clinic.stock.models import Container, Lot, Product
from wheal.clinic.stock.scanned import ScanForm

USABLE = {"usable", "ends_soon"}


def _lots(request: HttpRequest):
    return Lot.objects.visible_to(request.user).filter(product__clinic=request.clinic)


@permission_required(Permission.STOCK_SEE)
@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    opened = Count("containers", filter=Q(containers__emptied_at=None))
    lots = defaultdict(list)
    for lot in _lots(request).annotate(open_now=opened).order_by("expires", "number"):
        lots[lot.product_id].append({"lot": lot, "state": lot.state(today)})
    products = Product.objects.filter(clinic=request.clinic).order_by("name", "pk")
    rows = [_product_row(product, lots[product.pk]) for product in products]
    page = {"rows": rows, "may_write": may(request, Permission.STOCK_WRITE)}
    return render(request, "stock/list.html", page)


def _product_row(product: Product, lots: list[dict[str, object]]) -> dict[str, object]:
    states = Counter(row["state"] for row in lots)
    return {
        "product": product,
        "lots": [row for row in lots if row["state"] in USABLE],
        "unusable": [row for row in lots if row["state"] not in USABLE],
        "usable_count": states["usable"] + states["ends_soon"],
    }


@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def product_new(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        product = actions.add_product(clinic=request.clinic, product=form.as_product(), by=request.user)
        messages.success(request, _("%(name)s can now be received.") % {"name": product.name})
        return redirect(f"{reverse('stock:receive')}?product={product.pk}")
    return render(request, "stock/product_new.html", {"form": form}, status=422 if form.errors else 200)


@with_camera
@permission_required(Permission.STOCK_WRITE)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
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
            return redirect("stock:lot", lot.pk)
    page = {"form": form, "scan": scan, "has_products": form.fields["product"].queryset.exists()}
    return render(request, "stock/receive.html", page, status=422 if form.errors or scan.errors else 200)


@permission_required(Permission.STOCK_SEE)
@require_safe
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_with_people(request), pk=pk)
    return _lot_page(request, seen)


def _with_people(request: HttpRequest):
    return _lots(request).select_related("product__clinic", "quarantined_by", "recalled_by", "received_by")


def _lot_page(
    request: HttpRequest, seen: Lot, *, block: object = None, free: object = None, status: int = 200
) -> HttpResponse:
    containers = list(seen.containers.select_related("opened_by"))
    page = {
        "lot": seen,
        "state": seen.state(timezone.localdate()),
        "containers": containers,
        "unopened": seen.unopened,
        "block_form": block or BlockForm(),
        "free_form": free or FreeForm(),
        "may_write": may(request, Permission.STOCK_WRITE),
        "may_block": may(request, Permission.LOT_BLOCK),
    }
    return render(request, "stock/lot.html", page, status=status)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def open_container(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_lots(request), pk=pk)
    try:
        actions.open_container(lot=seen, by=request.user)
    except actions.StockRefused as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, _("Opened now: its clock runs."))
    return redirect("stock:lot", seen.pk)


@permission_required(Permission.STOCK_WRITE)
@require_POST
def empty_container(request: HttpRequest, pk: int) -> HttpResponse:
    container = get_object_or_404(Container.objects.filter(lot__in=_lots(request)), pk=pk)
    actions.empty_container(container=container, by=request.user)
    return redirect("stock:lot", container.lot_id)


@permission_required(Permission.LOT_BLOCK)
@require_POST
def block(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_with_people(request), pk=pk)
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _lot_page(request, seen, block=form, status=422)
    change = {"quarantine": actions.quarantine, "recall": actions.recall}[form.cleaned_data["how"]]
    change(lot=seen, reason=form.cleaned_data["reason"], by=request.user)
    messages.warning(request, _("Blocked: nothing of this lot can be signed."))
    return redirect("stock:lot", seen.pk)


@permission_required(Permission.LOT_BLOCK)
@require_POST
def free(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_with_people(request), pk=pk)
    form = FreeForm(request.POST)
    if not form.is_valid():
        return _lot_page(request, seen, free=form, status=422)
    actions.free(lot=seen, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("Freed: this lot may be used again."))
    return redirect("stock:lot", seen.pk)
