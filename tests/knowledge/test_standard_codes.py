"""Codes of the vocabulary beside those of public standards."""

from __future__ import annotations

import json
import re

import pytest

from wheal import cli, knowledge

SHAPES = {"ICD-10-CM": r"[A-Z]\d\d(\.\d{1,4})?", "ATC": r"[A-Z]\d\d([A-Z]([A-Z](\d\d)?)?)?"}


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


def test_every_standard_code_has_the_shape_of_its_system(known):
    for held in known.standard.values():
        for code, standard in held.items():
            assert all(re.fullmatch(SHAPES[standard.system], each) for each in standard.codes), code


def test_conditions_go_by_icd_and_medicines_by_atc(known):
    assert {it.system for it in known.standard["conditions"].values()} == {"ICD-10-CM"}
    assert {it.system for it in known.standard["allergies"].values()} == {"ICD-10-CM"}
    assert {it.system for it in known.standard["medications"].values()} == {"ATC"}


def test_the_list_of_codes_tells_them(capsys):
    cli.main(["codes", "--json"])
    told = {(row["group"], row["code"]): row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert told["medications", "warfarin"]["standard"] == [{"system": "ATC", "code": "B01AA03"}]
    assert told["conditions", "dysphagia"]["standard"] == [{"system": "ICD-10-CM", "code": "R13"}]
    assert "standard" not in told["conditions", "other"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[conditions]\nplague = { system = "ICD-10-CM", codes = ["A20"], called = "Plague", sources = ["paper"] }',
         "conditions.plague: the vocabulary holds no such code"),
        ('[conditions]\ndysphagia = { system = "ATC", codes = [], called = "-", sources = ["paper"] }',
         "dysphagia.codes: at least one code is needed"),
        ('[conditions]\ndysphagia = { system = "SNOMED", codes = ["1"], called = "-", sources = ["paper"] }', "system"),
        ('[conditions]\ndysphagia = { system = "ATC", codes = ["A"], called = "-", sources = ["nobody"] }', "nobody"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_is_told(folder, complaints, text, complaint):
    vocabulary = (folder / "vocabulary.toml").read_text()
    code = re.search(r'conditions = \[\s*"(\w+)"', vocabulary).group(1)
    (folder / "codes.toml").write_text(text.replace("dysphagia", code))
    assert any(complaint.replace("dysphagia", code) in said for said in complaints()), complaints()


def test_a_clinic_may_add_one_and_change_none(known, tmp_path):
    (tmp_path / "codes.toml").write_text(
        '[allergies]\nsoy = { system = "ICD-10-CM", codes = ["Z91.0"], called = "-", sources = ["icd10cm_2018"] }\n'
    )
    assert "soy" in knowledge.load(extra=tmp_path).standard["allergies"]
    (tmp_path / "codes.toml").write_text('[medications]\nwarfarin = { system = "ATC", codes = ["B01"] }\n')
    with pytest.raises(knowledge.KnowledgeError, match="held already"):
        knowledge.load(extra=tmp_path)
