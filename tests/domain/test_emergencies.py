"""Worked doses: Resuscitation Council UK 2021 (anaphylaxis), ASRA 2020 (poisoning by a local anaesthetic)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import emergencies, knowledge


def told(name: str, *, kg: str | None = None, years: int | None = None) -> dict[str, str]:
    emergency = knowledge.current().emergencies[name]
    weight = Decimal(kg) if kg else None
    return {
        dose.held.code: str(dose.amount or dose.rule)
        for dose in emergencies.doses(emergency, weight_kg=weight, years=years)
    }


def drawn(name: str, *, years: int) -> dict[str, str]:
    emergency = knowledge.current().emergencies[name]
    return {
        dose.held.code: str(dose.volume) for dose in emergencies.doses(emergency, weight_kg=None, years=years)
    }


def test_an_adult_gets_half_a_millilitre_of_adrenaline_into_the_muscle() -> None:
    assert told("anaphylaxis", kg="62", years=40) == {"adrenaline_from_12": "500 ug"}
    assert drawn("anaphylaxis", years=40) == {"adrenaline_from_12": "0.5 mL"}


def test_from_six_to_eleven_years_it_is_three_hundred_micrograms() -> None:
    assert drawn("anaphylaxis", years=6) == drawn("anaphylaxis", years=11) == {"adrenaline_6_to_12": "0.3 mL"}
    assert drawn("anaphylaxis", years=12) == {"adrenaline_from_12": "0.5 mL"}


def test_below_six_years_no_dose_is_held() -> None:
    assert told("anaphylaxis", years=5) == {}


def test_an_unknown_age_shows_both_doses() -> None:
    assert set(told("anaphylaxis")) == {"adrenaline_from_12", "adrenaline_6_to_12"}


@pytest.mark.parametrize(
    ("kg", "bolus", "infusion"),
    [
        ("40", "60 mL", "10 mL/min"),
        ("62", "93 mL", "15.5 mL/min"),
        ("69.9", "104.8 mL", "17.4 mL/min"),
        ("70", "100 mL", "250 mL"),
        ("100", "100 mL", "250 mL"),
    ],
)
def test_lipid_goes_by_weight_below_seventy_kilograms_and_is_fixed_from_there(kg, bolus, infusion) -> None:
    doses = told("anaesthetic_poisoning", kg=kg)
    band = "below_70" if Decimal(kg) < 70 else "from_70"
    assert doses[f"lipid_bolus_{band}"] == bolus
    assert doses[f"lipid_infusion_{band}"] == infusion
    assert len(doses) == 4


def test_the_ceiling_and_the_adrenaline_go_by_weight() -> None:
    doses = told("anaesthetic_poisoning", kg="62.5")
    assert doses["lipid_ceiling"] == "750 mL"
    assert doses["adrenaline_at_most"] == "62.5 ug"


def test_without_a_weight_every_band_stands_with_its_rule() -> None:
    doses = told("anaesthetic_poisoning")
    assert doses["lipid_bolus_below_70"] == "1.5 mL/kg"
    assert doses["lipid_bolus_from_70"] == "100 mL"
    assert doses["lipid_ceiling"] == "12 mL/kg"


@given(kg=st.decimals(min_value=2, max_value=400, places=1))
def test_a_dose_by_weight_is_never_rounded_up(kg: Decimal) -> None:
    for dose in emergencies.doses(
        knowledge.current().emergencies["anaesthetic_poisoning"], weight_kg=kg, years=None
    ):
        if dose.held.per_kg and dose.amount:
            assert dose.amount.value <= dose.rule.value * kg < dose.amount.value + Decimal("0.1")
