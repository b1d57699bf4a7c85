"""The text of a consent says all that it must, in both languages, and covers what it says and nothing more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import consent, knowledge

TERMS = consent.Terms(
    "fat", "submental", "point_by_point", ("deoxycholic_acid", "lidocaine"), 4, Decimal("1200.00"), "EUR"
)
PARTIES = consent.Parties("Maria Rivera", date(1984, 5, 2), "Bridge Street", "FR", "01 23", "Dr Example")


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Maria Rivera", "2 May 1984", "Deoxycholic acid", "Lidocaine", "1200\u00a0EUR", "70 of 100 people",
                "32 of 100 with placebo", "mycobacteria", "You can do nothing", "withdraw", "01 23", "15 days",
                "300\u00a0EUR", "off-label", "513 treated, 506 placebo")),
        ("fr", ("Maria Rivera", "2 mai 1984", "Acide désoxycholique", "Lidocaïne", "1200\u00a0EUR",
                "70 personnes sur 100", "32 sur 100 sous placebo", "mycobactéries", "Vous pouvez ne rien faire",
                "retirer ce consentement", "01 23", "15 jours", "300\u00a0EUR", "hors AMM")),
    ],
)  # fmt: skip
def test_the_text_says_what_a_consent_must(known, language, words):
    text = consent.text(TERMS, PARTIES, language, known)
    for each in words:
        assert each in text, each


US_CHIN = consent.Terms(
    "fat", "submental", "point_by_point", ("deoxycholic_acid",), 6, Decimal("3600"), "USD"
)
FR_FACE = consent.Terms(
    "skin", "face", "nappage", ("hyaluronic_acid_non_crosslinked",), 3, Decimal("450"), "EUR"
)


@pytest.mark.parametrize(
    ("terms", "country", "language", "words"),
    [
        (US_CHIN, "US", "en", ("authorised in this country for this area", "Certainty of this evidence: high",
                "87 of 100 people (between 83 and 90), 43 of 100 with placebo", "423 cases",
                "One person died after five sessions", "we found no death in what we hold", "Fat may come back",
                "3600\u00a0USD for the whole course", "Liposuction",
                "95 of 496,245", "3,637 US dollars (2020)", "Losing weight", "Doing nothing", "from which lots",
                "valid today: Licence to practise", "Any other use")),
        (FR_FACE, "FR", "fr", ("dispositif médical", "certitude des preuves\u00a0: faible", "423 cas", "Un décès",
                "ne détenons aucun décompte", "450\u00a0EUR pour l’ensemble", "Ne rien faire", "15 jours",
                "de quels lots", "valables aujourd’hui\u00a0: Autorisation d’exercice", "Tout autre usage")),
    ],
    ids=["deoxycholic acid under an American chin", "hyaluronic acid in a French face"],
)  # fmt: skip
def test_two_consents_say_everything_that_must_be_told(known, terms, country, language, words):
    parties = replace(PARTIES, jurisdiction=country, credentials=("licence",))
    text = consent.text(terms, parties, language, known)
    for each in words:
        assert each in text, each


def test_without_a_valid_certificate_the_text_says_so(known):
    assert "no valid licence and no certificate" in consent.text(TERMS, PARTIES, "en", known)
    assert "register" not in consent.text(TERMS, replace(PARTIES, practitioner=""), "en", known)


def test_what_happens_after_fat_dissolving_is_not_told_of_the_skin(known):
    assert "fat-dissolving" not in consent.text(FR_FACE, PARTIES, "en", known)
    assert "fat-dissolving" in consent.text(US_CHIN, PARTIES, "en", known)


def test_no_placeholder_is_left_open_for_any_substance_area_and_country(known):
    for country in known.jurisdictions:
        for name in known.substances:
            for purpose in known.vocabulary.purposes:
                terms = replace(TERMS, purpose=purpose, substances=(name,))
                for language in known.texts_held:
                    text = consent.text(terms, replace(PARTIES, jurisdiction=country), language, known)
                    assert "{" not in text


def test_an_area_that_the_label_does_not_name_is_said_to_be_off_label(known):
    text = consent.text(replace(TERMS, area="abdomen"), PARTIES, "en", known)
    assert "names only: Under the chin" in text


def test_harms_of_other_substances_are_not_told(known):
    text = consent.text(
        replace(TERMS, purpose="skin", area="face", substances=("lidocaine",)), PARTIES, "en", known
    )
    assert "Numbness" not in text
    assert "anaesthetic" in text


def test_a_quote_is_spoken_of_from_its_price_on(known):
    dear = consent.text(replace(TERMS, price=Decimal(300)), PARTIES, "en", known)
    cheap = consent.text(replace(TERMS, price=Decimal("299.99")), PARTIES, "en", known)
    assert "written quote" in dear
    assert "written quote" not in cheap


def test_a_price_in_another_currency_does_not_call_for_a_quote():
    assert not consent.quote_is_due(Decimal(500), "USD", "300 EUR")


def test_there_is_no_text_of_a_plan_that_is_not_whole(known):
    with pytest.raises(ValueError, match="sessions, price"):
        consent.text(replace(TERMS, sessions=None, price=None), PARTIES, "en", known)


def test_a_price_of_nothing_is_a_price():
    assert consent.missing(replace(TERMS, price=Decimal(0))) == ()


def test_the_same_plan_gives_the_same_text(known):
    assert consent.text(TERMS, PARTIES, "fr", known) == consent.text(TERMS, PARTIES, "fr", known)


def test_pages_get_titles_headings_items_and_paragraphs(known):
    blocks = consent.blocks(consent.text(TERMS, PARTIES, "en", known))
    assert blocks[0] == ("title", "Consent to treatment by injections")
    assert {kind for kind, _words in blocks} == {"title", "heading", "item", "paragraph", "head", "row"}
    assert ("heading", "Rare, but serious") in blocks


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({}, ()),
        ({"substances": ("lidocaine",)}, ()),
        ({"substances": ("deoxycholic_acid", "procaine")}, ("procaine",)),
        ({"area": "abdomen"}, ("area",)),
        ({"purpose": "skin"}, ("purpose",)),
        ({"technique": "papule"}, ("technique",)),
        ({"sessions": 5}, ("sessions",)),
        ({"price": Decimal(1300)}, ("price",)),
        ({"price": Decimal("1200.0")}, ()),
    ],
)
def test_a_consent_covers_what_was_told(change, lacking):
    assert consent.not_covered(consent.as_json(TERMS), replace(TERMS, **change)) == lacking


def test_what_is_about_to_be_injected_must_have_been_told():
    signed = consent.as_json(TERMS)
    assert consent.not_covered(signed, TERMS, substances=["hyaluronidase"]) == ("hyaluronidase",)
    assert consent.not_covered(signed, TERMS, areas=["submental", "cheeks"]) == ("cheeks",)


@given(st.lists(st.sampled_from(["deoxycholic_acid", "lidocaine", "procaine", "hyaluronidase"]), unique=True))
def test_any_part_of_the_agreed_substances_is_covered_and_nothing_beside_them(names):
    beside = consent.not_covered(consent.as_json(TERMS), replace(TERMS, substances=tuple(names)))
    assert set(beside) == set(names) - set(TERMS.substances)


def test_figures_come_with_their_interval_and_the_comparison(known):
    english = consent.text(TERMS, PARTIES, "en", known)
    assert (
        "- 72 of 100 people (between 67 and 76), 70 of 100 with placebo (between 65 and 74): Bruising."
        in english
    )
    assert "whatever the rounding may hide" in english
    french = consent.text(TERMS, PARTIES, "fr", known)
    assert "- 72 personnes sur 100 (entre 67 et 76), 70 sur 100 sous placebo (entre 65 et 74)" in french


ENGLISH = re.compile(r"\b(label|injection,|prescribing|reported|review|decision|warning|price|the|with)\b")


def test_every_source_that_a_french_consent_may_name_is_described_in_french(known):
    """Titles of journals and of texts stay as they are."""
    named = {
        source for held in known.substances.values() for it in held.evidence.values() for source in it.sources
    }
    named |= {
        source for held in known.substances.values() for it in held.status.values() for source in it.sources
    }
    named |= {source for harm in known.harms.values() for source in harm.sources}
    for way in known.alternatives.values():
        named |= {source for told in way.told().values() if told for source in told.sources}
    said = {source: known.sources[source].cited("fr") for source in named}
    assert {source: text for source, text in said.items() if ENGLISH.search(text)} == {}
    numbers = {source: known.sources[source].numbered("fr") for source in named}
    assert {source: text for source, text in numbers.items() if ENGLISH.search(text)} == {}


def test_the_quote_that_was_handed_over_stands_with_its_day(known):
    quoted = replace(PARTIES, quote=("2026-7", date(2026, 11, 3)))
    assert "You received quote no. 2026-7 on 3 November 2026." in consent.text(TERMS, quoted, "en", known)
    assert "Vous avez reçu le devis n° 2026-7 le 3 novembre 2026." in consent.text(TERMS, quoted, "fr", known)
    assert "quote no." not in consent.text(TERMS, PARTIES, "en", known)
