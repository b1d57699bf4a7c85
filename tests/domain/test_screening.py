from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import documents
from wheal.screening import Patient, age, body_mass_index, screen_person

CAINE = {
    "plan.mix.components": [documents.component("firstcaine", 1, "%", 8)],
    "plan.purpose": "skin",
    "plan.area": "belly",
}


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2008-11-22", "2026-11-22", 18),
        ("2008-11-23", "2026-11-22", 17),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
    ],
)
def test_age_is_counted_in_whole_years(born, on, years):
    assert age(date.fromisoformat(born), date.fromisoformat(on)) == years


def test_the_body_mass_index_needs_both_weight_and_height():
    person = Patient(date(1984, 5, 2), "female", Decimal(90), Decimal(150))
    assert body_mass_index(person) == 40
    assert body_mass_index(Patient(date(1984, 5, 2), "female", Decimal(90))) is None
    assert body_mass_index(Patient(date(1984, 5, 2), "female", height_cm=Decimal(150))) is None


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ({"patient.conditions": ["infection_at_site"]}, ["infection_at_site:infection_at_site"]),
        ({"patient.pregnant": True}, ["pregnancy:pregnant"]),
        ({"patient.breastfeeding": True}, ["pregnancy:breastfeeding"]),
        ({"patient.birth_date": "2008-11-23"}, ["under_age:birth_date"]),
        ({"patient.birth_date": "2008-11-22"}, []),
        ({"patient.medications": ["warfarin"]}, ["bleeding:warfarin"]),
        ({"patient.medications": ["warfarin", "aspirin"]}, ["bleeding:aspirin", "bleeding:warfarin"]),
        ({"patient.weight_kg": 112.896}, []),
        ({"patient.weight_kg": 112.897}, ["high_bmi:bmi"]),
        ({"patient.conditions": ["dysphagia"]}, ["swallowing_trouble:dysphagia"]),
        ({"patient.conditions": ["dysphagia"], "plan.area": "belly"}, ["outside_label_area:dissolvine"]),
        ({"patient.conditions": ["green_ears"]}, ["unknown_code:green_ears"]),
        ({"patient.medications": ["newpill"]}, ["unknown_code:newpill"]),
        ({"patient.allergies": ["dust", "nut"]}, ["unknown_code:dust"]),
        ({"patient.sex": "male", "patient.pregnant": True}, ["pregnancy:pregnant"]),
        (
            {"date": "2001-06-01", "previous_sessions": []},
            ["under_age:birth_date", "dates_differ:inject_at", "old_law:old_law"],
        ),
        ({"date": "2002-06-01", "previous_sessions": []}, ["dates_differ:inject_at"]),
    ],
)
def test_every_rule_speaks_about_the_fact_that_made_it_true(said, sets, expected):
    assert said(sets) == expected


@pytest.mark.parametrize(
    ("removed", "missing"),
    [
        ("patient.pregnant", ["pregnant"]),
        ("patient.breastfeeding", ["breastfeeding"]),
        ("patient.conditions", ["conditions"]),
        ("patient.medications", ["medications"]),
        ("patient.height_cm", ["height_cm"]),
        ("patient.weight_kg", ["weight_kg"]),
        ("patient.allergies", []),
    ],
)
def test_a_missing_answer_never_clears_a_candidate(judged, removed, missing):
    assessment = judged(removes=[removed])
    assert [it.about for it in assessment.findings if it.code == "fact_missing"] == missing
    assert assessment.decision == ("incomplete" if missing else "go")


def test_men_are_not_asked_whether_they_are_pregnant(said):
    assert said({"patient.sex": "male"}, ["patient.pregnant", "patient.breastfeeding"]) == []


def test_a_substance_brings_its_own_rules_and_is_what_they_are_about(said):
    assert said(CAINE) == ["told_always:firstcaine"]
    assert "caine_allergy:caine" in said({**CAINE, "patient.allergies": ["caine"]})
    assert "fact_missing:allergies" in said(CAINE, ["patient.allergies"])


def test_a_question_to_the_clinician_is_a_caution(judged):
    assessment = judged({**CAINE, "patient.conditions": ["epilepsy"]})
    assert assessment.decision == "go"
    assert [it.severity for it in assessment.findings if it.code == "epilepsy_question"] == ["caution"]


def test_before_a_plan_nothing_about_a_plan_is_asked(known):
    person = Patient(date(1984, 5, 2), "female", conditions=("infection_at_site",))
    found = screen_person(person, on=date(2026, 11, 22), jurisdiction="US", purpose=None, known=known)
    said = sorted(f"{it.code}:{it.about}" for it in found)
    assert said == sorted(
        [
            "infection_at_site:infection_at_site",
            "fact_missing:pregnant",
            "fact_missing:breastfeeding",
            "fact_missing:medications",
            "fact_missing:weight_kg",
            "fact_missing:height_cm",
        ]
    )
