"""A product that holds several substances: each is dosed, judged and told; its maker's own mixture is no mix."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from wheal import dosing, mixing
from wheal.assessment import Malformed, read_document
from wheal.quantities import Quantity

ON_SKIN = {"plan.purpose": "skin", "plan.area": "belly"}


def also(*others: tuple[str, float, str]) -> list[dict[str, object]]:
    return [
        {"substance": name, "concentration": {"value": value, "unit": unit}} for name, value, unit in others
    ]


def with_components(*components: dict[str, object]) -> dict[str, object]:
    return {**ON_SKIN, "plan.mix.components": list(components)}


def both(first: str = "firstcaine", second: str = "secondcaine") -> dict[str, object]:
    return documents.component(first, 10, "mg/mL", 8) | {"also": also((second, 5, "mg/mL"))}


def test_each_substance_of_a_product_is_dosed_in_the_whole_volume(judged):
    totals = judged(with_components(both())).totals
    assert {name: str(total.dose) for name, total in totals.items()} == {
        "firstcaine": "80 mg",
        "secondcaine": "40 mg",
    }


volumes = st.decimals("0.1", "20", places=3)
strengths = st.decimals("0.1", "50", places=2)


@given(volume=volumes, other=volumes, first=strengths, second=strengths)
def test_what_a_millilitre_holds_is_the_same_as_if_each_were_weighed_by_itself(
    known, volume, other, first, second
):
    lot = mixing.Lot("A1", expires=None, recalled=False)  # type: ignore[arg-type]
    further = (mixing.Further("secondcaine", Quantity.of(second, "mg/mL")),)
    combined = mixing.Component("firstcaine", Quantity.of(first, "mg/mL"), volume, lot, None, further)
    salt = mixing.Component("salt", Quantity.of(9, "mg/mL"), other, lot)
    held = dosing.per_ml(mixing.Mix((combined, salt)), known)
    whole = volume + other
    for code, strength in (("firstcaine", first), ("secondcaine", second)):
        share, unit = held[code]
        assert unit == "mg"
        assert share * share.__class__(whole) == share.__class__(strength * volume)
    assert mixing.Mix((combined, salt)).volume_ml == whole


@pytest.mark.parametrize("code", ["firstcaine", "secondcaine"])
def test_an_expired_or_recalled_lot_stops_every_substance_of_it(said, code):
    expired = both() | {"lot": {"number": "A1", "expires": "2026-11-21", "recalled": True}}
    found = said(with_components(expired))
    assert {f"lot_expired:{code}", f"lot_recalled:{code}"} <= set(found)


def test_the_strength_of_the_second_is_looked_at_too(said):
    strong = documents.component("salt", 9, "mg/mL", 8) | {"also": also(("dissolvine", 900, "mg/mL"))}
    assert "strength_above_held:dissolvine" in said({"plan.mix.components": [strong]})


def test_what_a_maker_has_put_together_is_no_mix_and_what_is_added_is(said):
    alone = both("dissolvine", "salt")
    assert not [one for one in said({"plan.mix.components": [alone]}) if one.startswith("admixture")]
    added = [alone, documents.component("firstcaine", 10, "mg/mL", 1)]
    assert "admixture_forbidden:dissolvine" in said({"plan.mix.components": added})
    beside = [documents.component("dissolvine", 10, "mg/mL", 8), both("salt", "firstcaine")]
    assert "admixture_forbidden:dissolvine" in said({"plan.mix.components": beside})


def test_a_product_of_several_drawn_alone_is_not_mixed_in_the_surgery(said):
    forbidden = {"jurisdiction": "FR", "plan.mix.prepared_by": "chairside"}
    alone = said({**with_components(both()), **forbidden})
    two = said({**with_components(both(), documents.component("salt", 9, "mg/mL", 1)), **forbidden})
    assert "chairside_mixing_forbidden:prepared_by" not in alone
    assert "chairside_mixing_forbidden:prepared_by" in two


def test_an_allergy_to_the_second_is_found(said):
    allergic = said({**with_components(both()), "patient.allergies": ["secondcaine"]})
    assert "allergy_to_ingredient:secondcaine" in allergic


def test_a_substance_that_nobody_knows_is_referred_wherever_it_stands(said):
    assert "unknown_code:newthing" in said(with_components(both("firstcaine", "newthing")))


@pytest.mark.parametrize(
    ("others", "path", "told"),
    [
        (also(("firstcaine", 5, "mg/mL")), "plan.mix.components[0].also", "stands twice"),
        (also(("secondcaine", 5, "mg")), "plan.mix.components[0].also[0].concentration.unit", "a mL"),
        (also(("secondcaine", 0, "mg/mL")), "plan.mix.components[0].also[0].concentration", "more than zero"),
        ([{"substance": "secondcaine"}], "plan.mix.components[0].also[0].concentration", "mandatory"),
        ([*also(("secondcaine", 5, "mg/mL")), {"volume_ml": 1}], "plan.mix.components[0].also[1]", ""),
    ],
)
def test_what_is_wrong_with_it_is_named(known, others, path, told):
    document = documents.changed(
        documents.CLEAN,
        with_components(documents.component("firstcaine", 10, "mg/mL", 8) | {"also": others}),
    )
    with pytest.raises(Malformed) as refused:
        read_document(json.dumps(document).encode(), known)
    assert refused.value.path.startswith(path)
    assert told in refused.value.message


def test_nothing_further_is_as_before(judged):
    plain = documents.component("firstcaine", 10, "mg/mL", 8)
    assert judged(with_components(plain)) == judged(with_components(plain | {"also": []}))
