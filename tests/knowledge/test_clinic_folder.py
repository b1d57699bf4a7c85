from __future__ import annotations

import pytest

from wheal import knowledge

RULE = """
code = "own_rule"
severity = "refer"
when = { condition = "epilepsy" }
sources = ["own_paper"]
reviewed = 2000-01-01
"""
LIMIT = """
[[limits]]
code = "dose_per_session"
max = "50 mg"
kind = "clinic"
sources = ["own_paper"]
jurisdictions = []
"""
PREGNANT_AGAIN = """
order = 1
page = "today"
kind = "yes_no"
fills = "pregnant"
"""
WORDS = 'rule.own_rule = "own rule"\n'


@pytest.fixture
def own(tmp_path):
    """A clinic's own folder that adds a rule, a limit and a shorter clock."""
    made = tmp_path / "own"
    for name, text in {
        "sources.toml": '[own_paper]\ncite = "The clinic"\ngrade = "B"\n',
        "screening/own_rule.toml": RULE,
        "substances/dissolvine.toml": LIMIT,
        "mixing/handling.toml": "beyond_use_hours = 2",
        "vocabulary.toml": 'conditions = ["own_condition"]',
        "text/en.toml": WORDS + 'code.conditions.own_condition = "own condition"\n',
        "text/fr.toml": WORDS + 'code.conditions.own_condition = "affection maison"\n',
    }.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    return made


def test_a_clinic_adds_and_tightens(folder, own):
    known, shipped = knowledge.load(folder, extra=own), knowledge.load(folder)
    assert "own_rule" in known.screening
    assert known.handling.beyond_use_hours == 2
    assert len(known.substances["dissolvine"].limits) == len(shipped.substances["dissolvine"].limits) + 1
    assert known.substances["dissolvine"].rules == shipped.substances["dissolvine"].rules
    assert "own_condition" in known.vocabulary.conditions
    assert known.name("own_condition", "fr") == "affection maison"
    assert known.version == "2000.01.01+clinic"
    assert known.digest != shipped.digest
    (own / "VERSION").write_text("7")
    assert knowledge.load(folder, extra=own).version == "2000.01.01+7"


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("screening/pregnancy.toml", RULE, "clinic: screening/pregnancy.toml: this file is held already"),
        (
            "substances/dissolvine.toml",
            "medicine = false",
            "medicine: a clinic may only add limits and rules here",
        ),
        (
            "substances/dissolvine.toml",
            LIMIT.replace('"clinic"', '"label"'),
            "limits.0.kind: a clinic's own limit has kind",
        ),
        (
            "mixing/handling.toml",
            "beyond_use_hours = 5",
            "beyond_use_hours: a clinic may only lower this: 4 is held",
        ),
        ("mixing/handling.toml", "beyond_use_hours = 0", "a clinic may only lower this"),
        ("mixing/handling.toml", 'beyond_use_hours = "2"', "a clinic may only lower this"),
        ("mixing/handling.toml", "expiry_sources = []", "expiry_sources: a clinic may only lower this"),
        ("sources.toml", '[paper]\ncite = "Better"\ngrade = "A"', "paper: this is held already"),
        ("text/en.toml", 'rule.pregnancy = "fine"', "rule.pregnancy: this is held already"),
        (
            "questions/own.toml",
            PREGNANT_AGAIN,
            "questions/own.toml: fills: a question that is held asks this",
        ),
        *(
            (
                "events/own.toml",
                text,
                "events/own.toml: rare: a clinic adds a harm of what is held in words alone",
            )
            for text in (
                'substances = ["dissolvine"]\nsources = ["own_paper"]\norder = 1\nof_100 = 1\nof = 100\n',
                'substances = []\nsources = ["own_paper"]\norder = 1\nrare = true\nof_100 = 1\nof = 100\n',
                'substances = ["dissolvine"]\nsources = ["own_paper"]\norder = 1\n',
            )
        ),
        (
            "alternatives/own.toml",
            'kind = "injection"\norder = 0\n',
            "kind: the injections of a plan are described",
        ),
        ("evidence/own.toml", 'verdict = "supported"\n', "verdict: a clinic calls no claim supported"),
        ("aftercare/own.toml", 'kind = "expect"\n', "kind: a clinic adds what to do"),
        ("mixing/own.toml", 'a = ["*"]\nb = ["salt"]\n', "a: a clinic names the substances of a pair"),
        ("mixing/own.toml", 'a = ["salt"]\nb = ["*"]\n', "b: a clinic names the substances of a pair"),
        ("text/en.toml", 'told.dissolvine.US = "safe"', "told: this is worded by the shipped files alone"),
        ("text/en.toml", 'owed.US = "nothing"', "owed: this is worded by the shipped files alone"),
        ("text/en.toml", 'danger_name.eye = "fine"', "danger_name: this is worded by the shipped files"),
        ("text/en.toml", 'claim.works.instead = "It works"', "claim.works: this is worded by the shipped"),
        ("text/en.toml", 'question.pregnant.help = "No"', "question.pregnant: this is worded by the shipped"),
        ("substances/dissolvine.toml", "limits = 3", "limits: this must be a list"),
        ("substances/dissolvine.toml", 'limits = ["a"]', "limits.0.kind: a clinic's own limit"),
        ("vocabulary.toml", "conditions = 3", "conditions: this must be a list"),
        ("vocabulary.toml", 'sexes = ["another"]', "sexes: a clinic adds no codes to this group"),
        ("questions/own.toml", 'fills = ["a"]', "questions/own.toml: fills"),
        ("events/own.toml", "substances = 3", "events/own.toml: substances"),
        (
            "phrases/en/own.toml",
            "",
            "clinic: phrases/en/own.toml: what claims sound like is read",
        ),
    ],
)
def test_a_clinic_never_loosens(own, complaints, file, text, complaint):
    (own / file).parent.mkdir(parents=True, exist_ok=True)
    (own / file).write_text(text)
    assert any(complaint in said for said in complaints(own)), complaints(own)
