"""Limits of one treatment area where a label calls the left and the right of the body an area each."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from wheal import knowledge
from wheal.assessment import Case, assess, read_document

BASE = Path(__file__).parents[1] / "cases" / "bases" / "formulary_fat.json"


def _case(*passes: tuple[str, int, str]) -> Case:
    """Passes of one syringe with 0.2 mg/mL of collagenase: side, points, volume of each."""
    document = documents.changed(
        json.loads(BASE.read_text(encoding="utf-8")),
        {
            "plan.mix.components.0.substance": "collagenase_cch",
            "plan.mix.components.0.concentration": {"value": 0.2, "unit": "mg/mL"},
            "plan.mix.components.0.volume_ml": 1000,
            "plan.area": "buttocks",
        },
        (),
    )
    case = read_document(json.dumps(document).encode(), knowledge.current())
    drawn = case.passes[0]
    return replace(
        case,
        passes=tuple(
            replace(
                drawn,
                side=side,
                points=replace(drawn.points, count=count, volume_ml=Decimal(volume)),
                mix_id="syringe",
            )
            for side, count, volume in passes
        ),
    )


def _said(*passes: tuple[str, int, str]) -> set[str]:
    found = assess(_case(*passes), knowledge.current()).findings
    return {f"{one.code} {one.severity}" for one in found if "side" in one.code}


STOPS = {"points_per_side stop", "volume_per_side stop"}


@pytest.mark.parametrize(
    ("passes", "expected"),
    [
        ([("left", 12, "0.3"), ("right", 12, "0.3")], set()),
        ([("left", 13, "0.2"), ("right", 1, "0.3")], {"points_per_side stop"}),
        ([("left", 12, "0.3"), ("left", 1, "0.01")], STOPS),
        ([("left", 12, "0.31"), ("right", 1, "0.3")], {"volume_per_side stop"}),
        ([("right", 3, "1.41")], {"dose_per_side stop", "volume_per_side stop"}),
        ([("", 12, "0.3")], set()),  # whichever side it is
        ([("", 24, "0.3")], {"side_not_known refer"}),
        ([("left", 12, "0.3"), ("", 12, "0.3")], {"side_not_known refer"}),
        ([("left", 6, "0.3"), ("", 6, "0.3")], set()),
        ([("left", 13, "0.1"), ("", 1, "0.1")], {"points_per_side stop"}),
    ],
)
def test_each_buttock_is_held_against_the_limits_of_one_treatment_area(passes, expected):
    assert _said(*passes) == expected


@given(
    st.lists(st.tuples(st.sampled_from(["left", "right", ""]), st.integers(1, 14)), min_size=1, max_size=4)
)
def test_twelve_points_a_side_pass_in_silence_only_where_no_side_can_have_more(drawn):
    counted = {side: sum(count for at, count in drawn if at == side) for side in ("left", "right", "")}
    certain = max(counted["left"], counted["right"])
    said = _said(*((side, count, "0.01") for side, count in drawn))
    assert ("points_per_side stop" in said) is (certain > 12)
    assert (said == set()) is (certain + counted[""] <= 12)


def test_the_words_name_the_figure_of_one_side_and_its_source():
    found = assess(_case(("left", 13, "0.2")), knowledge.current()).findings
    one = next(it for it in found if it.code == "points_per_side")
    assert (str(one.found), str(one.limit), one.source) == ("13 {points}", "12 {points}", "qwo_ndc")
    assert "on one side" in one.message["en"]
    assert "d’un seul côté" in one.message["fr"]
