"""A consent covers the next session as long as what it told is what is known, and no longer."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal

import pytest

from wheal import consent, knowledge
from wheal.knowledge.load import DATA

TERMS = consent.Terms(
    "fat", "submental", "point_by_point", ("deoxycholic_acid", "lidocaine"), 4, Decimal(1200), "USD"
)
NEW_HARM = """substances = ["{substance}"]
sources = ["kybella_ae"]
order = 45
rare = true
"""
WORDS = {language: f'harm.hiccups = "{words}"\n' for language, words in (("en", "Hiccups"), ("fr", "Hoquet"))}


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


@pytest.fixture
def changed(tmp_path):
    """The shipped knowledge after one edit of one file."""

    def edit(file: str, old: str, new: str) -> knowledge.Knowledge:
        folder = shutil.copytree(DATA, tmp_path / "data")
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return knowledge.load(folder)

    return edit


@pytest.fixture
def with_harm(tmp_path):
    def add(substance: str) -> knowledge.Knowledge:
        (tmp_path / "events").mkdir()
        (tmp_path / "events" / "hiccups.toml").write_text(NEW_HARM.format(substance=substance))
        (tmp_path / "text").mkdir()
        for language, words in WORDS.items():
            (tmp_path / "text" / f"{language}.toml").write_text(words)
        return knowledge.load(extra=tmp_path)

    return add


def asked_anew(known, later, language="en", country="US", terms=TERMS) -> bool:
    signed = consent.snapshot(terms, country, language, known)
    return consent.told_otherwise(signed, country, later)


def test_the_same_knowledge_still_covers(known):
    assert not asked_anew(known, known)


def test_a_new_harm_of_a_substance_of_the_plan_asks_anew(known, with_harm):
    assert asked_anew(known, with_harm("deoxycholic_acid"))


def test_a_new_harm_of_another_substance_does_not(known, with_harm):
    later = with_harm("procaine")
    assert later.digest != known.digest
    assert not asked_anew(known, later)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("events/deoxycholic_bruising.toml", "of_100 = 72", "of_100 = 75"),
        ("events/mycobacterial_infection.toml", "count = 16", "count = 26"),
        ("substances/deoxycholic_acid.toml", 'standing = "approved"', 'standing = "unapproved"'),
        ("substances/deoxycholic_acid.toml", 'certainty = "high"', 'certainty = "low"'),
        ("alternatives/liposuction.toml", "count = 95", "count = 195"),
        ("text/en.toml", 'deoxycholic_swelling = "', 'deoxycholic_swelling = "Great '),
    ],
)
def test_what_the_patient_was_told_has_changed(known, changed, file, old, new):
    assert asked_anew(known, changed(file, old, new))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("events/deoxycholic_bruising.toml", "order = 30", "order = 35"),
        ("events/deoxycholic_bruising.toml", '["kybella_ae"]', '["kybella_ae", "kybella_isi"]'),
        ("text/fr.toml", 'deoxycholic_swelling = "', 'deoxycholic_swelling = "Fort '),
        ("text/en.toml", "What often happens afterwards", "What often happens later"),
        ("screening/age_under_18.toml", 'severity = "stop"', 'severity = "refer"'),
        ("events/phosphatidylcholine_systemic.toml", "of_100 = 3", "of_100 = 4"),
    ],
)
def test_what_was_not_told_may_change(known, changed, file, old, new):
    assert not asked_anew(known, changed(file, old, new))


def test_in_french_the_french_words_count(known, changed):
    later = changed("text/fr.toml", 'deoxycholic_swelling = "', 'deoxycholic_swelling = "Fort ')
    assert asked_anew(known, later, language="fr")


def test_a_duty_of_the_country_counts(known, changed):
    later = changed("jurisdictions/FR.toml", 'quote_from = "300 EUR"', 'quote_from = "100 EUR"')
    assert asked_anew(known, later, country="FR")
    assert not asked_anew(known, later, country="US")


def test_leaving_out_a_substance_later_asks_nothing(known):
    signed = consent.snapshot(TERMS, "US", "en", known)
    fewer = replace(TERMS, substances=("deoxycholic_acid",))
    assert consent.not_covered(signed, fewer) == ()
    assert not consent.told_otherwise(signed, "US", known)


@pytest.mark.parametrize(
    "change", [{"content_digest": None}, {"language": "xx"}, {"substances": ["gone"]}, {"language": None}]
)
def test_what_cannot_be_compared_asks_anew(known, change):
    signed = {**consent.snapshot(TERMS, "US", "en", known), **change}
    assert consent.told_otherwise(signed, "US", known)


@pytest.mark.parametrize(
    ("wording", "language", "says", "never"),
    [
        ("consent.rare.no_rate", "en", "we hold none", "nobody knows"),
        ("consent.rare.no_rate", "fr", "nous n’en détenons pas", "personne ne sait"),
        (
            "consent.call.text",
            "en",
            "as soon as its line says",
            "emergency number, in any",
        ),
        ("consent.call.text", "fr", "dans le délai que sa ligne indique", "Appelez aussitôt"),
        ("question.nerves_and_eyes.ask", "en", "porphyria or myasthenia", "or one of these eye"),
        ("question.nerves_and_eyes.ask", "fr", "une porphyrie ou une myasthénie", "ou l’une de ces maladies"),
    ],
)
def test_a_text_claims_no_more_than_is_so(known, wording, language, says, never):
    text = known.text(wording, language)
    assert says in text
    assert never not in text
