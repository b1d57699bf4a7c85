"""What changes stock: products, lots received, containers opened, lots blocked and freed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models import Container, Lot, Product


class StockRefused(Exception):
    """`reason`: a code that the page puts into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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


@transaction.atomic
def add_product(*, clinic: Clinic, product: NewProduct, by: User) -> Product:
    made = Product.objects.create(
        clinic=clinic,
        name=product.name,
        substance=product.substance,
        strength=product.strength,
        strength_unit=product.strength_unit,
        container_kind=product.container_kind,
        container_ml=product.container_ml,
        gtin=product.gtin,
        maker=product.maker,
    )
    detail = {"substance": product.substance, "strength": f"{product.strength} {product.strength_unit}"}
    audit.record(by=by, what="stock.product_added", subject=made, clinic=clinic, detail=detail)
    return made


@transaction.atomic
def receive(*, product: Product, number: str, expires: date, containers: int, by: User) -> Lot:
    """Containers of a lot arrive. The same number again adds to it, unless the expiry date differs."""
    lot = Lot.objects.filter(product=product, number=number).first()
    if lot and lot.expires != expires:
        raise StockRefused("expiry_differs")
    if lot is None:
        lot = Lot(product=product, number=number, expires=expires, received_by=by)
    lot.containers_received += containers
    lot.save()
    detail = {"containers": containers, "expires": expires.isoformat(), "number": number}
    audit.record(by=by, what="stock.lot_received", subject=lot, clinic=product.clinic, detail=detail)
    return lot


@transaction.atomic
def open_container(*, lot: Lot, by: User, at: datetime | None = None) -> Container:
    """The clock of the container starts. Refused for a lot that may not be used today."""
    lot = Lot.objects.select_for_update().select_related("product__clinic").get(pk=lot.pk)
    if lot.is_blocked:
        raise StockRefused("lot_blocked")
    if lot.expires < timezone.localdate():
        raise StockRefused("lot_expired")
    if at and at > timezone.now():
        raise StockRefused("not_opened_yet")
    container = Container.objects.create(lot=lot, opened_at=at or timezone.now(), opened_by=by)
    detail = {"lot": lot.pk, "opened_at": container.opened_at.isoformat()}
    audit.record(
        by=by, what="stock.container_opened", subject=container, clinic=lot.product.clinic, detail=detail
    )
    return container


@transaction.atomic
def empty_container(*, container: Container, by: User) -> None:
    """Used up or thrown away: no longer offered."""
    if container.emptied_at is None:
        container.emptied_at = timezone.now()
        container.save(update_fields=["emptied_at"])
        clinic = container.lot.product.clinic
        audit.record(by=by, what="stock.container_emptied", subject=container, clinic=clinic)


@transaction.atomic
def quarantine(*, lot: Lot, reason: str, by: User) -> None:
    """Set aside until somebody has looked: nothing of it may be signed."""
    _block(lot, "quarantined", reason, by)


@transaction.atomic
def recall(*, lot: Lot, reason: str, by: User) -> None:
    """The maker or an authority called it back: nothing of it may be signed."""
    _block(lot, "recalled", reason, by)


def _block(lot: Lot, how: str, reason: str, by: User) -> None:
    if not reason.strip():
        raise StockRefused("reason_missing")
    setattr(lot, f"{how}_at", timezone.now())
    setattr(lot, f"{how}_by", by)
    lot.block_reason = reason.strip()
    lot.save(update_fields=[f"{how}_at", f"{how}_by", "block_reason"])
    audit.record(
        by=by, what=f"stock.lot_{how}", subject=lot, clinic=lot.product.clinic, detail={"number": lot.number}
    )


@transaction.atomic
def free(*, lot: Lot, reason: str, by: User) -> None:
    """The block was unfounded or is settled. Why is kept where the reason of the block stood."""
    if not reason.strip():
        raise StockRefused("reason_missing")
    was = [how for how in ("quarantined", "recalled") if getattr(lot, f"{how}_at")]
    lot.quarantined_at = lot.quarantined_by = lot.recalled_at = lot.recalled_by = None
    lot.block_reason = reason.strip()
    lot.save(update_fields=["quarantined_at", "quarantined_by", "recalled_at", "recalled_by", "block_reason"])
    detail = {"number": lot.number, "was": was}
    audit.record(by=by, what="stock.lot_freed", subject=lot, clinic=lot.product.clinic, detail=detail)
