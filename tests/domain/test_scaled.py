"""A recipe for another volume keeps its proportions and loses not a microlitre."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal.mixing import MICROLITRE, scaled

VOLUMES = st.lists(st.decimals("0.05", "20", places=3), min_size=1, max_size=6)


@given(VOLUMES, st.decimals("2.5", "50", places=3))  # less, and the least part could not be drawn
def test_the_parts_add_up_and_keep_their_proportions(volumes: list[Decimal], to_ml: Decimal) -> None:
    parts = scaled(volumes, to_ml)
    assert sum(parts) == to_ml
    whole = sum(volumes)
    for part, volume in zip(parts, volumes, strict=True):
        assert abs(part - volume * to_ml / whole) <= MICROLITRE * len(parts)


@given(VOLUMES)
def test_as_written_it_stays_as_written(volumes: list[Decimal]) -> None:
    assert scaled(volumes, sum(volumes, Decimal(0))) == tuple(volumes)


def test_a_part_that_could_not_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="microlitre"):
        scaled([Decimal("10"), Decimal("0.001")], Decimal("1"))
