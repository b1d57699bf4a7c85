from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import dosing
from wheal.dosing import Pass, Points, delivered
from wheal.mixing import Component, Lot, Mix
from wheal.quantities import Quantity

LOT = Lot("A1", date(2027, 1, 1), recalled=False)
small = st.decimals(min_value="0.01", max_value="50", places=2)


def part(substance="dissolvine", strength="10 mg/mL", volume_ml="8"):
    return Component(substance, Quantity.parse(strength), Decimal(volume_ml), LOT)


def one_pass(mix, count=1, volume_ml="0.2", area="chin", **facts):
    return Pass(area, "point", mix, Points(count, Decimal(volume_ml)), **facts)


def test_the_dose_is_concentration_times_volume(known):
    given_ = delivered([one_pass(Mix((part(),)), count=40)], known)["dissolvine"]
    assert (given_.dose, given_.unit, given_.portions[0].per_point) == (80, "mg", 2)


def test_a_diluted_substance_gives_its_share(known):
    mix = Mix((part(volume_ml="1"), part("salt", "0.9 %", "2")))
    found = delivered([one_pass(mix, count=3, volume_ml="1")], known)
    assert found["dissolvine"].dose == 10
    assert found["salt"].dose == 18


def test_a_third_of_a_syringe_three_times_is_all_of_it_exactly(known):
    mix = Mix((part(volume_ml="7"),))
    passes = [one_pass(mix, volume_ml="7", area=area) for area in ("chin", "belly", "chin")]
    assert delivered(passes, known)["dissolvine"].dose == 210


def test_a_substance_that_is_not_held_is_counted_in_its_own_unit(known):
    mix = Mix((part("newthing", "3 [iU]/mL", "2"), part("newthing", "1 [iU]/uL", "1")))
    found = delivered([one_pass(mix, volume_ml="3")], known)["newthing"]
    assert (found.dose, found.unit) == (1006, "[iU]")


@pytest.mark.parametrize(
    ("passes", "expected"),
    [
        ([("chin", 40, 10)], Fraction(1, 4)),
        ([("chin", 40, 10), ("chin", 40, 10)], Fraction(1, 2)),
        ([("chin", 40, 10), ("chin", 10, 10)], Fraction(1)),
        ([("chin", 40, 10), ("belly", 5, 10)], Fraction(2)),
        ([("chin", None, 10)], None),
        ([("chin", 40, 10), ("belly", None, 10)], None),
    ],
)
def test_the_dose_per_area_is_that_of_the_densest_area(known, passes, expected):
    mix = Mix((part(volume_ml="100"),))
    given_ = [
        one_pass(mix, volume_ml=str(mg / 10), area=area, area_cm2=None if cm2 is None else Decimal(cm2))
        for area, cm2, mg in passes
    ]
    assert delivered(given_, known)["dissolvine"].per_cm2 == expected


def test_no_more_is_injected_from_a_syringe_than_was_drawn_into_it(known):
    mix = Mix((part(volume_ml="8"),))
    enough = (one_pass(mix, 20), one_pass(mix, 20, area="belly"))
    assert list(dosing.injected_from_mixes(enough, known)) == []
    (finding,) = dosing.injected_from_mixes((*enough, one_pass(mix, 1, "0.01")), known)
    assert (finding.code, str(finding.found), str(finding.limit)) == (
        "more_injected_than_mixed",
        "8.01 mL",
        "8 mL",
    )


def test_equal_mixes_are_two_syringes_unless_they_carry_one_id(known):
    passes = (one_pass(Mix((part(),)), 40), one_pass(Mix((part(),)), 40))
    assert list(dosing.injected_from_mixes(passes, known)) == []
    named = tuple(replace(one, mix_id="m1") for one in passes)
    assert [finding.code for finding in dosing.injected_from_mixes(named, known)] == [
        "more_injected_than_mixed"
    ]


def test_one_id_for_two_different_mixes_is_refused(known):
    passes = (one_pass(Mix((part(),)), mix_id="m1"), one_pass(Mix((part("salt"),)), mix_id="m1"))
    with pytest.raises(ValueError, match="m1"):
        list(dosing.injected_from_mixes(passes, known))


parts = st.lists(
    st.builds(
        part, st.sampled_from(["dissolvine", "salt", "firstcaine"]), small.map("{} mg/mL".format), small
    ),
    min_size=1,
    max_size=5,
)


@given(parts, st.integers(1, 200), small)
def test_mass_is_neither_made_nor_lost(known, components, count, volume_ml):
    mix = Mix(tuple(components))
    found = delivered([one_pass(mix, count, volume_ml)], known)
    share = Fraction(volume_ml) * count / Fraction(mix.volume_ml)
    for substance, given_ in found.items():
        drawn = sum(
            Fraction(it.concentration.value) * Fraction(it.volume_ml)
            for it in components
            if it.substance == substance
        )
        assert given_.dose == drawn * share


@given(parts, st.integers(1, 9), st.randoms())
def test_neither_the_order_nor_the_splitting_of_components_changes_a_dose(known, components, pieces, random):
    split = [
        replace(it, volume_ml=it.volume_ml * piece / 10)
        for it in components
        for piece in (pieces, 10 - pieces)
    ]
    random.shuffle(split)
    whole = delivered([one_pass(Mix(tuple(components)), 3)], known)
    again = delivered([one_pass(Mix(tuple(split)), 3)], known)
    assert {name: it.dose for name, it in whole.items()} == {name: it.dose for name, it in again.items()}


@given(parts, st.integers(1, 100), st.integers(1, 100))
def test_two_passes_give_what_one_pass_of_all_points_gives(known, components, one, other):
    mix = Mix(tuple(components))
    together = delivered([one_pass(mix, one + other)], known)
    apart = delivered([one_pass(mix, one), one_pass(mix, other, area="belly")], known)
    assert {name: it.dose for name, it in together.items()} == {name: it.dose for name, it in apart.items()}
