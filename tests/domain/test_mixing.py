from __future__ import annotations

import pytest

import documents

C = "plan.mix.components.0"
LIGHT = {"plan.purpose": "skin", "plan.area": "belly"}


def _mix(*substances):
    components = [
        documents.component(name, 150, "[USP'U]/mL", 1)
        if name == "spreadase"
        else documents.component(name, 1, "%", 8)
        for name in substances
    ]
    return {**LIGHT, "plan.mix.components": components}


@pytest.mark.parametrize(
    ("expires", "expected"), [("2026-11-22", []), ("2026-11-21", ["lot_expired:dissolvine"])]
)
def test_a_lot_may_be_used_on_its_last_day_and_not_after(said, expires, expected):
    assert said({f"{C}.lot.expires": expires}) == expected


def test_a_recalled_lot_is_a_stop_and_an_unchecked_one_postpones(judged, said):
    assert said({f"{C}.lot.recalled": True}) == ["lot_recalled:dissolvine"]
    assert said(removes=[f"{C}.lot.recalled"]) == ["fact_missing:recalled"]
    assert judged(removes=[f"{C}.lot.recalled"]).decision == "incomplete"


@pytest.mark.parametrize(
    ("inject_at", "expected"),
    [
        ("2026-11-22T13:00:00Z", []),
        ("2026-11-22T14:00:00+01:00", []),
        ("2026-11-22T13:00:01Z", ["beyond_use:prepared_at"]),
        ("2026-11-22T13:00:00.000001Z", ["beyond_use:prepared_at"]),
        ("2026-11-22T09:00:00Z", []),
        ("2026-11-22T08:59:59Z", ["times_contradict:opened_at", "times_contradict:prepared_at"]),
    ],
)
def test_a_mix_is_injected_within_four_hours_of_its_preparation(said, inject_at, expected):
    assert said({"plan.mix.inject_at": inject_at}) == expected


@pytest.mark.parametrize(
    ("removed", "missing"),
    [
        ("plan.mix.prepared_at", "prepared_at"),
        ("plan.mix.inject_at", "inject_at"),
        (f"{C}.container", "container"),
        (f"{C}.container.opened_at", "opened_at"),
    ],
)
def test_a_clock_that_was_not_noted_is_asked_for(judged, removed, missing):
    assessment = judged(removes=[removed])
    assert [f"{it.code}:{it.about}" for it in assessment.findings] == [f"fact_missing:{missing}"]
    assert assessment.decision == "incomplete"


@pytest.mark.parametrize(
    ("kind", "opened_at", "expected"),
    [
        ("multi_dose", "2026-10-25T09:20:00Z", []),
        ("multi_dose", "2026-10-25T09:19:59Z", ["container_open_too_long:dissolvine"]),
        ("multi_dose", "2026-11-22T09:20:01Z", ["times_contradict:opened_at"]),
        ("single_dose", "2026-11-22T00:00:00Z", []),
        ("single_dose", "2026-11-21T23:59:59Z", ["single_dose_reused:dissolvine"]),
        ("single_dose", "2026-11-22T01:00:00+02:00", ["single_dose_reused:dissolvine"]),
        ("pharmacy_syringe", "2020-01-01T00:00:00Z", []),
        ("pharmacy_syringe", "2026-11-22T10:00:00Z", ["times_contradict:opened_at"]),
    ],
)
def test_containers_last_as_long_as_their_kind_allows(said, kind, opened_at, expected):
    assert said({f"{C}.container": {"kind": kind, "opened_at": opened_at}}) == expected


def test_a_pharmacy_syringe_has_no_opening_to_note(said):
    assert said({f"{C}.container": {"kind": "pharmacy_syringe"}}) == []


@pytest.mark.parametrize(
    ("jurisdiction", "substances", "prepared_by", "expected"),
    [
        ("FR", ("firstcaine", "salt"), "chairside", "chairside_mixing_forbidden:prepared_by"),
        ("FR", ("firstcaine", "salt"), None, "fact_missing:prepared_by"),
        ("FR", ("newthing", "salt"), "chairside", "chairside_mixing_forbidden:prepared_by"),
        ("FR", ("firstcaine", "salt"), "pharmacy", None),
        ("FR", ("firstcaine", "firstcaine"), "chairside", None),
        ("FR", ("salt",), None, None),
        ("US", ("firstcaine", "salt"), "chairside", None),
        ("US", ("firstcaine", "salt"), None, None),
    ],
)
def test_medicines_are_not_mixed_in_the_surgery_where_that_is_the_law(
    said, jurisdiction, substances, prepared_by, expected
):
    sets = {**_mix(*substances), "jurisdiction": jurisdiction, "plan.mix.prepared_by": prepared_by}
    found = [it for it in said(sets) if it.endswith(":prepared_by")]
    assert found == ([expected] if expected else [])


def test_more_than_three_products_go_to_a_physician(judged):
    three = judged(_mix("firstcaine", "secondcaine", "salt", "salt"))
    four = judged(_mix("firstcaine", "secondcaine", "salt", "spreadase"))
    assert "too_many_products" not in [it.code for it in three.findings]
    finding = next(it for it in four.findings if it.code == "too_many_products")
    assert (finding.severity, finding.found.value, finding.limit.value) == ("refer", 4, 3)
    assert finding.message["en"].endswith("4 against 3")


@pytest.mark.parametrize(
    ("substances", "expected"),
    [
        (("dissolvine",), []),
        (("dissolvine", "dissolvine"), []),
        (("dissolvine", "salt"), ["admixture_forbidden:dissolvine"]),
        (("dissolvine", "newthing"), ["admixture_forbidden:dissolvine"]),
        (("spreadase", "firstcaine"), ["admixture_question:spreadase"]),
        (("spreadase", "firstcaine", "secondcaine"), ["admixture_question:spreadase"]),
        (("spreadase", "salt"), []),
    ],
)
def test_what_may_not_share_a_syringe_is_said(said, substances, expected):
    assert [it for it in said(_mix(*substances)) if it.startswith("admixture")] == expected
