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
