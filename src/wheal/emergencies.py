"""What to give in an emergency to somebody of this weight and age, or the rule where they are not known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from wheal.knowledge.emergencies import Emergency, EmergencyDose
from wheal.quantities import Quantity

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Dose:
    """`amount`: None where it hangs on a weight that is not known; then only `rule`, per kilogram, is told.

    `volume`: to be drawn, where the dose names a strength.
    """

    held: EmergencyDose
    amount: Quantity | None
    volume: Quantity | None
    rule: Quantity

    @property
    def unit(self) -> str:
        """Of the amount, whether it is known yet or not."""
        return str(self.rule.unit).replace("/kg", "")


def doses(emergency: Emergency, *, weight_kg: Decimal | None, years: int | None) -> tuple[Dose, ...]:
    """Those that may apply: what is not known leaves every band of it open. Amounts are rounded down to a tenth."""
    return tuple(
        _dose(held, weight_kg)
        for held in emergency.doses
        if _years_fit(held, years) and _weight_fits(held, weight_kg)
    )


def _years_fit(held: EmergencyDose, years: int | None) -> bool:
    if years is None:
        return True
    return held.from_years <= years and (held.below_years is None or years < held.below_years)


def _weight_fits(held: EmergencyDose, weight_kg: Decimal | None) -> bool:
    if weight_kg is None:
        return True
    weight = Quantity.of(weight_kg, "kg")
    too_light = held.from_kg is not None and weight < Quantity.parse(held.from_kg)
    too_heavy = held.below_kg is not None and weight >= Quantity.parse(held.below_kg)
    return not (too_light or too_heavy)


def _dose(held: EmergencyDose, weight_kg: Decimal | None) -> Dose:
    rule = Quantity.parse(held.fixed or held.per_kg or "")
    amount = rule if held.fixed else _of_weight(rule, weight_kg)
    drawn = (amount / Quantity.parse(held.strength)).to("mL") if amount and held.strength else None
    return Dose(held, amount, drawn, rule)


def _of_weight(rule: Quantity, weight_kg: Decimal | None) -> Quantity | None:
    if weight_kg is None:
        return None
    unit = str(rule.unit).replace("/kg", "")
    whole = (rule * Quantity.of(weight_kg, "kg")).value_in(unit)
    return Quantity.of(whole.quantize(TENTH, ROUND_DOWN), unit)
