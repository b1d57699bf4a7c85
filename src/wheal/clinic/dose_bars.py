"""The dose guard as bars: one for each substance and published limit, turning before the limit is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from wheal.limits import AppliedLimit, Total
from wheal.quantities import Quantity

TURNS_AT = Decimal("0.8")
IN_SIGHT_FROM = Decimal("0.5")
ALWAYS_IN_SIGHT = 2
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bar:
    code: str
    found: Quantity  # rounded up, never told smaller than it is; judged exactly
    share: Decimal  # of the limit, exactly
    limit: Quantity
    left: Quantity  # rounded down, never told larger than it is; below zero: over by that much
    width: Decimal  # 0 to 100
    state: str  # free, near, at, over
    source: str
    kind: str

    @property
    def is_by_weight(self) -> bool:
        return self.code == "dose_per_kg"

    @property
    def over_by(self) -> Quantity:
        return Quantity(-self.left.value, self.left.unit)


@dataclass(frozen=True, slots=True)
class SubstanceBars:
    substance: str
    dose: Quantity
    bars: tuple[Bar, ...]
    waiting: tuple[AppliedLimit, ...]  # limits that cannot be compared yet: a fact is missing
    no_limit_published: bool
    told: tuple[Quantity, ...] = ()  # for each kilogram and square centimetre, where both can be known
    least: tuple[AppliedLimit, ...] = ()  # of spacing: less is the breach

    @property
    def in_sight(self) -> tuple[Bar, ...]:
        """Every bar past half of its limit, and the two tightest in any case; bars are held the tightest first."""
        close = sum(bar.share >= IN_SIGHT_FROM for bar in self.bars)
        return self.bars[: max(close, ALWAYS_IN_SIGHT)]

    @property
    def closeness(self) -> tuple[bool, Decimal]:
        """What is broken comes before whatever is only close to a limit."""
        tightest = self.bars[0].share if self.bars else Decimal(0)
        return tightest > 1 or any(limit.broken for limit in self.least), tightest

    @property
    def folded(self) -> tuple[Bar, ...]:
        return self.bars[len(self.in_sight) :]


def of_totals(totals: Mapping[str, Total]) -> list[SubstanceBars]:
    """The substance that is closest to one of its limits first."""
    held = [_of_substance(substance, total) for substance, total in totals.items()]
    return sorted(held, key=lambda each: each.closeness, reverse=True)


def _of_substance(substance: str, total: Total) -> SubstanceBars:
    shown = [limit for limit in total.limits if not limit.code.startswith("min_")]
    return SubstanceBars(
        substance=substance,
        dose=total.dose,
        bars=tuple(sorted(_bars(shown), key=lambda bar: -bar.share)),
        waiting=tuple(limit for limit in shown if limit.found is None),
        no_limit_published=total.no_limit_published,
        told=tuple(_rounded(each) for each in (total.per_kg, total.per_cm2) if each is not None),
        least=tuple(it for it in total.limits if it.code == "min_spacing" and it.found is not None),
    )


def _rounded(amount: Quantity) -> Quantity:
    """Never told smaller than it is."""
    return Quantity(_told(amount.value), amount.unit)


def _bars(limits: list[AppliedLimit]) -> list[Bar]:
    return [_bar(limit, limit.found) for limit in limits if limit.found is not None]


def _bar(limit: AppliedLimit, found: Quantity) -> Bar:
    given = found.value_in(str(limit.max.unit))
    share = given / limit.max.value
    return Bar(
        code=limit.code,
        found=Quantity(_told(given), limit.max.unit),
        share=share,
        limit=limit.max,
        left=Quantity((limit.max.value - given).quantize(_CENT, ROUND_FLOOR), limit.max.unit),
        width=(min(share, Decimal(1)) * 100).quantize(Decimal("0.1")),
        state=_state(share),
        source=limit.source,
        kind=limit.kind,
    )


def _told(given: Decimal) -> Decimal:
    """With two decimals; where it is less than one, with three."""
    finest = _CENT if given >= 1 else _CENT / 10
    return given if given == round(given, 2) else given.quantize(finest, ROUND_CEILING)


def _state(share: Decimal) -> str:
    if share > 1:
        return "over"
    if share == 1:
        return "at"
    return "near" if share >= TURNS_AT else "free"
