"""What a suspect is called, where its page is, and what can be done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from wheal.clinic.equipment.models import Kind, Thing
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.safety.whom import NEEDLE
from wheal.clinic.stock.models import Container, Lot, Product
from wheal.clinic.treatments.models import Protocol
from wheal.surveillance import Exposure

LOTS = ("lot", "diluent")
THINGS = ("device", "water_point", "disinfectant", "room")


@dataclass(frozen=True, slots=True)
class Named:
    """`lot` or `thing`: what can be set aside or stopped. `url`: who met it."""

    kind: str
    name: str
    label: str
    url: str = ""
    lot: Lot | None = None
    thing: Thing | None = None

    @property
    def is_lot(self) -> bool:
        """Of the stock: called back as a lot."""
        return self.kind in LOTS and not self.name.startswith(f"{NEEDLE}-")

    @property
    def is_blocked(self) -> bool:
        return self.lot.is_blocked if self.lot else bool(self.thing and self.thing.blocked_at)


def names(exposures: Iterable[Exposure], clinic: Clinic) -> dict[Exposure, Named]:
    """A read for each kind that occurs, whatever the number."""
    asked: dict[str, set[Exposure]] = defaultdict(set)
    for exposure in exposures:
        asked[_table(exposure)].add(exposure)
    found: dict[Exposure, Named] = {}
    for table, held in asked.items():
        found |= _READ[table](held)
    return {
        exposure: found.get(exposure, Named(*exposure, label=clinic.name if exposure[0] == "clinic" else "—"))
        for held in asked.values()
        for exposure in held
    }


def is_thing(exposure: Exposure) -> bool:
    kind, name = exposure
    return kind in THINGS or name.startswith(f"{NEEDLE}-")


def _table(exposure: Exposure) -> str:
    kind, _name = exposure
    if is_thing(exposure):
        return "thing"
    return "lot" if kind in LOTS else kind


def id_of(exposure: Exposure) -> int:
    return int(exposure[1].rpartition("-")[2])


def _lots(held: Iterable[Exposure]) -> Mapping[Exposure, Named]:
    rows = Lot.objects.filter(pk__in=[id_of(one) for one in held]).select_related("product").in_bulk()
    return {
        one: Named(*one, f"{lot.product.name} · {lot.number}", reverse("safety:lot", args=[lot.pk]), lot=lot)
        for one in held
        if (lot := rows.get(id_of(one)))
    }


def _containers(held: Iterable[Exposure]) -> Mapping[Exposure, Named]:
    """By its lot and when it was opened; what is left of it is blocked with its lot."""
    rows = (
        Container.objects.filter(pk__in=[id_of(one) for one in held]).select_related("lot__product").in_bulk()
    )
    return {
        one: Named(*one, _opened(vial), reverse("safety:lot", args=[vial.lot_id]), lot=vial.lot)
        for one in held
        if (vial := rows.get(id_of(one)))
    }


def _opened(vial: Container) -> str:
    when = formats.date_format(timezone.localtime(vial.opened_at), "SHORT_DATETIME_FORMAT")
    return _("%(lot)s, opened %(when)s") % {
        "lot": f"{vial.lot.product.name} · {vial.lot.number}",
        "when": when,
    }


def _things(held: Iterable[Exposure]) -> Mapping[Exposure, Named]:
    rows = Thing.objects.in_bulk([id_of(one) for one in held])
    return {
        one: Named(*one, _called(thing), reverse("safety:thing", args=[thing.pk]), thing=thing)
        for one in held
        if (thing := rows.get(id_of(one)))
    }


def _called(thing: Thing) -> str:
    """A room may be called no more than 1."""
    return f"{thing.get_kind_display()} {thing}" if thing.kind == Kind.ROOM else str(thing)


def _products(held: Iterable[Exposure]) -> Mapping[Exposure, Named]:
    rows = Product.objects.in_bulk([id_of(one) for one in held])
    return {
        one: Named(*one, str(product), reverse("safety:product", args=[product.pk]))
        for one in held
        if (product := rows.get(id_of(one)))
    }


def _protocols(held: Iterable[Exposure]) -> Mapping[Exposure, Named]:
    rows = Protocol.objects.in_bulk([id_of(one) for one in held])
    return {one: Named(*one, str(rows[id_of(one)])) for one in held if id_of(one) in rows}


def _practitioners(held: Iterable[Exposure]) -> Mapping[Exposure, Named]:
    rows = User.objects.in_bulk([id_of(one) for one in held])
    return {
        one: Named(*one, person.shown_name, reverse("safety:practitioner", args=[person.pk]))
        for one in held
        if (person := rows.get(id_of(one)))
    }


_READ = {
    "lot": _lots,
    "thing": _things,
    "container": _containers,
    "product": _products,
    "mix": _protocols,
    "practitioner": _practitioners,
    "clinic": lambda held: {},
}
