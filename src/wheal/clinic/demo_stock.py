"""The stock of the demo: who brought it, where it lies, how warm it was there, what was counted, broken and ordered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from biip.checksums import gs1_standard_check_digit
from django.utils import timezone

from wheal.clinic import demo_cast as cast
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot, Place, Product, Supplier
from wheal.quantities import Quantity

YEAR: Final = timedelta(days=365)
SINCE_EXPIRED: Final = timedelta(days=130)  # the shelf was filled half a year ago
PRICES: Final = ("48.00", "3.20", "3.90", "1.80", "61.50", "17.00", "0.90", "22.40", "2.60", "5.10")
SUPPLIER: Final = {
    "en": ("Demo Wholesale (fictional)", "Recalls: Robin Example, +1 503 555 0188, day and night"),
    "fr": (
        "Grossiste de démonstration (fictif)",
        "Rappels de lots : Robin Exemple, 04 65 71 00 88, jour et nuit",
    ),
}
PLACES: Final = {
    "en": ("Refrigerator 1", "Cupboard of room 1"),
    "fr": ("Réfrigérateur 1", "Armoire de la salle 1"),
}
DOOR: Final = {
    "en": "The door had been left ajar for the cleaning; twenty minutes by the logger. The maker was asked and says "
    "that it may be used.",
    "fr": "La porte était restée entrouverte pendant le nettoyage ; vingt minutes selon l’enregistreur. Le fabricant, "
    "interrogé, dit que le produit peut être utilisé.",
}
DROPPED: Final = {
    "en": "One fell when the drawer was opened.",
    "fr": "Un flacon est tombé à l’ouverture du tiroir.",
}
NOT_FOUND: Final = {
    "en": "Not found anywhere; perhaps never delivered. The supplier was written to.",
    "fr": "Introuvable ; peut-être jamais livré. Le fournisseur a été contacté.",
}
COLD: Final = ("hyaluronidase",)


def shelf(clinic: Clinic, *, by: User) -> dict[str, Lot]:
    """A first delivery of everything; the usable lot of each substance. One has expired since, one was called back."""
    today = timezone.localdate()
    products = [_product(clinic, number, one, by) for number, one in enumerate(cast.SHELF, start=1)]
    places = _places(clinic, by)
    supplier = stock.keep_supplier(
        clinic=clinic, name=SUPPLIER[clinic.language][0], contact=SUPPLIER[clinic.language][1], by=by
    )
    delivery = stock.begin_delivery(
        clinic=clinic, supplier=supplier, document="DEMO-1001", arrived_on=today, by=by
    )
    for number, product in enumerate(products, start=1):
        code, price = f"{clinic.jurisdiction}{number:02}", Decimal(PRICES[number - 1])
        count = 60 if product.substance == cast.USED_MOST else 40
        lines = [stock.NewLine(product, f"{code}-A", today + YEAR, count, price)]
        if product.substance == cast.EXPIRED:
            lines.append(stock.NewLine(product, f"{code}-OLD", today + SINCE_EXPIRED, 3, price))
        if product.substance == cast.RECALLED:
            lines.append(stock.NewLine(product, f"{code}-BAD", today + YEAR, 5, price))
        for line in lines:
            stock.scan_line(delivery=delivery, new=line, by=by)
    stock.receive_delivery(delivery=delivery, by=by)
    lots = Lot.objects.filter(product__clinic=clinic).select_related("product__clinic")
    for lot in lots:
        stock.put(lot=lot, place=places[lot.product.substance not in COLD], by=by)
        if lot.number.endswith("-BAD"):
            stock.recall(lot=lot, reason=cast.RECALL_REASON[clinic.language], by=by)
    return {lot.product.substance: lot for lot in lots if lot.number.endswith("-A")}


def _product(clinic: Clinic, number: int, one: cast.Shelf, by: User) -> Product:
    strength = Quantity.parse(one.strength)
    digits = f"952000{number:06}"  # 952: for demonstrations of the GS1 system
    new = stock.NewProduct(
        name=one.name,
        substance=one.substance,
        strength=strength.value,
        strength_unit=str(strength.unit),
        container_kind=one.container_kind,
        container_ml=Decimal(one.container_ml),
        maker="Demo Laboratories (fictional)",
        gtin=f"{digits}{gs1_standard_check_digit(digits)}",
        per_box=5 if one.container_kind == "single_dose" else 1,
        low_at=45 if one.substance == "procaine" else 5,
    )
    return stock.add_product(clinic=clinic, product=new, by=by)


def _places(clinic: Clinic, by: User) -> list[Place]:
    """A refrigerator and a cupboard, with the bounds that this clinic has set itself."""
    cold, dry = PLACES[clinic.language]
    bounds = ((cold, Place.Kind.REFRIGERATOR, "2", "8"), (dry, Place.Kind.CUPBOARD, "15", "25"))
    return [
        stock.keep_place(
            clinic=clinic, name=name, kind=kind, coldest_c=Decimal(low), warmest_c=Decimal(high), by=by
        )
        for name, kind, low, high in bounds
    ]


def since(
    clinic: Clinic, at: Callable[[int, int], datetime], clock: Callable, *, by: User, physician: User
) -> None:
    """The last weeks: `at(days, hour)` is a moment of the clinic, `clock` sets what happens to it."""
    cold, dry = clinic.places.order_by("pk")
    for days, celsius in ((-33, "4.6"), (-30, "5.1"), (-27, "9.4"), (-26, "4.8"), (-9, "5.0"), (-2, "4.7")):
        with clock(at(days, 8)):
            stock.read_temperature(place=cold, celsius=Decimal(celsius), by=by)
            stock.read_temperature(place=dry, celsius=Decimal("21.5"), by=by)
        if celsius == "9.4":
            with clock(at(days, 15)):
                excursion = cold.excursions.get(settled_at=None)
                stock.settle_excursion(
                    excursion=excursion,
                    conclusion=DOOR[clinic.language],
                    to_free=excursion.lots.all(),
                    by=physician,
                )
    with clock(at(-12, 17)):
        _another_delivery(clinic, dry, by)
    with clock(at(-5, 18)):
        _counted(clinic, by)
    _begun_today(clinic, by)


def _another_delivery(clinic: Clinic, dry: Place, by: User) -> None:
    """A lot that ends soon, of which one vial broke."""
    product = clinic.products.get(substance="sodium_chloride_0_9")
    today, supplier = timezone.localdate(), Supplier.objects.get(clinic=clinic)
    delivery = stock.begin_delivery(
        clinic=clinic, supplier=supplier, document="DEMO-1047", arrived_on=today, by=by
    )
    soon = stock.NewLine(
        product, f"{clinic.jurisdiction}07-S", today + timedelta(days=33), 10, Decimal("0.85")
    )
    stock.scan_line(delivery=delivery, new=soon, by=by)
    stock.receive_delivery(delivery=delivery, by=by)
    lot = Lot.objects.select_related("product__clinic").get(product=product, number=soon.number)
    stock.put(lot=lot, place=dry, by=by)
    stock.waste(lot=lot, containers=1, reason="broken", note=DROPPED[clinic.language], by=by)


def _counted(clinic: Clinic, by: User) -> None:
    """Everything as in the books but for one container."""
    count = stock.begin_count(clinic=clinic, by=by)
    found = {}
    for line in count.lines.select_related("lot__product", "container"):
        is_short = line.lot.product.substance == "edta_disodium" and line.container is None
        missing = line.lot.product.container_ul if is_short else 0
        found[line.pk] = stock.Found(line.books_ul - missing, NOT_FOUND[clinic.language] if is_short else "")
    stock.save_count(count=count, found=found, by=by)
    stock.close_count(count=count, by=by)


def _begun_today(clinic: Clinic, by: User) -> None:
    """Two boxes are scanned, the third lies on the desk."""
    today, supplier = timezone.localdate(), Supplier.objects.get(clinic=clinic)
    delivery = stock.begin_delivery(
        clinic=clinic, supplier=supplier, document="DEMO-1093", arrived_on=today, by=by
    )
    for product in clinic.products.filter(substance__in=("procaine", "lidocaine")):
        line = stock.NewLine(
            product, f"{clinic.jurisdiction}N-{product.per_box}", today + YEAR, product.per_box
        )
        stock.scan_line(delivery=delivery, new=line, by=by)
