"""What a session does is all its passes together: a further pass, or a further limit, takes nothing back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import documents
from wheal.assessment import assess, read_document
from wheal.dosing import Delivered, Pass, Points, Portion
from wheal.knowledge.records import Limit
from wheal.mixing import Component, Lot, Mix
from wheal.quantities import Quantity

MILDEST_FIRST = ("go", "refer", "incomplete", "stop")
PER = {
    "dose_per_session": "mg", "dose_per_area": "mg/cm2", "dose_per_point": "mg", "points_per_session": "{points}",
    "dose_per_side": "mg", "dose_per_kg": "mg/kg", "volume_per_session": "mL", "min_spacing": "cm",
}  # fmt: skip
LOT = Lot("A1", date(2027, 1, 1), recalled=False)
limits = st.builds(
    lambda code, most, areas: Limit(code, f"{most} {PER[code]}", "clinic", ("label_us",), (), areas),
    st.sampled_from(sorted(PER)),
    st.integers(1, 300),
    st.sampled_from([(), ("chin",), ("belly",), ("belly", "chin")]),
)
outlines = st.sampled_from([None, Decimal(1), Decimal(40), Decimal(400)])


@pytest.fixture(scope="module")
def clean(known):
    return read_document(json.dumps(documents.CLEAN).encode(), known)


@st.composite
def passes(draw):
    substance = draw(st.sampled_from(["dissolvine", "firstcaine", "secondcaine", "salt"]))
    part = Component(substance, Quantity.of(draw(st.integers(1, 20)), "mg/mL"), Decimal(100), LOT)
    spacing = draw(st.sampled_from([None, Decimal("0.5"), Decimal(1)]))
    points = Points(draw(st.integers(1, 60)), Decimal(draw(st.sampled_from(["0.1", "0.2", "1"]))), spacing)
    area, side = draw(st.sampled_from(["chin", "belly"])), draw(st.sampled_from(["", "left", "right"]))
    return Pass(area, "point", Mix((part,)), points, draw(outlines), Decimal(6), side=side)


def _limited(known, name, added):
    held = known.substances[name]
    changed = replace(held, limits=(*held.limits, *added))
    return replace(known, substances={**known.substances, name: changed})


def _broken(assessment):
    return {
        (name, limit.code, str(limit.max), limit.kind, limit.sources)
        for name, total in assessment.totals.items()
        for limit in total.limits
        if limit.broken
    }


def _stops(assessment):
    return {(it.code, it.about) for it in assessment.findings if it.severity == "stop"}


def _is_no_milder(after, before):
    return MILDEST_FIRST.index(after.decision) >= MILDEST_FIRST.index(before.decision)


@given(st.lists(passes(), min_size=1, max_size=3), passes(), st.lists(limits, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_further_pass_takes_no_stop_and_no_broken_limit_away(known, clean, some, one_more, own):
    held = _limited(_limited(known, "firstcaine", own), "dissolvine", own)
    before = assess(replace(clean, passes=tuple(some)), held)
    after = assess(replace(clean, passes=(*some, one_more)), held)
    assert _stops(before) <= _stops(after)
    assert _broken(before) <= _broken(after)
    assert _is_no_milder(after, before)


@given(st.lists(passes(), min_size=1, max_size=3), st.lists(limits, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_limit_of_the_clinic_for_whatever_areas_takes_no_stop_away(known, clean, some, own):
    case = replace(clean, passes=tuple(some))
    before = assess(case, known)
    after = assess(case, _limited(_limited(known, "firstcaine", own), "dissolvine", own))
    assert _stops(before) <= _stops(after)
    assert _is_no_milder(after, before)


@given(st.lists(st.tuples(passes(), st.integers(1, 99)), min_size=1, max_size=4), passes())
@settings(max_examples=100, deadline=None)
def test_a_wide_thin_pass_dilutes_no_dense_one(some, one_more):
    measured = [(replace(one, area_cm2=one.area_cm2 or Decimal(7)), dose) for one, dose in some]
    thin = replace(one_more, area_cm2=Decimal(10_000))
    portions = [Portion(one, dose, dose) for one, dose in measured]
    before = Delivered.of("salt", "mg", portions).per_cm2
    assert before <= Delivered.of("salt", "mg", [*portions, Portion(thin, 1, 1)]).per_cm2
