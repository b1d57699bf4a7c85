"""Whoever reacted to something that was injected is asked to what, and is not given it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import documents
from wheal import knowledge
from wheal.assessment import answer_line

BASE = json.loads(
    (Path(__file__).parents[1] / "cases" / "bases" / "formulary_skin.json").read_text(encoding="utf-8")
)


def _said(substance: str, allergies: list[str]) -> set[str]:
    unit = knowledge.current().substances[substance].measured_in
    sets = {
        "plan.mix.components.0.substance": substance,
        "plan.mix.components.0.concentration": {"value": 1, "unit": f"{unit}/mL"},
        "patient.allergies": allergies,
    }
    document = documents.changed(BASE, sets, ())
    answer = json.loads(answer_line(json.dumps(document).encode(), knowledge.current()))
    return {f"{one['code']} {one['severity']} {one['about']}" for one in answer["findings"]}


@pytest.mark.parametrize("substance", sorted(knowledge.current().substances))
def test_a_reaction_to_a_substance_stops_it_and_one_to_nothing_does_not(substance):
    wanted = f"allergy_to_ingredient stop {substance}"
    assert wanted in _said(substance, ["reaction_to_injection", substance])
    clear = _said(substance, [])
    assert not [one for one in clear if one.startswith(("allergy_to_ingredient", "earlier_reaction refer"))]


def test_every_substance_can_be_named_by_the_patient_once_the_first_question_is_answered_yes():
    known = knowledge.current()
    asked = [question for question in known.questions.values() if question.fills == "allergies"]
    offered = {code for question in asked for code in question.codes}
    assert set(known.substances) - offered == set()
    named = [question for question in asked if set(question.codes) & set(known.substances)]
    first = known.questions["earlier_reaction"]
    assert first.codes == ("reaction_to_injection",)
    assert not first.prefill
    assert {str(one.ask_if) for one in named} == {"{'allergy': 'reaction_to_injection'}", "{}"}


def test_the_words_name_the_product_and_what_it_holds():
    known = knowledge.current()
    sets = {
        "plan.mix.components.0.substance": "lidocaine_epinephrine",
        "patient.allergies": ["reaction_to_injection", "lidocaine"],
    }
    document = documents.changed(BASE, sets, ())
    answer = json.loads(answer_line(json.dumps(document).encode(), known))
    one = next(it for it in answer["findings"] if it["code"] == "allergy_to_ingredient")
    assert one["message"]["en"].startswith("Lidocaine with epinephrine")
    assert "it holds Lidocaine" in one["message"]["en"]
    assert "contient" in one["message"]["fr"]
