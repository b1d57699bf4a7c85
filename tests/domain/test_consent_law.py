"""What the law says of a plan stands in the text that the patient reads, and what is forbidden is not agreed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from wheal import consent, consent_law, knowledge
from wheal.choices import Wish

KNOWN = knowledge.current()
CHIN = consent.Terms(
    "fat", "submental", "point_by_point", ("deoxycholic_acid",), 3, Decimal(100), "EUR"
)  # fmt: skip
BELLY = replace(CHIN, area="abdomen")
FACE = consent.Terms("skin", "face", "nappage", ("procaine", "sodium_chloride_0_9"), 3, Decimal(100), "EUR")
ALL = [
    Wish(purpose, area, (name,), country)
    for country in KNOWN.jurisdictions
    for purpose in KNOWN.vocabulary.purposes
    for area in KNOWN.areas
    for name in KNOWN.substances
]


def told(terms: consent.Terms, country: str, language: str) -> str:
    parties = consent.Parties("Zoé Durand", date(1984, 5, 2), "Cabinet", country, "01 23", "Dr Example")
    return consent.text(terms, parties, language, KNOWN)


@pytest.mark.parametrize(
    ("terms", "country", "language", "words", "forbidden"),
    [
        (CHIN, "FR", "en", "the law in France is not settled", False),
        (CHIN, "FR", "fr", "la loi n’est pas claire", False),
        (BELLY, "FR", "en", "forbidden here. In France a decree", True),
        (BELLY, "FR", "fr", "un décret interdit de détruire la graisse", True),
        (replace(BELLY, substances=("water_for_injection",)), "FR", "fr", "solutions trop diluées", True),
        (replace(FACE, purpose="fat", area="abdomen"), "FR", "en", "in one syringe, they are forbidden", False),
        (replace(CHIN, substances=("phosphatidylcholine_deoxycholate",)), "US", "en", "not to be injected", True),
        (replace(BELLY, substances=("edta_disodium",)), "GB", "fr", "jamais d’injection", True),
    ],
)  # fmt: skip
def test_what_the_law_says_of_a_plan_is_told_to_the_patient(terms, country, language, words, forbidden):
    text = told(terms, country, language)
    injected = text.split("\n## ")[2]
    assert words in injected
    refusal = KNOWN.text("consent.against.forbidden", language)
    assert (refusal in injected) is forbidden
    assert bool(consent.forbidden_because(terms, country, language, KNOWN)) is forbidden
    assert country != "FR" or "2011-382" in text.rsplit("\n## ", 1)[1], "the decree stands among the sources"


@pytest.mark.parametrize(("terms", "country"), [(FACE, "FR"), (CHIN, "US"), (BELLY, "US")])
def test_where_nothing_is_held_against_a_plan_nothing_is_said(terms, country):
    assert consent_law.against(Wish(terms.purpose, terms.area, terms.substances, country), KNOWN) == ()


def test_what_may_be_diluted_by_the_rest_of_the_plan_is_not_forbidden_for_being_undiluted():
    alone = replace(FACE, substances=("sodium_bicarbonate",))
    assert consent.forbidden_because(alone, "US", "en", KNOWN)
    assert not consent.forbidden_because(
        replace(alone, substances=("sodium_bicarbonate", "lidocaine")), "US", "en", KNOWN
    )


def test_all_that_is_shipped_against_a_plan_has_words_for_the_patient():
    said = {one.key for wish in ALL for one in consent_law.against(wish, KNOWN)}
    assert len(said) > 8
    assert {key for key in said if not KNOWN.has_text(key)} == set()


def test_off_label_is_said_only_of_what_is_authorised():
    for country in ("GB", "BR"):
        text = told(BELLY, country, "en")
        assert "off-label" not in text.split("\n## ")[2]
        assert KNOWN.text("consent.standing.not_held", "en") in text
        assert "names only: Under the chin" in text
    assert "off-label" in told(BELLY, "US", "en").split("\n## ")[2]


def test_a_law_that_was_not_told_then_asks_anew():
    signed = consent.snapshot(CHIN, "FR", "fr", KNOWN)
    assert not consent.told_otherwise(signed, "FR", KNOWN)
    country = KNOWN.jurisdictions["FR"]
    without = replace(KNOWN, jurisdictions={**KNOWN.jurisdictions, "FR": replace(country, rules=())})
    assert consent.told_otherwise(signed, "FR", without)
