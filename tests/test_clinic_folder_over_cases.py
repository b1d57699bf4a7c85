"""A clinic's own folder against every worked case: what was said is still said, and no decision is milder."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import test_cases
from documents import changed
from wheal import consent, knowledge
from wheal.assessment import answer_line
from wheal.knowledge.load import DATA

MILDEST_FIRST = ("go", "refer", "incomplete", "stop")
RULE = """
code = "own_rule"
severity = "info"
when = {}
sources = ["own_paper"]
reviewed = 2026-11-23
"""
PAIR = """
a = ["deoxycholic_acid", "procaine"]
b = ["lidocaine"]
code = "own_pair"
severity = "info"
sources = ["own_paper"]
"""
CODES = """
conditions = ["lupus"]
medications = ["dabigatran_etexilate"]
allergies = ["peanut"]
purposes = ["slimming"]
roles = ["therapist"]
container_kinds = ["bag"]
prepared_by = ["aide"]
"""
COUNTRY = """
reviewed = 2026-11-23
chairside_mixing = true
chairside_sources = []
currency = "EUR"
[roles.physician]
may = true
credentials = []
sources = ["own_paper"]
[roles.therapist]
may = true
credentials = []
sources = ["own_paper"]
"""
HARM = """
substances = []
sources = ["own_paper"]
order = 1
rare = true
"""
QUICKSLIM = """
kind = "other"
measured_in = "mg"
routes = ["epidermal", "id", "sc"]
reviewed = 2026-11-23
sources = ["own_paper"]
medicine = false
no_limit_published = true
status.FR = { standing = "approved", sources = ["own_paper"] }
status.US = { standing = "approved", sources = ["own_paper"] }
status.GB = { standing = "approved", sources = ["own_paper"] }
evidence.fat = { certainty = "high", sources = ["own_paper"] }
evidence.skin = { certainty = "high", sources = ["own_paper"] }
"""
WORDS = """
substance.quickslim.name = "Quickslim"
status.quickslim = { FR = "…", US = "…", GB = "…" }
evidence.quickslim = { fat = "…", skin = "…" }
code.conditions.lupus = "…"
code.medications.dabigatran_etexilate = "…"
code.allergies.peanut = "…"
code.purposes.slimming = "…"
code.roles.therapist = "…"
code.container_kinds.bag = "…"
code.prepared_by.aide = "…"
area.kneecaps = "…"
technique.spiral = "…"
country.LU = "…"
law.LU = { physician = "…", therapist = "…" }
harm.nothing = "Nothing happens."
rule.own_rule = "…"
finding.own_pair = "…"
mixing.own_pair = "…"
"""


@pytest.fixture(scope="module")
def generous(tmp_path_factory) -> knowledge.Knowledge:
    """All that a clinic may write, as lax as it can: limits that nobody reaches, for every substance."""
    own = tmp_path_factory.mktemp("own")
    _write(own / "sources.toml", '[own_paper]\ncite = "The clinic"\ngrade = "A"\n')
    _write(own / "screening/own_rule.toml", RULE)
    _write(own / "mixing/own_pair.toml", PAIR)
    _write(own / "vocabulary.toml", CODES)
    _write(own / "events/nothing.toml", HARM)
    _write(own / "substances/quickslim.toml", QUICKSLIM)
    for kind, name in (("areas/knees", "kneecaps"), ("techniques/papule", "spiral")):
        lines = (DATA / f"{kind}.toml").read_text(encoding="utf-8").splitlines()
        copied = "\n".join(line for line in lines if not line.startswith("ruler"))
        _write(own / f"{kind.partition('/')[0]}/{name}.toml", copied)
    _write(own / "jurisdictions/LU.toml", COUNTRY)
    for language in ("en", "fr"):
        _write(own / f"text/{language}.toml", WORDS)
    for name, held in knowledge.current().substances.items():
        _write(own / f"substances/{name}.toml", _lax(held.measured_in))
    return knowledge.load(extra=own)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _lax(unit: str) -> str:
    per = {"dose_per_session": unit, "dose_per_kg": f"{unit}/kg", "dose_per_area": f"{unit}/cm2"}
    return "\n".join(
        f'[[limits]]\ncode = "{code}"\nmax = "999999 {unit}"\nkind = "clinic"\nsources = ["own_paper"]\n'
        f"jurisdictions = []\n{areas}\n"
        for areas in ("", 'areas = ["face"]')
        for code, unit in per.items()
        if unit != "mL" or code == "dose_per_session"
    )


def test_nothing_that_is_said_falls_silent_and_no_decision_becomes_milder(generous):
    shipped, compared = knowledge.current(), 0
    for case in (parameters.values[0] for parameters in test_cases._cases()):
        plain, laid_over = (test_cases._answered(case, known) for known in (shipped, generous))
        if "error" in plain:
            assert [laid_over["error"][it] for it in ("code", "path")] == [
                plain["error"][it] for it in ("code", "path")
            ]
            continue
        assert _said(plain) <= _said(laid_over), case["name"]
        milder = MILDEST_FIRST.index(laid_over["decision"]) < MILDEST_FIRST.index(plain["decision"])
        assert not milder, case["name"]
        compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    ("group", "code"),
    [("conditions", "lupus"), ("medications", "dabigatran_etexilate"), ("allergies", "peanut")],
)
def test_what_a_clinic_gives_a_name_to_stays_with_a_physician(generous, group, code):
    first = next(iter(test_cases._cases())).values[0]
    document = json.loads(test_cases._document(first))
    document["patient"][group] = [*(document["patient"].get(group) or ()), code]
    plain, named = (
        json.loads(answer_line(json.dumps(document).encode(), known))
        for known in (knowledge.current(), generous)
    )
    assert ("unknown_code", "refer", code) in _said(plain)
    assert ("code_of_the_clinic", "refer", code) in _said(named)
    assert "added this to its list" in json.dumps(named)


@pytest.mark.parametrize("country", ["FR", "US", "GB", "ES"])
@pytest.mark.parametrize("prepared_by", ["pharmacy", "chairside"])
@pytest.mark.parametrize("purpose", ["fat", "skin"])
def test_a_substance_that_only_a_clinic_holds_is_judged_as_one_that_nobody_does(
    generous, country, prepared_by, purpose
):
    """Whatever its file says of its standing, its evidence and whether it is a medicine."""
    document = _well(jurisdiction=country)
    document["plan"]["purpose"], document["plan"]["mix"]["prepared_by"] = purpose, prepared_by
    first = document["plan"]["mix"]["components"][0]
    for others in ((), ({**first, "substance": "hyaluronic_acid_non_crosslinked", "volume_ml": 1},)):
        document["plan"]["mix"]["components"] = [{**first, "substance": "quickslim"}, *others]
        plain, named = _both(document, generous)
        assert ("code_of_the_clinic", "refer", "quickslim") in _said(named)
        assert ("status_not_held", "refer", "quickslim") in _said(named)
        assert _said(plain) - {("unknown_code", "refer", "quickslim")} <= _said(named)
        assert MILDEST_FIRST.index(named["decision"]) >= MILDEST_FIRST.index(plain["decision"]) >= 1


def test_an_allergy_to_a_substance_that_only_a_clinic_holds_stays_with_a_physician(generous):
    document = _well()
    document["patient"]["allergies"] = ["quickslim"]
    _, named = _both(document, generous)
    assert ("code_of_the_clinic", "refer", "quickslim") in _said(named)


def test_an_earlier_session_with_a_substance_that_only_a_clinic_holds_stays_with_a_physician(generous):
    given = {"quickslim": {"value": 1, "unit": "mg"}}
    earlier = [{"date": "2026-01-10", "area": "abdomen", "substances": given}]
    _, named = _both(_well(previous_sessions=earlier), generous)
    assert ("code_of_the_clinic", "refer", "quickslim") in _said(named)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("jurisdiction", "LU"),
        ("practitioner.role", "therapist"),
        ("plan.purpose", "slimming"),
        ("plan.area", "kneecaps"),
        ("plan.technique", "spiral"),
        ("plan.mix.prepared_by", "aide"),
        ("plan.mix.components.0.container.kind", "bag"),
    ],
)
def test_what_gives_a_plan_its_structure_by_the_word_of_a_clinic_alone_stays_with_a_physician(
    generous, path, code
):
    plain, named = _both(changed(_well(), {path: code}), generous)
    assert plain["error"]["code"] == "unknown_code"
    assert ("code_of_the_clinic", "refer", code) in _said(named)
    assert named["decision"] != "go"


def test_a_harm_in_the_words_of_a_clinic_does_not_say_that_others_were_counted(generous):
    terms = consent.Terms("fat", "abdomen", "point_by_point", ("caffeine",), 3, Decimal(300), "USD")
    parties = consent.Parties("Maria Rivera", date(1984, 5, 2), "Bridge Street", "US", "555", "Dr Example")
    plain, laid_over = (
        consent.text(terms, parties, "en", known) for known in (knowledge.current(), generous)
    )
    assert {line for line in plain.splitlines() if line} <= set(laid_over.splitlines())


def _well(**changes) -> dict:
    return {**json.loads((test_cases.CASES / "bases/formulary_skin.json").read_text()), **changes}


def _both(document: dict, generous: knowledge.Knowledge) -> list[dict]:
    data = json.dumps(document).encode()
    return [json.loads(answer_line(data, known)) for known in (knowledge.current(), generous)]


def _said(answer: dict) -> set[tuple[str, str, str]]:
    return {(one["code"], one["severity"], one["about"]) for one in answer["findings"]}
