"""What passes says until what: in the message of the answer, and by itself for screens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import documents
from wheal import knowledge
from wheal.assessment import Assessment, answer, assess, read_document
from wheal.findings import Finding, in_order, until_what

BASE = json.loads(
    (Path(__file__).parents[1] / "cases" / "bases" / "us_submental.json").read_text(encoding="utf-8")
)


def _judged(sets: dict[str, object]) -> Assessment:
    document = documents.changed(BASE, sets, ())
    return assess(read_document(json.dumps(document).encode(), knowledge.current()), knowledge.current())


@pytest.mark.parametrize(
    ("condition", "decision", "until"),
    [
        ("surgery_or_laser_at_site_last_6_months", "refer", "six months have passed"),
        ("unstable_weight", "refer", "until the weight is steady"),
        ("active_herpes_at_site", "refer", "until the skin there has healed"),
        ("open_nodule_after_earlier_injection", "refer", "until the result of the culture is known"),
        ("earlier_injections_by_non_doctor", "refer", "looked at every place"),
        ("infection_at_site", "stop", "until it has healed"),
        ("thyroid_enlargement", "stop", "until a doctor has explained it"),
        ("bdd_screen_positive", "stop", "until a mental-health professional"),
        ("warning_fever_with_nodules", "stop", "until a doctor has settled it"),
    ],
)
def test_what_passes_says_until_what_and_decides_as_before(condition, decision, until):
    judged = _judged({"patient.conditions": [condition]})
    [waits] = until_what(judged.findings)
    assert judged.decision == decision
    assert until in waits["en"]
    assert waits["fr"].startswith("Attendez")
    said = [one["message"]["en"] for one in answer(judged)["findings"] if until in one["message"]["en"]]
    assert len(said) == 1


@pytest.mark.parametrize(
    ("fact", "until"),
    [
        ("pregnant", "until pregnancy and breast feeding are over"),
        ("breastfeeding", "until breast feeding is over"),
    ],
)
def test_pregnancy_and_breast_feeding_pass_too(fact, until):
    judged = _judged({f"patient.{fact}": True})
    [waits] = until_what(judged.findings)
    assert judged.decision == "stop"
    assert until in waits["en"]
    assert waits["fr"].startswith("Attendez")


def test_what_does_not_pass_says_nothing_of_waiting():
    judged = _judged({"patient.conditions": ["keloid_past"], "patient.medications": ["warfarin"]})
    assert judged.decision == "refer"
    assert until_what(judged.findings) == ()


def test_an_interval_names_the_first_day_that_keeps_it():
    earlier = {
        "date": "2026-10-31",
        "area": "submental",
        "substances": BASE["previous_sessions"][0]["substances"],
    }
    judged = _judged({"date": "2026-11-22", "previous_sessions": [earlier]})
    [waits] = until_what(judged.findings)
    assert waits == {
        "en": "Wait: not before 30 November 2026.",
        "fr": "Attendez\u00a0: pas avant le 30 novembre 2026.",
    }


def test_rules_that_say_one_thing_wait_for_it_whichever_is_named_first():
    wait = {"en": "Wait.", "fr": "Attendez."}
    rows = [
        Finding("infection_at_site", "stop", "here", {}, "a", sources=("a",)),
        Finding("infection_at_site", "stop", "here", {}, "b", sources=("b",), wait=wait),
    ]
    assert [one.wait for one in in_order(rows)] == [wait]
    assert [one.wait for one in in_order(reversed(rows))] == [wait]
