"""What a caution tells the clinician of a harm, the consent of a plan with that substance tells the patient."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from wheal import consent, formulary, frequencies, knowledge

KNOWN = knowledge.current()
PARTIES = consent.Parties("Maria Rivera", date(1984, 5, 2), "Bridge Street", "US", "01 23", "Dr Example")
HARM = re.compile(
    r"\b(deaths?|died|kill\w*|fatal|lethal|anaphyla\w*|seizures?|fits|convulsions?|strokes?|heart attack|necros\w*|"
    r"sloughing|ulcer\w*|scars|cysts|poison\w*|destroy(?:s|ed)|damages?|injury|fainting|cancer|falsif\w*|bruising|"
    r"bleeding|thrombosis|reported|complications|\d+ (?:in|of) [\d,]+)\b"
)
RATE = re.compile(r"\b(\d+) (?:in|of) ([\d,]+)\b")
OF_THE_PATIENT = {  # they name what somebody has or takes already, not what the substance does
    "anticoagulant_or_antiplatelet", "collagenase_bleeding", "haemophilia_dexpanthenol", "nsaid_peptic_ulcer",
    "pentoxifylline_ask_first", "recent_infarction_forbidden", "stimulants_add_up", "thrombosis_forbidden",
    "malignancy_at_site", "bleeding_disorder_contraindicated", "bleeding_forbidden",
}  # fmt: skip


def told(*substances: str, purpose: str = "fat", language: str = "en") -> str:
    terms = consent.Terms(purpose, "abdomen", "point_by_point", substances, 3, Decimal(100), "USD")
    return consent.text(terms, PARTIES, language, KNOWN)


def section(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ")[0]


RULES = [(name, rule) for name, held in KNOWN.substances.items() for rule in held.rules]


def words(code: str) -> str:
    return KNOWN.text(f"rule.{code}", "en", about="", substance="")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_harm_named_in_a_rule_of_a_substance_stands_in_the_consent_of_a_plan_that_holds_it(language):
    lacking = []
    for name in KNOWN.substances:
        text = told(name, language=language)
        for _, rule in (pair for pair in RULES if pair[0] == name):
            for code in rule.harms:
                if frequencies.of_harm(code, KNOWN.harms[code], language, KNOWN) not in text:
                    lacking.append((name, rule.code, code))
    assert not lacking


def test_a_rule_that_speaks_of_a_harm_says_which_one_it_is():
    silent = {rule.code for _, rule in RULES if HARM.search(words(rule.code)) and not rule.harms}
    asked = {rule.code for _, rule in RULES if rule.question}
    assert silent - asked <= OF_THE_PATIENT


def test_every_rate_in_a_rule_stands_in_the_consent():
    lacking = []
    for name, rule in RULES:
        for found in RATE.finditer(words(rule.code)) if rule.harms else ():
            if f"{found[1]} of {found[2]}" not in told(name):
                lacking.append((name, rule.code, found[0]))
    assert not lacking


@pytest.mark.parametrize(
    ("substance", "purpose", "words"),
    [
        ("collagenase_cch", "skin", ("84 of 100 people (between 80 and 88): Bruising.", "discoloured", "anaphylaxis")),
        ("caffeine", "fat", ("85 mg/L", "nearly died", "57 mg of caffeine for each kilogram")),
        ("aminophylline", "fat", ("nearly died", "fits that can kill")),
        ("yohimbine", "fat", ("nearly died", "raises the blood pressure")),
        ("isoproterenol", "fat", ("nearly died",)),
        ("vitamin_b_complex", "skin", ("nine deaths by anaphylaxis", "1 of 1,070")),
        ("vitamin_a", "skin", ("Anaphylactic shock and deaths",)),
        ("vitamin_e", "skin", ("Thirty-eight infants died",)),
        ("phosphatidylcholine_deoxycholate", "fat", ("2 of 1,616", "A death after five sessions")),
    ],
)  # fmt: skip
def test_the_gravest_that_is_known_of_a_substance_is_told_by_name(substance, purpose, words):
    text = told(substance, purpose=purpose)
    for each in words:
        assert each in text, each


def test_each_harm_stands_under_what_does_it():
    rare = section(told("caffeine", "vitamin_c"), "Rare, but serious")
    assert rare.index("Any injection of this kind:") < rare.index("Caffeine:") < rare.index("nearly died")
    assert rare.index("Vitamin C:") < rare.index("red blood cells")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "we hold no count of how often redness, swelling, bruises, pain follow."),
        ("fr", "aucun décompte des réactions suivantes\u00a0: rougeurs, gonflements, bleus, douleurs."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["phosphatidylcholine_deoxycholate", "caffeine", "lidocaine"])
def test_a_figure_of_something_else_never_hides_that_swelling_and_pain_were_not_counted(
    name, language, words
):
    assert words in told(name, language=language)
    assert words in told(name, "deoxycholic_acid", language=language)


def test_what_was_counted_is_not_said_to_be_uncounted():
    assert "we hold no count" not in told("deoxycholic_acid")
    assert "how often redness, swelling, pain follow" in told("collagenase_cch", purpose="skin")


def test_what_a_mixture_holds_is_counted_under_its_own_name():
    often = section(told("phosphatidylcholine_deoxycholate"), "What often happens afterwards")
    mixture, _, held = often.partition(
        "holds Deoxycholic acid. Where that alone was injected (Under the chin)"
    )
    assert "3 of 100 treatments (between 2 and 4)" in mixture
    assert "87 of 100" not in mixture
    assert "three years" not in often
    for each in ("87 of 100 people", "Bruising", "Pain", "Numbness"):
        assert each in held
    assert "Where that alone was injected" not in told("phosphatidylcholine_deoxycholate", "deoxycholic_acid")


def test_a_substance_of_which_no_harm_is_held_is_not_thereby_safe():
    assert formulary.harms_of("dexpanthenol", KNOWN) == ()
    assert "Dexpanthenol: we hold no report of harm of its own. That is no sign of safety." in told(
        "dexpanthenol"
    )
