"""What was given before a reaction, as a report tells it: each product with its lots, doses and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Sum

from wheal.clinic.equipment.models import Kind, Thing
from wheal.clinic.patients.answers import given_codes
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.safety.reactions.places import day_of
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.models import Amendment, MixComponent, Pass, Session, ThingUsed
from wheal.knowledge import Knowledge
from wheal.quantities import Quantity, plain
from wheal.reports import Device, Dosage, Ingredient, Product
from wheal.reports.case import Action

THOUSANDTH = Decimal("0.001")
LAYERS = {
    "en": {"id": "intradermal", "sc": "subcutaneous", "epidermal": "cutaneous"},
    "fr": {"id": "intradermique", "sc": "sous-cutanée", "epidermal": "cutanée"},
}


COMMON_NAMES = {Kind.DEVICE: "Injection device", Kind.NEEDLE: "Needles or single-use set"}
"""In English: the only form that asks for them knows no other."""
AMENDED = {
    "en": "recorded at the session as lot {lot}, corrected afterwards",
    "fr": "notée lors de la séance comme lot {lot}, modifiée ensuite",
}


def suspects(
    reaction: Reaction, action: Action | None, language: str, known: Knowledge
) -> tuple[Product, ...]:
    """Every product of the sessions that the reaction is tied to, by the lot that it really came from. Four queries."""
    rows = list(
        MixComponent.objects.filter(mix__session__in=reaction.ties.standing().values("session"))
        .select_related("lot__product", "mix__session__clinic")
        .order_by("mix__session__planned_for", "id")
    )
    _name_what_it_came_from(rows)
    injected, passes = _injected({row.mix_id for row in rows}), _passes({row.mix_id for row in rows})
    by_product: dict[int, list[MixComponent]] = defaultdict(list)
    for row in rows:
        by_product[row.lot.product_id].append(row)
    return tuple(
        _product(own, action, injected, passes, language, known, reaction) for own in by_product.values()
    )


def concomitants(reaction: Reaction, language: str, known: Knowledge) -> tuple[Product, ...]:
    """The medicines of the history that stood at the session: names alone."""
    session = (
        Session.objects.filter(pk__in=reaction.ties.standing().values("session"))
        .select_related("history")
        .order_by("-id")
        .first()
    )
    codes = given_codes(session.history, "medications") if session and session.history else []
    return tuple(
        Product(key_of(reaction, "medication", code), known.name(code, language), "concomitant")
        for code in codes
        if code != "other"  # names nothing
    )


def devices(reaction: Reaction) -> tuple[Device, ...]:
    """Devices and needles of the sessions that the reaction is tied to, each once with its days."""
    rows = ThingUsed.objects.filter(
        session__in=reaction.ties.standing().values("session"), thing__kind__in=(Kind.DEVICE, Kind.NEEDLE)
    ).select_related("thing", "session__clinic")
    days: dict[Thing, list[date]] = defaultdict(list)
    for row in rows.order_by("thing__kind", "thing_id", "session__planned_for"):
        days[row.thing].append(day_of(row.session))
    return tuple(
        Device(
            thing.name, COMMON_NAMES[thing.kind], thing.maker,
            serial=thing.number if thing.kind == Kind.DEVICE else "",
            lot=thing.number if thing.kind == Kind.NEEDLE else "",
            expires=thing.expires, identifier=thing.gtin, used_on=tuple(dict.fromkeys(on)),
        )
        for thing, on in days.items()
    )  # fmt: skip


def key_of(reaction: Reaction, *parts: object) -> str:
    """The same for the same thing, so that an amendment speaks of what the first report spoke of."""
    return str(uuid5(NAMESPACE_URL, "/".join(("wheal", str(reaction.pk), *map(str, parts)))))


def _product(
    rows: list[MixComponent],
    action: Action | None,
    injected: Mapping[int, Decimal],
    passes: Mapping[int, list[Pass]],
    language: str,
    known: Knowledge,
    reaction: Reaction,
) -> Product:
    product = rows[0].lot.product
    by_visit: dict[tuple[int, int], list[MixComponent]] = defaultdict(list)
    for row in rows:
        by_visit[row.mix.session_id, row.really.pk].append(row)
    return Product(
        key=key_of(reaction, "product", product.pk),
        name=product.name,
        ingredients=(Ingredient(known.name(product.substance, language), product.concentration),),
        dosages=tuple(_dosage(own, injected, passes, language, known) for own in by_visit.values()),
        maker=product.maker,
        obtained_in=reaction.clinic.jurisdiction,
        action=action,
    )


def _dosage(
    rows: list[MixComponent],
    injected: Mapping[int, Decimal],
    passes: Mapping[int, list[Pass]],
    language: str,
    known: Knowledge,
) -> Dosage:
    """One lot in one session, from however many containers: its share of what was injected of each mix."""
    first = rows[0]
    session = first.mix.session
    own = [one for mix in dict.fromkeys(row.mix_id for row in rows) for one in passes.get(mix, [])]
    volume = sum((row.volume_ml * injected.get(row.mix_id, Decimal(0)) for row in rows), Decimal(0))
    told = [_where(one, language, known) for one in own] + _signed_as(rows, language)
    return Dosage(
        on=day_of(session),
        dose=_dose(first.concentration, volume) if own else None,
        lot=first.really.number,
        expires=first.really.expires,
        route=_route(own, language, known),
        text="; ".join(told),
    )


def _name_what_it_came_from(rows: Iterable[MixComponent]) -> None:
    """`really` of each: the lot that it was signed with, or that an amendment names since."""
    told: dict[tuple[int, int | None], Lot] = {}
    amended = Amendment.objects.filter(component__in=rows, lot__isnull=False).select_related(
        "lot", "component"
    )
    for one in amended.order_by("pk"):
        told[one.component.mix_id, one.component.container_id] = one.lot
    for row in rows:
        row.really = told.get((row.mix_id, row.container_id), row.lot)


def _signed_as(rows: Iterable[MixComponent], language: str) -> list[str]:
    """Both lots are told where an amendment names another: until it is certain, either may have been given."""
    numbers = dict.fromkeys(row.lot.number for row in rows if row.really != row.lot)
    return [AMENDED[language].format(lot=number) for number in numbers]


def _where(one: Pass, language: str, known: Knowledge) -> str:
    """Submental area: 40 × 0.2 mL, 6 mm."""
    volume, depth = (plain(each) if each is not None else "?" for each in (one.volume_ml, one.depth_mm))
    told = f"{one.count} × {volume} mL, {depth} mm"
    area = known.text(f"area.{one.area}", language)
    return f"{area}\u00a0: {told.replace('.', ',')}" if language == "fr" else f"{area}: {told}"


def _dose(concentration: Quantity, volume: Decimal) -> Quantity:
    given = concentration * Quantity.of(volume, "mL")
    return Quantity(given.value.quantize(THOUSANDTH, ROUND_HALF_UP), given.unit)


def _route(passes: Iterable[Pass], language: str, known: Knowledge) -> str:
    """The layers for which the technique is held; "" where none is."""
    layers = [layer for one in passes for layer in _layers(one.technique, known)]
    return ", ".join(dict.fromkeys(LAYERS[language][layer] for layer in layers))


def _layers(technique: str, known: Knowledge) -> tuple[str, ...]:
    held = known.techniques.get(technique)
    return held.layers if held else ()


def _injected(mixes: set[int]) -> dict[int, Decimal]:
    """Injected of drawn, for each mix; 0 where nothing was drawn."""
    drawn = dict(
        MixComponent.objects.filter(mix__in=mixes).values_list("mix").annotate(ml=Sum("volume_ml")).order_by()
    )
    given = dict(
        Pass.objects.filter(mix__in=mixes).values_list("mix").annotate(ml=Sum("total_ml")).order_by()
    )
    return {mix: given.get(mix, Decimal(0)) / whole if whole else Decimal(0) for mix, whole in drawn.items()}


def _passes(mixes: set[int]) -> dict[int, list[Pass]]:
    found: dict[int, list[Pass]] = defaultdict(list)
    for one in Pass.objects.filter(mix__in=mixes).defer("points", "outline"):
        found[one.mix_id].append(one)
    return found
