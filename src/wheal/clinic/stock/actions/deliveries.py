"""Deliveries: scanned line by line, received in one go, corrected line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.actions.lots import never_came, take_in
from wheal.clinic.stock.actions.moving import held, rows
from wheal.clinic.stock.models import Delivery, DeliveryLine, Lot, Movement, Product, Supplier, numbered
from wheal.clinic.stock.refusals import StockRefused


@dataclass(frozen=True, slots=True)
class NewLine:
    """What one line says. `price` is that of one container."""

    product: Product
    number: str
    expires: date
    containers: int
    price: Decimal | None = None


@transaction.atomic
def keep_supplier(
    *, clinic: Clinic, name: str, contact: str, by: User, supplier: Supplier | None = None
) -> Supplier:
    """A new one, or `supplier` corrected. Raises StockRefused where another has this name."""
    name = name.strip()
    same = Supplier.objects.filter(clinic=clinic, name__iexact=name)
    if same.exclude(pk=supplier and supplier.pk).exists():
        raise StockRefused("named_already")
    kept = supplier or Supplier(clinic=clinic)
    kept.name, kept.contact = name, contact.strip()
    kept.save()
    audit.record(by=by, what="stock.supplier_kept", subject=kept, clinic=clinic)
    return kept


@transaction.atomic
def begin_delivery(
    *, clinic: Clinic, supplier: Supplier | None, document: str, arrived_on: date, by: User
) -> Delivery:
    made = Delivery.objects.create(
        clinic=clinic, supplier=supplier, document=document.strip(), arrived_on=arrived_on, begun_by=by
    )
    _note(made, "delivery_begun", by)
    return made


@transaction.atomic
def correct_delivery(
    *, delivery: Delivery, supplier: Supplier | None, document: str, arrived_on: date, by: User
) -> None:
    """Whom it came from and on which document: also after it was received."""
    delivery = _locked(delivery)
    delivery.supplier, delivery.document, delivery.arrived_on = supplier, document.strip(), arrived_on
    delivery.save(update_fields=["supplier", "document", "arrived_on"])
    _note(delivery, "delivery_corrected", by)


@transaction.atomic
def scan_line(*, delivery: Delivery, new: NewLine, by: User, serial: str | None = None) -> DeliveryLine:
    """One box: another line, or more of the lot that was scanned before.

    Raises StockRefused where the lot has another expiry date here, or this very box was scanned already.
    """
    delivery = _draft(delivery)
    _refuse_number_below_one(new.containers)
    if serial and _was_scanned(new.product, serial):
        raise StockRefused("box_scanned_already", serial=serial)
    _refuse_other_expiry(new)
    line = delivery.lines.filter(numbered(new.number), product=new.product).first()
    if line is not None and line.expires != new.expires:
        raise StockRefused("expiry_differs")
    line = line or DeliveryLine(
        delivery=delivery,
        product=new.product,
        number=new.number,
        expires=new.expires,
        containers=0,
        price=new.price,
    )
    line.containers += new.containers
    line.serials = [*line.serials, *([serial] if serial else [])]
    line.save()
    _note(delivery, "delivery_scanned", by, line=line.pk, containers=new.containers)
    return line


def _was_scanned(product: Product, serial: str) -> bool:
    """In any delivery of the clinic: no two boxes of a product bear one serial number. What was replaced does not
    count."""
    lines = DeliveryLine.objects.filter(product=product, replaced_by=None).exclude(serials=[])
    return any(serial in said for said in lines.values_list("serials", flat=True))


def _refuse_number_below_one(containers: int) -> None:
    if containers < 1:
        raise StockRefused("none_given")


def _refuse_other_expiry(new: NewLine) -> None:
    here = Lot.objects.all().of(new.product, new.number)
    if here is not None and here.expires != new.expires:
        raise StockRefused("expiry_differs")


@transaction.atomic
def change_line(*, line: DeliveryLine, new: NewLine, by: User) -> None:
    """While the delivery is a draft."""
    delivery = _draft(line.delivery)
    _refuse_number_below_one(new.containers)
    _refuse_other_expiry(new)
    line = delivery.lines.get(pk=line.pk)
    line.number, line.expires, line.containers, line.price = (
        new.number,
        new.expires,
        new.containers,
        new.price,
    )
    line.save(update_fields=["number", "expires", "containers", "price"])
    _note(delivery, "delivery_line_changed", by, line=line.pk)


@transaction.atomic
def remove_line(*, line: DeliveryLine, by: User) -> None:
    """While the delivery is a draft. Said twice, once counts."""
    delivery = _draft(line.delivery)
    if delivery.lines.filter(pk=line.pk).delete()[0]:
        _note(delivery, "delivery_line_removed", by, line=line.pk)


@transaction.atomic
def discard_delivery(*, delivery: Delivery, by: User) -> None:
    """A draft that was begun by mistake; nothing of it was received."""
    delivery = _draft(delivery)
    delivery.lines.all().delete()
    _note(delivery, "delivery_discarded", by)
    delivery.delete()


@transaction.atomic
def receive_delivery(*, delivery: Delivery, by: User) -> Delivery:
    """All of it or nothing. Raises StockRefused; said twice, once counts."""
    delivery = _locked(delivery)
    if delivery.received_at is not None:
        return delivery
    lines = list(delivery.lines.select_related("product__clinic"))
    if not lines:
        raise StockRefused("nothing_in_it")
    for line in lines:
        line.movement = take_in(line.product, line.number, line.expires, line.containers, by)
        line.save(update_fields=["movement"])
    delivery.received_at, delivery.received_by = timezone.now(), by
    delivery.save(update_fields=["received_at", "received_by"])
    _note(delivery, "delivery_received", by, fixed=[line.pk for line in lines])
    return delivery


@transaction.atomic
def replace_line(*, line: DeliveryLine, new: NewLine, reason: str, by: User) -> DeliveryLine | None:
    """What was received is taken back and received as it should have been; none at all where `containers` is 0.

    Raises StockRefused where some of it was used since, so that no more can be taken back than is there.
    """
    delivery = _locked(line.delivery)
    line = DeliveryLine.objects.select_related("movement__lot", "product__clinic").get(pk=line.pk)
    if line.movement is None:
        raise StockRefused("not_received_yet")
    if not reason.strip():
        raise StockRefused("reason_missing")
    if DeliveryLine.objects.filter(replaces=line).exists():
        raise StockRefused("replaced_already")
    _take_back(line.movement, reason, by)
    moved = take_in(new.product, new.number, new.expires, new.containers, by) if new.containers else None
    made = DeliveryLine.objects.create(
        delivery=delivery, product=new.product, number=new.number, expires=new.expires, price=new.price,
        containers=new.containers, movement=moved, replaces=line, reason=reason.strip(),
    )  # fmt: skip
    _note(delivery, "delivery_line_replaced", by, fixed=[made.pk] if moved else [], line=line.pk)
    return made


def _take_back(movement: Movement, reason: str, by: User) -> None:
    lot = held(movement.lot)
    back = never_came(lot, movement, reason, by)
    detail = {"number": lot.number, "containers": movement.volume_ul // lot.product.container_ul}
    audit.record(
        by=by,
        what="stock.receipt_taken_back",
        subject=lot,
        clinic=lot.product.clinic,
        detail=detail,
        fixes=rows(back),
    )


def _locked(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=delivery.pk)


def _draft(delivery: Delivery) -> Delivery:
    """Raises StockRefused once it was received."""
    delivery = _locked(delivery)
    if delivery.received_at is not None:
        raise StockRefused("draft_only")
    return delivery


def _note(delivery: Delivery, what: str, by: User, fixed: list[int] | None = None, **detail: object) -> None:
    fixes = [DeliveryLine.objects.filter(pk__in=fixed)] if fixed else []
    audit.record(
        by=by, what=f"stock.{what}", subject=delivery, clinic=delivery.clinic, detail=detail, fixes=fixes
    )
