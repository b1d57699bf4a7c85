"""May these share a syringe, how much of each is in it, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Final

from pydantic import with_config

from wheal import osmolality
from wheal.conditions import NOT_KNOWN
from wheal.findings import OWN_RULE, Figures, Finding, fact_missing, find
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import Jurisdiction
from wheal.knowledge.records import Compatibility
from wheal.knowledge.values import CLOSED
from wheal.quantities import Quantity
from wheal.reading import Code, Day, Moment, Positive, Strength, YesNo

MICROLITRE: Final = Decimal("0.001")  # mL
_HOUR: Final = 3_600
_DAY: Final = 86_400


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Container:
    kind: Code
    opened_at: Moment | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Lot:
    """`expires` is the last day on which it may be used; `recalled` None means nobody looked."""

    number: Code
    expires: Day
    recalled: YesNo | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Further:
    """Another substance that the same product holds."""

    substance: Code
    concentration: Strength


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Component:
    """A volume of one product drawn into the mix. The same substance may come more than once.

    `also`: what else the product holds, in the same volume. `vehicle`: what all of it is dissolved in, as its leaflet
    says.
    """

    substance: Code
    concentration: Strength
    volume_ml: Positive
    lot: Lot
    container: Container | None = None
    also: tuple[Further, ...] = ()
    vehicle: Code | None = None

    @property
    def contents(self) -> tuple[tuple[str, Quantity], ...]:
        """Every substance of the product with its concentration, the one it is named by first."""
        return (self.substance, self.concentration), *((it.substance, it.concentration) for it in self.also)

    @property
    def product(self) -> tuple[str, ...]:
        """The substances of the product: what two products differ by, as far as one can tell."""
        return tuple(code for code, _ in self.contents)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Mix:
    components: tuple[Component, ...]
    prepared_at: Moment | None = None
    inject_at: Moment | None = None
    prepared_by: Code | None = None
    volume_ml: Decimal = field(init=False, repr=False, compare=False)
    substances: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        volume = sum((component.volume_ml for component in self.components), Decimal(0))
        object.__setattr__(self, "volume_ml", volume)
        codes = frozenset(code for component in self.components for code in component.product)
        object.__setattr__(self, "substances", codes)

    @property
    def vehicles(self) -> dict[str, frozenset[str]]:
        """What each substance is dissolved in, in whichever products bring it."""
        found: dict[str, set[str]] = {}
        for component in self.components:
            for code in component.product:
                found.setdefault(code, set()).add(component.vehicle or NOT_KNOWN)
        return {code: frozenset(held) for code, held in found.items()}

    @property
    def products(self) -> frozenset[tuple[str, ...]]:
        """Each product once, by what is in it. What a maker has put together is one."""
        return frozenset(component.product for component in self.components)


def scaled(volumes: Sequence[Decimal], to_ml: Decimal) -> tuple[Decimal, ...]:
    """A recipe for another volume: the same proportions, to the microlitre, adding up to `to_ml` exactly.

    Raises ValueError where a part would be less than a microlitre.
    """
    whole = sum(volumes, Decimal(0))
    parts = [(volume * to_ml / whole).quantize(MICROLITRE) for volume in volumes]
    largest = max(range(len(parts)), key=parts.__getitem__)
    parts[largest] += to_ml - sum(parts, Decimal(0))  # what rounding left
    if min(parts) <= 0:
        raise ValueError("a part would be less than a microlitre")
    return tuple(parts)


def check(mix: Mix, *, jurisdiction: str, on: date, known: Knowledge) -> Iterator[Finding]:
    """Everything said against this syringe, whoever gets it."""
    if mix.inject_at is not None and abs((mix.inject_at.date() - on).days) > 1:
        yield find(known, "dates_differ", "caution", "inject_at", OWN_RULE, figures=Figures(date=on))
    yield from _lots(mix, _last_day(mix, on), known)
    for component in mix.components:
        yield from _strength(component, known)
        yield from _container(component, mix.inject_at, known)
    yield from _clock(mix, known)
    yield from _products(mix, known.jurisdictions[jurisdiction], known)
    yield from _thin(mix, known)
    if len(mix.products) > 1:
        members = known.members(mix.substances)
        for name, pair in known.compatibility.items():
            yield from _pair(name, pair, mix, members, known)


def _last_day(mix: Mix, on: date) -> date:
    """Where the time of injection and the date of the case differ, a lot must not have expired on either."""
    return on if mix.inject_at is None else max(on, mix.inject_at.date())


def _lots(mix: Mix, on: date, known: Knowledge) -> Iterator[Finding]:
    """Every lot that must be set aside is named, those of one substance in one finding."""
    for code in sorted(mix.substances):
        lots = [component.lot for component in mix.components if code in component.product]
        expired = [lot for lot in lots if lot.expires < on]
        recalled = [lot for lot in lots if lot.recalled]
        if expired:
            figures = Figures(date=min(lot.expires for lot in expired), lot=_numbers(expired))
            yield find(known, "lot_expired", "stop", code, known.handling.expiry_sources, figures=figures)
        if recalled:
            yield find(known, "lot_recalled", "stop", code, OWN_RULE, figures=Figures(lot=_numbers(recalled)))
        if any(lot.recalled is None for lot in lots):
            yield fact_missing(known, "recalled", OWN_RULE)


def _numbers(lots: Iterable[Lot]) -> tuple[str, ...]:
    return tuple(sorted({lot.number for lot in lots}))


def _strength(component: Component, known: Knowledge) -> Iterator[Finding]:
    """Stronger than any product that is held: a slip of the pen, or something nobody here knows."""
    for code, concentration in component.contents:
        held = known.substances.get(code)
        if held is None or not held.strengths or held.measured_in == "mL":
            continue
        strongest = _strongest(held.strengths)
        if known.in_own_unit(code, concentration) > strongest:
            figures = Figures(found=concentration, limit=strongest)
            yield find(known, "strength_above_held", "refer", code, held.sources, figures=figures)


@cache
def _strongest(strengths: tuple[str, ...]) -> Quantity:
    return max(Quantity.parse(strength) for strength in strengths)


def _clock(mix: Mix, known: Knowledge) -> Iterator[Finding]:
    """Every mix is injected within hours of its preparation: no storage that allows more is recorded."""
    rules = known.handling
    for fact, value in (("prepared_at", mix.prepared_at), ("inject_at", mix.inject_at)):
        if value is None:
            yield fact_missing(known, fact, rules.beyond_use_sources)
    if mix.prepared_at is None or mix.inject_at is None:
        return
    if mix.inject_at < mix.prepared_at:
        yield find(known, "times_contradict", "stop", "prepared_at", OWN_RULE)
    elif _seconds(mix.prepared_at, mix.inject_at) > rules.beyond_use_hours * _HOUR:
        waited = Quantity.of(_seconds(mix.prepared_at, mix.inject_at), "s").to("h")
        figures = Figures(found=waited, limit=Quantity.of(rules.beyond_use_hours, "h"))
        yield find(known, "beyond_use", "stop", "prepared_at", rules.beyond_use_sources, figures=figures)


def _seconds(since: datetime, until: datetime) -> Decimal:
    passed = until - since
    return Decimal(passed.days * _DAY + passed.seconds) + Decimal(passed.microseconds) / 1_000_000


def _container(component: Component, inject_at: datetime | None, known: Knowledge) -> Iterator[Finding]:
    container, rules = component.container, known.handling
    if container is None:
        yield fact_missing(known, "container", rules.single_dose_sources)
    elif container.kind == "multi_dose":
        yield from _opened(component, container, inject_at, rules.multi_dose_sources, known)
    elif container.kind == "single_dose":
        yield from _opened(component, container, inject_at, rules.single_dose_sources, known)
    elif container.opened_at and inject_at and container.opened_at > inject_at:
        yield find(known, "times_contradict", "stop", "opened_at", OWN_RULE)


def _opened(
    component: Component,
    container: Container,
    inject_at: datetime | None,
    sources: tuple[str, ...],
    known: Knowledge,
) -> Iterator[Finding]:
    """A multi-dose container lasts days from its first puncture, a single-dose one that day, where it is used."""
    opened = container.opened_at
    if opened is None:
        yield fact_missing(known, "opened_at", sources)
    if opened is None or inject_at is None:
        return
    about, longest = component.substance, known.handling.multi_dose_days
    if opened > inject_at:
        yield find(known, "times_contradict", "stop", "opened_at", OWN_RULE)
    elif container.kind == "multi_dose" and _seconds(opened, inject_at) > longest * _DAY:
        open_for = Quantity.of(_seconds(opened, inject_at), "s").to("d")
        figures = Figures(found=open_for, limit=Quantity.of(longest, "d"))
        yield find(known, "container_open_too_long", "stop", about, sources, figures=figures)
    elif container.kind == "single_dose" and (day := _day_there(opened, inject_at)) < inject_at.date():
        figures = Figures(date=day)
        yield find(known, "single_dose_reused", "stop", about, sources, figures=figures)


def _day_there(moment: datetime, there: datetime) -> date:
    """The calendar day where the injection is, by the zone of its time."""
    return moment.astimezone(there.tzinfo).date()


def _products(mix: Mix, country: Jurisdiction, known: Knowledge) -> Iterator[Finding]:
    """How many, and mixed by whom. A substance that is not held, or by a clinic's word alone, counts as a medicine."""
    rules = known.handling
    if len(mix.products) > rules.max_products:
        figures = Figures(Quantity.of(len(mix.products), "1"), Quantity.of(rules.max_products, "1"))
        yield find(
            known, "too_many_products", "refer", "components", rules.max_products_sources, figures=figures
        )
    medicine = any(_is_medicine(code, known) for code in mix.substances)
    if country.chairside_mixing or len(mix.products) < 2 or not medicine:
        return
    if mix.prepared_by is None:
        yield fact_missing(known, "prepared_by", country.chairside_sources)
    elif mix.prepared_by == "chairside":
        yield find(known, "chairside_mixing_forbidden", "stop", "prepared_by", country.chairside_sources)


def _is_medicine(code: str, known: Knowledge) -> bool:
    held = known.substances.get(code)
    return held is None or held.medicine or known.is_of_the_clinic("substances", code)


def _thin(mix: Mix, known: Knowledge) -> Iterator[Finding]:
    if any(component.also for component in mix.components):  # of a product of several, no osmolality is held
        return
    drawn = [(it.substance, it.concentration, it.volume_ml) for it in mix.components]
    thin = osmolality.below_least(drawn, known) if len(mix.substances) > 1 else None
    if thin is not None:
        sources, figures = known.handling.osmolality_sources, Figures(*thin)
        yield find(known, "hypo_osmolar_mix", "caution", "components", sources, figures=figures)


def _pair(
    name: str,
    pair: Compatibility,
    mix: Mix,
    members: Mapping[str, frozenset[str]],
    known: Knowledge,
) -> Iterator[Finding]:
    """Said of two products; what a maker has put together in one is not two."""
    others = _matched(pair.b, mix.substances, members)
    for one in sorted(_matched(pair.a, mix.substances, members)):
        for other in sorted(others - {one}):
            if not _are_apart(one, other, mix):
                continue
            figures, wording = Figures(substance=other), f"mixing.{name}"
            yield find(known, pair.code, pair.severity, one, pair.sources, figures=figures, wording=wording)


def pairs_not_held(mix: Mix, known: Knowledge) -> tuple[tuple[str, str], ...]:
    """Two substances of different products of which no text that is held says whether they may share a syringe."""
    members = known.members(mix.substances)
    held = [
        (_matched(pair.a, mix.substances, members), _matched(pair.b, mix.substances, members))
        for pair in known.compatibility.values()
    ]
    return tuple(
        (one, other)
        for one, other in combinations(sorted(mix.substances), 2)
        if _are_apart(one, other, mix)
        and not any((one in a and other in b) or (other in a and one in b) for a, b in held)
    )


def _are_apart(one: str, other: str, mix: Mix) -> bool:
    return any(
        first != second
        for first in mix.products
        for second in mix.products
        if one in first and other in second
    )


def _matched(
    codes: Iterable[str], present: frozenset[str], members: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    if "*" in codes:
        return present
    nothing = frozenset[str]()
    return frozenset(codes) & present | nothing.union(*(members.get(code, nothing) for code in codes))
