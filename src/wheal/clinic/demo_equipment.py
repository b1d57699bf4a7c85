"""The rooms, injectors, taps and disinfectants of the demo's clinics."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from wheal.clinic.equipment import actions
from wheal.clinic.equipment.models import Kind, Thing
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session

YEAR: Final = timedelta(days=365)
THINGS: Final = {
    "en": (
        (Kind.ROOM, "1", ""), (Kind.ROOM, "2", ""), (Kind.NEEDLE, "Needles 30 G 13 mm (fictional)", "DEMO-N30"),
        (Kind.DISINFECTANT, "Chlorhexidine in alcohol 2 % (fictional)", "DEMO-CHX"),
        (Kind.WATER_POINT, "Tap of the treatment rooms", ""), (Kind.DEVICE, "Injector A (fictional)", "DEMO-0001"),
        (Kind.DEVICE, "Injector B (fictional)", "DEMO-0003"),
    ),
    "fr": (
        (Kind.ROOM, "1", ""), (Kind.ROOM, "2", ""),
        (Kind.NEEDLE, "Aiguilles 30 G 4 mm (fictives)", "DEMO-A30"),
        (Kind.DISINFECTANT, "Chlorhexidine alcoolique 2 % (fictive)", "DEMO-CHX"),
        (Kind.WATER_POINT, "Robinet des salles de soins", ""), (Kind.DEVICE, "Injecteur A (fictif)", "DEMO-0002"),
        (Kind.DEVICE, "Injecteur B (fictif)", "DEMO-0004"),
    ),
}  # fmt: skip
BROKEN: Final = {
    "en": "Leaks at the valve: sent to its maker.",
    "fr": "Fuite à la valve : envoyé au fabricant.",
}
WATER: Final = {
    "en": "Invented report of the laboratory: nothing grew.",
    "fr": "Rapport inventé du laboratoire : aucun germe.",
}


def equip(clinic: Clinic, *, by: User) -> None:
    """One injector is blocked, so that a visitor meets one that cannot be chosen."""
    last = timezone.localdate() + YEAR
    for kind, name, number in THINGS[clinic.language]:
        expires = last if kind in (Kind.NEEDLE, Kind.DISINFECTANT) else None
        actions.add_thing(clinic=clinic, thing=actions.NewThing(kind, name, number, "", expires), by=by)
    injector, spare = clinic.things.filter(kind=Kind.DEVICE).order_by("pk")
    tap = clinic.things.get(kind=Kind.WATER_POINT)
    for device in (injector, spare):
        actions.clean(
            thing=device, by=by, water_point=tap, disinfectant=clinic.things.get(kind=Kind.DISINFECTANT)
        )
    actions.record_test(
        thing=tap, passed=True, note=WATER[clinic.language], next_due=timezone.localdate() + YEAR, by=by
    )
    actions.block(thing=injector, reason=BROKEN[clinic.language], by=by)


PROTOCOLS: Final = {
    "en": ("Chin, 40 points (fictional)", "deoxycholic_acid", "10", "8"),
    "fr": ("Joues, 60 points (fictif)", "hyaluronic_acid_non_crosslinked", "15", "1.2"),
}


def write_protocols(clinic: Clinic, *, by: User) -> None:
    name, substance, strength, volume = PROTOCOLS[clinic.language]
    line = treatments.NewLine(substance, Decimal(strength), "mg/mL", Decimal(volume))
    treatments.write_protocol(clinic=clinic, name=name, lines=[line], by=by)


def name_what_served(session: Session, *, by: User) -> None:
    """Its room, the needles and the disinfectant."""
    kept = Thing.objects.filter(clinic=session.clinic).usable(timezone.localdate())
    rooms = kept.filter(kind=Kind.ROOM, name=session.room) or kept.filter(kind=Kind.ROOM)[:1]
    for thing in (*rooms, *kept.filter(kind__in=(Kind.NEEDLE, Kind.DISINFECTANT))):
        treatments.name_thing(session=session, thing=thing, by=by)
