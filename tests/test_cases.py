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
from wheal.assessment import answer_line

CASES = Path(__file__).parent / "cases"
KEYS = {"name", "source", "base", "document", "set", "remove", "decision", "finds", "lacks", "error"}


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
    return json.dumps(changed(base, _paths(case.get("set", {})), case.get("remove", ()))).encode()


@pytest.mark.parametrize("case", _cases())
def test_the_case_is_judged_as_its_source_says(case):
    known = knowledge.current()
    assert set(case) <= KEYS
    assert ("error" in case) != ("decision" in case)
    assert case.get("source") is None or case["source"] in known.sources
    answer = json.loads(answer_line(_document(case), known))
    if "error" in case:
        assert f"{answer['error']['code']} {answer['error']['path']}".strip() == case["error"].strip()
        return
    assert "error" not in answer, answer
    said = {f"{it['code']}:{it['about']}" for it in answer["findings"]} | {
        it["code"] for it in answer["findings"]
    }
    told = [f"{it['code']}:{it['about']} {it['severity']}" for it in answer["findings"]]
    assert answer["decision"] == case["decision"], told
    assert set(case.get("finds", ())) <= said, told
    assert not set(case.get("lacks", ())) & said, told


def test_there_are_cases_for_every_limit_and_every_stop():
    assert len(_cases()) >= 80
