"""Every rule from both sides, in every country: `tests/cases/sides/*.toml`.

    [[side]]
    rule = "heart_block"
    severity = "stop"
    substance = "lidocaine"                               # absent: a rule for all
    sources = ["lido_200"]
    countries = ["US"]                                    # where it holds; absent: everywhere
    speaks = { "patient.conditions" = ["heart_block"] }   # a well person of forty is changed so
    silent = {}                                           # and so

A rule is silent too in a country in which it does not hold.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents import changed
from wheal import knowledge
from wheal.assessment import answer_line
from wheal.knowledge.records import Rule

CASES = Path(__file__).parent / "cases"
WELL = json.loads((CASES / "bases" / "formulary_skin.json").read_text(encoding="utf-8"))
SALINE = "sodium_chloride_0_9"


def sides() -> list[dict[str, Any]]:
    return [
        side
        for file in sorted((CASES / "sides").glob("*.toml"))
        for side in tomllib.loads(file.read_text(encoding="utf-8"))["side"]
    ]


def _named(side: dict[str, Any]) -> str:
    return f"{side.get('substance', 'all')}: {side['rule']} {side['severity']}"


def said(side: dict[str, Any], country: str, facts: dict[str, Any]) -> set[str]:
    paths = {"jurisdiction": country, **facts}
    without, beside = paths.pop("without", False), paths.pop("beside", None)
    document = changed(copy.deepcopy(WELL), paths, ())
    components = document["plan"]["mix"]["components"]
    components[0]["substance"] = SALINE if without else side.get("substance", SALINE)
    components[0]["concentration"] = _strength(components[0]["substance"])
    if beside:
        components.append({**components[0], "substance": beside, "concentration": _strength(beside)})
    answer = json.loads(answer_line(json.dumps(document).encode(), knowledge.current()))
    assert "error" not in answer, answer
    return {f"{one['code']} {one['severity']}" for one in answer["findings"]}


def _strength(substance: str) -> dict[str, Any]:
    unit = knowledge.current().substances[substance].measured_in
    return {"value": 1, "unit": f"{unit}/mL"}


@pytest.mark.parametrize("side", sides(), ids=_named)
def test_the_rule_speaks_and_is_silent_in_every_country(side):
    wanted = f"{side['rule']} {side['severity']}"
    every = sorted(knowledge.current().jurisdictions)
    holds = side.get("countries", every)
    for country in every:
        speaks = said(side, country, side["speaks"])
        assert (wanted in speaks) == (country in holds), (country, sorted(speaks))
        silent = said(side, country, side["silent"])
        assert wanted not in silent, (country, sorted(silent))


def test_every_rule_that_is_held_has_its_two_sides_and_the_sources_it_names():
    tried = {
        (side.get("substance", ""), side["rule"], side["severity"], *side["sources"]) for side in sides()
    }
    held = {(of, rule.code, rule.severity, *rule.sources) for of, rule in _rules()}
    assert held - tried == set()
    assert tried - held == set()


def _rules() -> Iterator[tuple[str, Rule]]:
    known = knowledge.current()
    yield from (("", rule) for rule in known.screening.values())
    for name, substance in known.substances.items():
        yield from ((name, rule) for rule in substance.rules)
