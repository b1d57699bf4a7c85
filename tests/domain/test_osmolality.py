"""How much is dissolved in a mix, by volume."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from wheal import knowledge, osmolality
from wheal.quantities import Quantity

KNOWN = knowledge.current()
VOLUMES = st.decimals(Decimal("0.001"), Decimal(100), places=3)


def drawn(substance: str, strength: str, volume: Decimal) -> osmolality.Drawn:
    return substance, Quantity.parse(strength), volume


@given(VOLUMES, VOLUMES)
def test_water_thins_saline_by_its_share(saline, water):
    parts = [
        drawn("sodium_chloride_0_9", "9 mg/mL", saline),
        drawn("water_for_injection", "1 mg/mL", water),
    ]
    reckoned = osmolality.most(parts, KNOWN)
    assert reckoned is not None
    assert abs(reckoned - 308 * saline / (saline + water)) < Decimal("1e-9")
    assert (osmolality.below_least(parts, KNOWN) is None) == (reckoned >= 270)


def test_a_strength_that_no_label_prints_is_not_known():
    assert osmolality.most([drawn("sodium_bicarbonate", "84 mg/mL", Decimal(1))], KNOWN) == 2000
    assert osmolality.most([drawn("sodium_bicarbonate", "42 mg/mL", Decimal(1))], KNOWN) is None
    assert osmolality.most([drawn("sodium_chloride_0_9", "0.9 %", Decimal(1))], KNOWN) == 308


def test_one_unknown_product_leaves_the_mix_unknown():
    parts = [drawn("water_for_injection", "1 mg/mL", Decimal(9)), drawn("caffeine", "125 mg/mL", Decimal(1))]
    assert osmolality.most(parts, KNOWN) is None
    assert osmolality.below_least(parts, KNOWN) is None
