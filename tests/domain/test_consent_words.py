"""A consent speaks to the patient: what only a clinician can do stands in the findings, never in the text to sign."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from wheal import consent, knowledge

KNOWN = knowledge.current()
TO_A_CLINICIAN = {
    "en": re.compile(r"sign with a reason|physician must|[Tt]ell the patient|[Dd]iscuss |[Cc]heck |Work without"),
    "fr": re.compile(r"sign\w+ en motivant|médecin doit|le patient\b|Discutez|[Vv]érifiez|Travaillez|Mettez le lot"),
}  # fmt: skip


def told(substance: str, country: str, language: str) -> str:
    terms = consent.Terms("fat", "abdomen", "point_by_point", (substance,), 3, Decimal(100), "EUR")
    parties = consent.Parties(
        "Maria Rivera", date(1984, 5, 2), "Bridge Street", country, "01 23", "Dr Example"
    )
    return consent.text(terms, parties, language, KNOWN)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_in_a_consent_is_said_to_a_clinician(language):
    found = {
        (name, country): match[0]
        for country in KNOWN.jurisdictions
        for name in KNOWN.substances
        if (match := TO_A_CLINICIAN[language].search(told(name, country, language)))
    }
    assert found == {}


def test_what_is_doubtful_in_law_is_told_to_the_patient_in_every_language():
    lacking = [
        (name, country)
        for name, held in KNOWN.substances.items()
        for country, status in held.status.items()
        if status.severity and not KNOWN.has_text(f"told.{name}.{country}")
    ]
    assert lacking == []
    assert "for the prostate; not for hair" in told("dutasteride", "US", "en")
    assert "ne s’injecte pas" in told("hyaluronic_acid_non_crosslinked", "BR", "fr")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_country_owes_the_patient_before_the_decision_is_told(language):
    for country, law in KNOWN.jurisdictions.items():
        text = told("lidocaine", country, language)
        for duty in law.duties_of("consent"):
            key = f"owed.{country}.{duty.id}"
            assert KNOWN.has_text(key) is (duty.standing != "question"), key
            assert not KNOWN.has_text(key) or KNOWN.text(key, language) in text
    assert "paragraph 21" in told("lidocaine", "GB", "en")
    assert "GMC, professional standards, cosmetic interventions" in told("lidocaine", "GB", "en")


def test_a_section_without_a_line_has_no_heading():
    assert "## Before you decide" not in told("lidocaine", "BR", "en")
    assert "## Before you decide" in told("lidocaine", "GB", "en")


@pytest.mark.parametrize(
    ("language", "deaths"), [("en", "A death after five sessions"), ("fr", "Un décès après cinq séances")]
)
def test_the_death_that_the_comparison_names_is_told_among_the_rare_harms_once(language, deaths):
    for name in ("caffeine", "deoxycholic_acid", "phosphatidylcholine_deoxycholate"):
        rare = told(name, "BR", language).split("\n## ")[6]
        assert rare.count(deaths) == 1, (name, rare)
