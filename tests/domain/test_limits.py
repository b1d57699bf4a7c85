from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import documents
from wheal.intervals import earliest
from wheal.quantities import Quantity

COMPONENT = "plan.mix.components.0"
LAST = "previous_sessions.0.date"


def _caine(*parts):
    """A mix of anaesthetics in US, all of it injected."""
    components = [documents.component(name, 1, "%", ml) for name, ml in parts]
    total = sum(ml for _, ml in parts)
    return {
        "plan.mix.components": components,
        "plan.points": {"count": 1, "volume_ml": total},
        "plan.purpose": "skin",
        "plan.area": "belly",
    }


@pytest.mark.parametrize(
    ("code", "allowed", "one_hundredth_above"),
    [
        (
            "dose_per_session",
            {"plan.area_cm2": 60, f"{COMPONENT}.volume_ml": 10, "plan.points.count": 50},
            {
                "plan.area_cm2": 60,
                f"{COMPONENT}.volume_ml": 10.01,
                "plan.points.count": 50,
                f"{COMPONENT}.concentration.value": 10.01,
            },
        ),
        ("dose_per_area", {"plan.area_cm2": 40}, {"plan.area_cm2": 39.99}),
        ("dose_per_point", {}, {f"{COMPONENT}.concentration.value": 10.01}),
        (
            "volume_per_session",
            {"plan.points": {"count": 50, "volume_ml": 0.2, "spacing_cm": 1}, f"{COMPONENT}.volume_ml": 11},
            {"plan.points": {"count": 50, "volume_ml": 0.201, "spacing_cm": 1}, f"{COMPONENT}.volume_ml": 11},
        ),
        ("volume_per_point", {}, {"plan.points.volume_ml": 0.21, f"{COMPONENT}.volume_ml": 9}),
        (
            "points_per_session",
            {"plan.points.count": 50, f"{COMPONENT}.volume_ml": 11},
            {"plan.points.count": 51, f"{COMPONENT}.volume_ml": 11},
        ),
        ("min_spacing", {"plan.points.spacing_cm": 1}, {"plan.points.spacing_cm": 0.99}),
        ("min_interval", {LAST: "2026-10-22"}, {LAST: "2026-10-23"}),
    ],
)
def test_the_limit_itself_is_allowed_and_one_step_beyond_is_a_stop(
    judged, said, code, allowed, one_hundredth_above
):
    assert f"{code}:dissolvine" not in said(allowed)
    refused = judged(one_hundredth_above)
    finding = next(finding for finding in refused.findings if finding.code == code)
    assert refused.decision == "stop"
    assert (finding.severity, finding.about, finding.source) == ("stop", "dissolvine", "label_us")
    assert finding.found is not None
    assert finding.found != finding.limit or code == "min_interval"


@pytest.mark.parametrize(("earlier", "refused"), [(5, False), (6, True)])
def test_sessions_with_the_substance_are_counted_with_this_one(said, earlier, refused):
    session = documents.CLEAN["previous_sessions"][0]
    other = {**session, "substances": {"salt": {"value": 9, "unit": "mg"}}}
    nothing = {**session, "substances": {"dissolvine": {"value": 0, "unit": "mg"}}}
    sessions = [session] * earlier + [other, nothing]
    assert ("max_sessions:dissolvine" in said({"previous_sessions": sessions})) is refused


@pytest.mark.parametrize(
    ("last", "interval", "expected"),
    [
        ("2026-10-22", "1 mo", "2026-11-22"),
        ("2026-01-31", "1 mo", "2026-02-28"),
        ("2028-01-31", "1 mo", "2028-02-29"),
        ("2026-12-31", "2 mo", "2027-02-28"),
        ("2026-12-15", "1 a", "2027-12-15"),
        ("2026-02-01", "28 d", "2026-03-01"),
        ("2026-02-01", "2 wk", "2026-02-15"),
    ],
)
def test_a_month_is_a_calendar_month_and_days_are_days(last, interval, expected):
    assert earliest(date.fromisoformat(last), Quantity.parse(interval)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("removed", "missing"),
    [
        ("previous_sessions", "previous_sessions"),
        ("plan.area_cm2", "area_cm2"),
        ("plan.points.spacing_cm", "spacing_cm"),
    ],
)
def test_a_limit_whose_fact_is_missing_asks_for_it(judged, removed, missing):
    assessment = judged(removes=[removed])
    assert assessment.decision == "incomplete"
    assert [finding.about for finding in assessment.findings] == [missing]
    assert any(limit.found is None for limit in assessment.totals["dissolvine"].limits)


def test_facts_are_asked_for_only_where_a_limit_needs_them(judged):
    salt = {"plan.mix.components": [documents.component("salt", 0.9, "%", 8)], "plan.purpose": "skin"}
    removes = ["previous_sessions", "plan.area_cm2", "plan.points.spacing_cm", "patient.weight_kg"]
    assessment = judged(salt, removes)
    assert [finding.code for finding in assessment.findings] == ["no_published_limit"]
    assert assessment.decision == "go"
    assert assessment.totals["salt"].no_limit_published
    assert assessment.totals["salt"].per_kg is None


def test_a_single_point_needs_no_spacing(said):
    assert said({"plan.points.count": 1}, ["plan.points.spacing_cm"]) == []


@pytest.mark.parametrize(
    ("parts", "weight", "expected"),
    [
        ([("firstcaine", 30)], 100, []),
        ([("firstcaine", 20), ("firstcaine", 10.01)], 100, ["dose_per_session:firstcaine"]),
        ([("firstcaine", 20), ("secondcaine", 10)], 100, []),
        ([("firstcaine", 20), ("secondcaine", 10.01)], 100, ["dose_per_session:firstcaine"]),
        ([("secondcaine", 50)], 100, []),
        ([("secondcaine", 50.01)], 100, ["dose_per_session:secondcaine"]),
        (
            [("firstcaine", 10), ("secondcaine", 41)],
            200,
            ["dose_per_session:firstcaine", "dose_per_session:secondcaine"],
        ),
        ([("firstcaine", 27), ("salt", 40)], 60, []),
        ([("firstcaine", 27.01)], 60, ["dose_per_kg:firstcaine"]),
        ([("firstcaine", 14), ("secondcaine", 13.01)], 60, ["dose_per_kg:firstcaine"]),
    ],
)
def test_local_anaesthetics_are_counted_together_over_all_components(judged, parts, weight, expected):
    assessment = judged({**_caine(*parts), "patient.weight_kg": weight})
    assert [f"{it.code}:{it.about}" for it in assessment.findings if it.severity == "stop"] == expected


def test_the_dose_per_kilogram_needs_a_weight(said):
    assert "fact_missing:weight_kg" in said(_caine(("firstcaine", 1)), ["patient.weight_kg"])


def test_a_stricter_figure_of_another_country_is_said_and_decides_nothing(judged):
    assessment = judged({**_caine(("firstcaine", 20.01)), "patient.weight_kg": 100})
    finding = next(it for it in assessment.findings if it.code == "stricter_figure_elsewhere")
    assert (finding.severity, str(finding.found), str(finding.limit)) == ("caution", "200.1 mg", "200 mg")
    assert finding.source == "formulary_bh"
    assert assessment.decision == "go"


def test_a_figure_of_elsewhere_is_not_repeated_beside_the_same_stop(said):
    assert "stricter_figure_elsewhere:firstcaine" not in said(
        {**_caine(("firstcaine", 50)), "patient.weight_kg": 40}
    )


def test_a_figure_of_elsewhere_asks_for_nothing(known, said):
    swiss = {"plan.mix.components": [documents.component("secondcaine", 1, "%", 8)], "plan.purpose": "skin"}
    assert "fact_missing:weight_kg" not in said(swiss, ["patient.weight_kg"])


def _swissol(volume_ml, **sets):
    part = documents.component("swissol", 1, "mL/mL", volume_ml)
    return {"plan.mix.components": [part], "plan.points": {"count": 1, "volume_ml": volume_ml}, **sets}


def test_without_a_label_here_the_foreign_label_holds_and_that_is_said(judged):
    assessment = judged(_swissol(2.2))
    codes = [finding.code for finding in assessment.findings if finding.severity != "stop"]
    assert "limit_borrowed" in codes
    borrowed = next(finding for finding in assessment.findings if finding.code == "limit_borrowed")
    assert borrowed.sources == ("label_ch",)
    refused = [finding.code for finding in judged(_swissol(2.21)).findings if finding.severity == "stop"]
    assert "dose_per_day" in refused
    kinds = {limit.code: limit.kind for limit in assessment.totals["swissol"].limits}
    assert kinds == {"dose_per_day": "label", "min_interval": "label", "dose_per_session": "other_route"}
    amounts = {limit.code: str(limit.max) for limit in assessment.totals["swissol"].limits}
    assert (amounts["dose_per_day"], amounts["min_interval"]) == ("2.2 mL", "14 d")


def test_a_day_has_one_dose_over_all_its_sessions(said):
    sessions = [
        {"date": "2026-11-22", "area": "belly", "substances": {"swissol": {"value": 1200, "unit": "uL"}}},
        {"date": "2026-11-01", "area": "belly", "substances": {"swissol": {"value": 9, "unit": "mL"}}},
    ]
    assert "dose_per_day:swissol" not in said({**_swissol(1), "previous_sessions": sessions})
    assert "dose_per_day:swissol" in said({**_swissol(1.01), "previous_sessions": sessions})


def test_a_limit_for_one_area_holds_only_there(judged):
    codes = [limit.code for limit in judged(_swissol(0.2, **{"plan.area": "belly"})).totals["swissol"].limits]
    assert "dose_per_point" in codes
    assert "dose_per_point" not in [limit.code for limit in judged(_swissol(0.2)).totals["swissol"].limits]


def test_totals_say_what_is_given_per_kilogram_and_per_area(judged):
    total = judged().totals["dissolvine"]
    assert (str(total.dose), str(total.per_cm2)) == ("80 mg", "2 mg/cm2")
    assert total.per_kg is not None
    assert round(total.per_kg.value, 3) == Decimal("1.290")
