"""Products: added and corrected."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.actions.lots import block_as_elsewhere, block_elsewhere_too
from wheal.clinic.stock.models import Product
from wheal.clinic.stock.models.products import LABEL
from wheal.clinic.stock.refusals import StockRefused
from wheal.clinic.vault import current

Also = tuple[str, str, str]
"""Another substance of the product: its id, its strength as a decimal, the unit of it."""

CODES = ("gtin", "national_code")
OF_THE_CONTENT = ("substance", "strength", "strength_unit", "also", "container_kind", "container_ml")


@dataclass(frozen=True, slots=True)
class NewProduct:
    name: str
    substance: str
    strength: Decimal
    strength_unit: str
    container_kind: str
    container_ml: Decimal
    gtin: str = ""
    maker: str = ""
    also: tuple[Also, ...] = ()
    per_box: int = 1
    national_code: str = ""
    coldest_c: Decimal | None = None
    warmest_c: Decimal | None = None
    label: str = ""
    low_at: int | None = None
    vehicle: str = ""

    def columns(self) -> dict[str, object]:
        return {**asdict(self), "also": [list(one) for one in self.also]}


@transaction.atomic
def add_product(*, clinic: Clinic, product: NewProduct, by: User) -> Product:
    made = Product.objects.create(clinic=clinic, **product.columns())
    detail = {"substance": product.substance, "strength": f"{product.strength} {product.strength_unit}"}
    audit.record(
        by=by, what="stock.product_added", subject=made, clinic=clinic, detail=detail,
        fixes=[Rows(Product, "pk", made.pk)],
    )  # fmt: skip
    return made


@transaction.atomic
def correct_product(*, product: Product, to: NewProduct, by: User) -> Product:
    """Everything may be corrected until a lot was received; from then on what is in a container stays."""
    product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    changed = {name: value for name, value in to.columns().items() if getattr(product, name) != value}
    if set(changed) & set(OF_THE_CONTENT) and product.lots.exists():
        raise StockRefused("has_lots")
    for name, value in changed.items():
        setattr(product, name, value)
    product.save(update_fields=[*changed, "changed_at"])
    if set(changed) & set(CODES):  # only now can be told which lots elsewhere are the same
        for lot in product.lots.select_related("product__clinic"):
            block_elsewhere_too(lot, by)
            block_as_elsewhere(lot, by)
    audit.record(
        by=by,
        what="stock.product_corrected",
        subject=product,
        clinic=product.clinic,
        detail={"changed": sorted(changed)},
        fixes=[Rows(Product, "pk", product.pk)],
    )
    return product


def keep_label(*, product: Product, pdf: bytes, by: User) -> None:
    """The leaflet as a file, in place of the one before."""
    vault, before = current(), product.label_file
    with vault.all_or_none() as put, transaction.atomic():
        kept = put([pdf], about=LABEL)
        product.label_file, product.label_size, product.label_sha256 = kept.name, kept.size, kept.sha256
        product.save(update_fields=["label_file", "label_size", "label_sha256"])
        detail = {"sha256": kept.sha256}
        audit.record(by=by, what="stock.label_kept", subject=product, clinic=product.clinic, detail=detail)
        if before:
            transaction.on_commit(partial(vault.remove, before))
