from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from wheal.assessment import Case, Pass, answer, answer_line, assess, read_document
from wheal.credentials import Practitioner
from wheal.screening import Patient


@pytest.fixture(scope="module")
def clean(known):
    return read_document(json.dumps(documents.CLEAN).encode(), known)


def test_a_case_against_which_nothing_is_said_may_go(known, clean):
    assessment = assess(clean, known)
    assert (assessment.decision, assessment.findings) == ("go", ())
    assert (assessment.knowledge_version, assessment.knowledge_digest) == (known.version, known.digest)


def test_the_answer_has_exactly_the_fields_of_the_contract(known):
    sets = {
        "patient.medications": ["warfarin"],
        "plan.points.count": 41,
        "plan.mix.components.0.volume_ml": 9,
    }
    said = json.loads(answer_line(json.dumps(documents.changed(documents.CLEAN, sets)).encode(), known))
    assert list(said) == ["decision", "totals", "findings"]
    total = said["totals"]["dissolvine"]
    assert total["dose"] == {"value": 82, "unit": "mg"}
    assert total["per_kg"] == {"value": 1.323, "unit": "mg/kg"}
    assert total["per_cm2"] == {"value": 2.05, "unit": "mg/cm2"}
    assert total["limits"][0] == {
        "code": "dose_per_area",
        "max": {"value": 2, "unit": "mg/cm2"},
        "source": "label_us",
    }
    stop, refer = said["findings"]
    assert stop["found"] == {"value": 2.05, "unit": "mg/cm2"}
    assert stop["limit"] == {"value": 2, "unit": "mg/cm2"}
    assert set(refer) == {"code", "severity", "about", "message", "source"}
    assert set(refer["message"]) == {"en", "fr"}


def test_a_total_without_weight_or_area_leaves_them_out(known, clean):
    assessment = assess(replace(clean, patient=replace(clean.patient, weight_kg=None)), known)
    assert "per_kg" not in answer(assessment)["totals"]["dissolvine"]


def test_nothing_planned_yet_is_a_judgement_of_the_person_and_the_practitioner(known, clean):
    assessment = assess(replace(clean, passes=()), known)
    assert (assessment.decision, assessment.totals) == ("go", {})
    pregnant = replace(clean, passes=(), patient=replace(clean.patient, pregnant=True))
    assert assess(pregnant, known).decision == "stop"
    nobody = Case(
        "US", date(2026, 11, 22), Patient(date(1984, 5, 2), "male"), Practitioner("nurse", ()), "fat", ()
    )
    assert {it.about for it in assess(nobody, known).findings} >= {"licence", "conditions", "weight_kg"}


def test_passes_that_share_a_syringe_are_counted_together(known, clean):
    (whole,) = clean.passes
    half = replace(whole.points, count=20)
    passes = (replace(whole, points=half), replace(whole, points=half, area_cm2=Decimal(20)))
    assessment = assess(replace(clean, passes=passes), known)
    assert [it.code for it in assessment.findings] == []
    assert str(assessment.totals["dissolvine"].dose) == "80 mg"
    one_more = (*passes, replace(whole, points=replace(half, count=1)))
    assert {it.code for it in assess(replace(clean, passes=one_more), known).findings} == {
        "more_injected_than_mixed",
        "dose_per_area",
    }


def test_every_finding_names_a_source_that_is_held(known):
    bad = {
        "jurisdiction": "FR",
        "practitioner.credentials": [],
        "patient": {"birth_date": "2015-01-01", "sex": "female", "allergies": ["dust"]},
        "plan.mix": {
            "components": [
                documents.component(name, 1, "%", 1)
                for name in ("dissolvine", "salt", "firstcaine", "newthing")
            ]
        },
        "plan.points": {"count": 900, "volume_ml": 1},
        "plan.depth_mm": 90,
    }
    document = documents.changed(documents.CLEAN, bad)
    assessment = assess(read_document(json.dumps(document).encode(), known), known)
    assert len(assessment.findings) > 20
    for finding in assessment.findings:
        assert finding.source in known.sources
        assert finding.sources[0] == finding.source
        assert set(finding.message) == {"en", "fr"}


PARTS = [
    documents.component("dissolvine", 10, "mg/mL", 3),
    documents.component("salt", 0.9, "%", 2),
    documents.component("firstcaine", 1, "%", 1),
    documents.component("newthing", 1, "mg/mL", 1),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[1::3])
def test_the_order_of_components_changes_nothing(judged, order):
    mixed = {"plan.mix.components": PARTS}
    shuffled = {"plan.mix.components": [PARTS[place] for place in order]}
    assert judged(shuffled) == judged(mixed)


@given(st.randoms(use_true_random=False))
def test_the_order_of_lists_and_passes_changes_nothing(known, clean, random):
    sets = {
        "patient.medications": ["warfarin", "aspirin", "newpill"],
        "patient.conditions": ["dysphagia", "epilepsy", "green_ears"],
        "practitioner.credentials": [{"kind": "licence"}, {"kind": "delegation"}, {"kind": "licence"}],
        "previous_sessions": [
            {
                "date": f"2026-{month:02}-10",
                "area": "chin",
                "substances": {"dissolvine": {"value": 1, "unit": "mg"}},
            }
            for month in range(4, 12)
        ],
    }
    document = documents.changed(documents.CLEAN, sets)
    first = read_document(json.dumps(document).encode(), known)
    for values in (document["patient"]["medications"], document["patient"]["conditions"]):
        random.shuffle(values)
    random.shuffle(document["practitioner"]["credentials"])
    random.shuffle(document["previous_sessions"])
    again = read_document(json.dumps(document).encode(), known)
    (one,) = first.passes
    passes = [one, replace(one, area="belly"), replace(one, area_cm2=None)]
    straight = assess(replace(first, passes=tuple(passes)), known)
    random.shuffle(passes)
    assert assess(replace(again, passes=tuple(passes)), known) == straight


@given(st.randoms(use_true_random=False))
def test_the_order_of_rules_and_limits_changes_nothing(known, clean, random):
    rules = list(known.screening.items())
    random.shuffle(rules)
    substances = dict(known.substances)
    for name, held in substances.items():
        limits, own = list(held.limits), list(held.rules)
        random.shuffle(limits)
        random.shuffle(own)
        substances[name] = replace(held, limits=tuple(limits), rules=tuple(own))
    other = replace(known, screening=dict(rules), substances=substances)
    case = replace(
        clean, patient=replace(clean.patient, conditions=None, medications=("warfarin", "aspirin"))
    )
    assert assess(case, other) == assess(case, known)


FORGETTABLE = [
    "patient.weight_kg",
    "patient.height_cm",
    "patient.pregnant",
    "patient.conditions",
    "patient.medications",
    "previous_sessions",
    "plan.area_cm2",
    "plan.depth_mm",
    "plan.mix.prepared_at",
    "plan.mix.inject_at",
    "plan.mix.components.0.container",
    "plan.points.spacing_cm",
]


@given(st.sets(st.sampled_from(FORGETTABLE)), st.booleans(), st.integers(30, 60))
def test_what_is_not_known_never_clears_and_never_adds_a_stop(judged, forgotten, pregnant, count):
    """Forgetting leaves only stops that the whole truth has too; one that it loses it asks about."""
    sets = {
        "patient.pregnant": pregnant,
        "plan.points.count": count,
        "plan.mix.components.0.volume_ml": 20,
        "patient.medications": ["warfarin"],
    }
    whole, less = judged(sets), judged(sets, sorted(forgotten))
    stops = [{(it.code, it.about) for it in one.findings if it.severity == "stop"} for one in (whole, less)]
    assert stops[1] <= stops[0]
    if stops[1] < stops[0]:
        assert less.decision in ("stop", "incomplete")
        assert any(it.code == "fact_missing" for it in less.findings)
    assert less.decision != "go"


def test_one_syringe_is_one_mix_even_as_two_passes(known, clean):
    (one,) = clean.passes
    twice = Pass(one.area, one.technique, one.mix, one.points, one.area_cm2, one.depth_mm)
    found = assess(replace(clean, passes=(one, twice)), known).findings
    assert "more_injected_than_mixed" in {it.code for it in found}
