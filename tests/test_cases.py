"""Worked clinical cases as data: every `tests/cases/*.toml`, judged by the knowledge that is shipped.

    [[case]]
    name = "a fifty-first point is a stop"
    source = "kybella_pi"                  # the source whose statement it tests
    base = "us_submental"                  # tests/cases/bases/us_submental.json
    set = { "plan.points.count" = 51 }     # dotted paths; lists by place: "plan.mix.components.0.volume_ml"
    remove = ["patient.weight_kg"]
    decision = "stop"
    finds = ["points_per_session:deoxycholic_acid"]  # "code:about", or the code alone
    lacks = ["dose_per_session"]

    also = [{ area = "face" }]             # further passes: the plan of the case, changed at dotted paths

`document` may hold the text itself instead of base, and `error = "missing_field plan.area"` a decision.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from documents import changed
from wheal import knowledge
from wheal.assessment import answer, answer_line, assess
from wheal.cases import read_stored
from wheal.comparisons import PER_SIDE

CASES = Path(__file__).parent / "cases"
KEYS = {"name", "source", "base", "document", "set", "remove", "decision", "finds", "lacks", "error", "also"}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]


def _paths(table: dict[str, Any], above: str = "") -> dict[str, Any]:
    """`plan.points.count = 51`, quoted or not, is one path; an amount stays whole."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if (
            isinstance(value, dict)
            and value
            and not ({"value", "unit", "kind", "count", "substance"} & set(value))
        ):
            flat |= _paths(value, f"{above}{key}.")
        else:
            flat[above + key] = value
    return flat


def _document(case: dict[str, Any]) -> bytes:
    if "document" in case:
        return case["document"].encode()
    base = json.loads((CASES / "bases" / f"{case['base']}.json").read_text(encoding="utf-8"))
    made = changed(base, _paths(case.get("set", {})), case.get("remove", ()))
    if "also" in case:
        purpose, first = made["plan"].pop("purpose"), made["plan"]
        made["plan"] = {"purpose": purpose, "passes": [first, *(changed(first, one) for one in case["also"])]}
    return json.dumps(made).encode()


def _answered(case: dict[str, Any], known: knowledge.Knowledge) -> Any:
    """One pass as the command line reads it, several as a signed session holds them."""
    if "also" in case:
        return answer(assess(read_stored(_document(case), known), known))
    return json.loads(answer_line(_document(case), known))


@pytest.mark.parametrize("case", _cases())
def test_the_case_is_judged_as_its_source_says(case):
    known = knowledge.current()
    assert set(case) <= KEYS
    assert ("error" in case) != ("decision" in case)
    assert case.get("source") is None or case["source"] in known.sources
    judged = _answered(case, known)
    if "error" in case:
        assert f"{judged['error']['code']} {judged['error']['path']}".strip() == case["error"].strip()
        return
    assert "error" not in judged, judged
    said = {f"{it['code']}:{it['about']}" for it in judged["findings"]} | {
        it["code"] for it in judged["findings"]
    }
    told = [f"{it['code']}:{it['about']} {it['severity']}" for it in judged["findings"]]
    assert judged["decision"] == case["decision"], told
    assert set(case.get("finds", ())) <= said, told
    assert not set(case.get("lacks", ())) & said, told


def _rows() -> list[dict[str, Any]]:
    return [param.values[0] for param in _cases()]


def test_there_are_hundreds_of_cases_and_each_names_a_source_that_is_held():
    rows = _rows()
    assert len(rows) >= 600
    assert [row["name"] for row in rows if row.get("source") not in knowledge.current().sources] == []


def test_every_limit_is_passed_in_one_case_and_kept_in_another():
    """Those of a side are met in tests/domain/test_limits.py: a document names none."""
    known = knowledge.current()
    limits = {
        (limit.code, name)
        for name, held in known.substances.items()
        for limit in held.limits
        if limit.code not in PER_SIDE
    }
    passed = {tuple(found.split(":", 1)) for row in _rows() for found in row.get("finds", ()) if ":" in found}
    kept = {it.partition(":")[0] for row in _rows() for it in row.get("lacks", ())}
    assert limits - passed == set()
    assert {code for code, _ in limits} - kept == set()


def test_every_substance_stands_in_a_case_and_every_country_has_its_own():
    known = knowledge.current()
    countries, substances = set(), set()
    for row in _rows():
        if "base" not in row:
            continue
        document = json.loads(_document({key: it for key, it in row.items() if key != "also"}))
        countries.add(document.get("jurisdiction"))
        mix = document.get("plan", {}).get("mix", {})
        substances |= {component.get("substance") for component in mix.get("components", ())}
    assert set(known.jurisdictions) - countries == set()
    assert set(known.substances) - substances == set()


def test_every_ban_of_a_country_and_every_role_that_it_refuses_is_met_in_a_case():
    found = {it for row in _rows() for it in row.get("finds", ())}
    codes = {it.partition(":")[0] for it in found}
    for code, law in knowledge.current().jurisdictions.items():
        assert {rule.code for rule in law.rules} - codes == set(), code
    assert {"role_not_permitted", "role_law_not_held", "state_law_decides"} <= codes
