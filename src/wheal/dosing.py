"""What a set of points delivers of each substance, exactly.

Delivered = mass of the substance in the mix / volume of the mix x points x volume per point, summed over
components and passes. Sums are kept as fractions, so that no rounding decides whether a limit is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pydantic import with_config

from wheal.findings import OWN_RULE, Figures, Finding, find
from wheal.knowledge import Knowledge
from wheal.knowledge.values import CLOSED
from wheal.mixing import Mix
from wheal.quantities import Quantity
from wheal.reading import Code, Count, Day, Dose, Positive


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Points:
    """`volume_ml` is that of each point; `spacing_cm` the least distance between two of them."""

    count: Count
    volume_ml: Positive
    spacing_cm: Positive | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """One mix, one area, one technique. Passes with one `mix_id`, or one Mix object, share a syringe.

    `side` is the patient's "left" or "right" where an area has two and only one of them is meant.
    """

    area: str
    technique: str
    mix: Mix
    points: Points
    area_cm2: Decimal | None = None
    depth_mm: Decimal | None = None
    mix_id: str = ""
    side: str = ""

    @property
    def volume_ml(self) -> Decimal:
        """Injected in all points together."""
        return self.points.count * self.points.volume_ml

    @property
    def syringe(self) -> object:
        """The same for passes that share one mix."""
        return self.mix_id or id(self.mix)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class PreviousSession:
    date: Day
    area: Code
    substances: dict[Code, Dose]


def syringes(passes: Iterable[Pass]) -> dict[object, Mix]:
    """Each mix once. Raises ValueError where passes that share a `mix_id` do not carry the same mix."""
    found: dict[object, Mix] = {}
    for one in passes:
        if found.setdefault(one.syringe, one.mix) != one.mix:
            raise ValueError(f"two different mixes are called {one.mix_id!r}")
    return found


def measured_in(substance: str, concentration: Quantity, known: Knowledge) -> str:
    """The unit of its doses; for a substance that is not held, that of its concentration times mL."""
    if substance in known.substances:
        return known.substances[substance].measured_in
    return str((concentration * Quantity.of(1, "mL")).unit)


def per_ml(mix: Mix, known: Knowledge) -> dict[str, tuple[Fraction, str]]:
    """How much of each substance is in one mL of the mix, with the unit its doses are counted in.

    A substance that is counted in mL is counted by what was drawn of it, whatever its label's strength.
    """
    volume = Fraction(mix.volume_ml)
    held: dict[str, tuple[Fraction, str]] = {}
    for component in mix.components:
        for substance, printed in component.contents:
            concentration = known.in_own_unit(substance, printed)
            already, unit = held.get(substance, (Fraction(0), ""))
            unit = unit or measured_in(substance, concentration, known)
            strength = Fraction(1) if unit == "mL" else Fraction(concentration.value_in(f"{unit}/mL"))
            held[substance] = already + strength * Fraction(component.volume_ml) / volume, unit
    return held


@dataclass(frozen=True, slots=True)
class Portion:
    """What one pass gives of one substance."""

    given: Pass
    dose: Fraction
    per_point: Fraction


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the session gives of one substance, pass by pass."""

    substance: str
    unit: str
    portions: tuple[Portion, ...]
    dose: Fraction
    per_cm2: Fraction | None

    @staticmethod
    def of(substance: str, unit: str, portions: Iterable[Portion]) -> Delivered:
        kept = tuple(portions)
        dose = sum((portion.dose for portion in kept[1:]), kept[0].dose) if kept else Fraction(0)
        return Delivered(substance, unit, kept, dose, _per_cm2(kept))

    @property
    def areas(self) -> frozenset[str]:
        return frozenset(portion.given.area for portion in self.portions)

    def only(self, wanted: Callable[[Pass], bool]) -> Delivered:
        """Only these passes."""
        kept = (portion for portion in self.portions if wanted(portion.given))
        return Delivered.of(self.substance, self.unit, kept)

    def of_side(self, side: str, *, astride: bool) -> Delivered:
        """Only the passes on this side; with those that name none where `astride`."""
        wanted = (side, "") if astride else (side,)
        return self.only(lambda one: one.side in wanted)


def delivered(passes: Iterable[Pass], known: Knowledge) -> dict[str, Delivered]:
    """By substance, in the order of their names."""
    portions: dict[str, list[Portion]] = {}
    units: dict[str, str] = {}
    for one in passes:
        injected, per_point = Fraction(one.volume_ml), Fraction(one.points.volume_ml)
        for substance, (strength, unit) in per_ml(one.mix, known).items():
            units.setdefault(substance, unit)
            portion = Portion(one, strength * injected, strength * per_point)
            portions.setdefault(substance, []).append(portion)
    return {name: Delivered.of(name, units[name], portions[name]) for name in sorted(portions)}


def _per_cm2(portions: Iterable[Portion]) -> Fraction | None:
    """The highest dose per square centimetre, or None where the outline of a pass is not known.

    Passes on one area may lie over each other, but for those on the patient's left and right. Each outline is held
    against all that lies within it at the densest, the doses of every outline no larger: a wide thin pass dilutes none.
    """
    densities: list[Fraction] = []
    for together in _over_each_other(list(portions)):
        known = [(Fraction(it.given.area_cm2), it.dose) for it in together if it.given.area_cm2 is not None]
        if len(known) < len(together):
            return None
        for outline, _ in known:
            within = sum((dose for other, dose in known if other <= outline), Fraction(0))
            densities.append(within / outline)
    return max(densities, default=None)


def _over_each_other(portions: list[Portion]) -> Iterator[list[Portion]]:
    """By area; and by side where one is named: what lies astride both counts on each."""
    for area in dict.fromkeys(it.given.area for it in portions):
        here = [it for it in portions if it.given.area == area]
        sides = sorted({it.given.side for it in here} - {""}) or [""]
        yield from ([it for it in here if it.given.side in ("", side)] for side in sides)


def decimal(exact: Fraction) -> Decimal:
    """Exact where 28 digits can say it; rounding never moves a value across such a number."""
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def injected_from_mixes(passes: tuple[Pass, ...], known: Knowledge) -> Iterator[Finding]:
    """No more can be injected from a syringe than was drawn into it."""
    for syringe, mix in syringes(passes).items():
        injected = sum((one.volume_ml for one in passes if one.syringe == syringe), Decimal(0))
        if injected > mix.volume_ml:
            figures = Figures(Quantity.of(injected, "mL"), Quantity.of(mix.volume_ml, "mL"))
            yield find(known, "more_injected_than_mixed", "stop", "points", OWN_RULE, figures=figures)
