from __future__ import annotations

import pytest

import documents

CAINE = {"plan.mix.components": [documents.component("firstcaine", 1, "%", 8)], "plan.purpose": "skin"}


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ({"plan.depth_mm": 4}, []),
        ({"plan.depth_mm": 3.99}, ["depth_outside_layer:dissolvine", "depth_outside_technique:depth_mm"]),
        ({"plan.depth_mm": 12.5}, []),
        ({"plan.depth_mm": 12.51}, ["depth_outside_layer:dissolvine", "depth_outside_technique:depth_mm"]),
        ({"plan.technique": "surface", "plan.depth_mm": None}, ["route_not_named:dissolvine"]),
        ({"plan.technique": "wheal", "plan.depth_mm": 0}, ["route_not_named:dissolvine"]),
        (
            {"plan.technique": "wheal", "plan.depth_mm": 2.1},
            [
                "depth_outside_layer:dissolvine",
                "route_not_named:dissolvine",
                "depth_outside_technique:depth_mm",
            ],
        ),
        ({"plan.depth_mm": None}, ["fact_missing:depth_mm"]),
        ({"plan.area": "belly"}, ["outside_label_area:dissolvine"]),
    ],
)
def test_technique_depth_and_area_are_held_against_what_the_sources_name(said, sets, expected):
    assert said(sets) == expected


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ({"jurisdiction": "FR"}, ["status_not_known:dissolvine", "limit_borrowed:dissolvine"]),
        (
            {"jurisdiction": "FR", "plan.purpose": "skin"},
            ["limit_borrowed:dissolvine"],
        ),
        (
            {**CAINE, "jurisdiction": "FR"},
            ["status_note:firstcaine", "told_always:firstcaine"],
        ),
        (
            {**CAINE, "jurisdiction": "FR", "date": "2019-12-31", "previous_sessions": []},
            ["dates_differ:inject_at", "told_always:firstcaine"],
        ),
        (
            {
                "plan.mix.components": [documents.component("spreadase", 1, "[USP'U]/mL", 8)],
                "jurisdiction": "FR",
            },
            ["status_not_held:spreadase", "limit_borrowed:spreadase"],
        ),
        (
            {"plan.mix.components": [documents.component("newthing", 1, "mg/mL", 8)]},
            ["unknown_code:newthing"],
        ),
        (
            {"previous_sessions.0.substances": {"newthing": {"value": 3, "unit": "{points}"}}},
            ["unknown_code:newthing"],
        ),
    ],
)
def test_the_status_of_each_substance_is_what_the_country_says(said, sets, expected):
    assert said(sets) == expected


def test_an_unapproved_substance_is_a_stop_in_the_words_of_its_status(judged):
    assessment = judged({"plan.mix.components": [documents.component("swissol", 1, "mL/mL", 8)]})
    finding = next(it for it in assessment.findings if it.code == "substance_not_lawful")
    assert (finding.severity, finding.message["en"]) == ("stop", "swissol US")


def test_a_status_that_turns_on_a_fact_asks_for_it(said):
    sets = {"plan.mix.components": [documents.component("spreadase", 1, "[USP'U]/mL", 8)]}
    assert "fact_missing:conditions" in said(sets, ["patient.conditions"])
    assert "status_not_known:spreadase" in said({**sets, "patient.conditions": ["epilepsy"]})
    assert "status_not_known:spreadase" not in said(sets)


def test_the_law_of_the_country_judges_the_mixture_from_its_day_on(said):
    mixture = {
        "jurisdiction": "FR",
        "plan.mix.components": [
            documents.component("firstcaine", 1, "%", 4),
            documents.component("salt", 1, "%", 4),
        ],
        "previous_sessions": [],
    }
    assert "fat_mixture_forbidden:fat_mixture_forbidden" in said(mixture)
    assert "fat_mixture_forbidden:fat_mixture_forbidden" in said({**mixture, "date": "2011-04-12"})
    assert "fat_mixture_forbidden:fat_mixture_forbidden" not in said({**mixture, "date": "2011-04-11"})
    assert "fat_mixture_forbidden:fat_mixture_forbidden" not in said({**mixture, "jurisdiction": "US"})
