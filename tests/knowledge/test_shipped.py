from __future__ import annotations

import re

import pytest

from wheal import knowledge
from wheal.conditions import mentions
from wheal.knowledge.check_sources import rules
from wheal.knowledge.codes import held_codes
from wheal.knowledge.wordings import FACTS

NARROW = re.compile(r"(?<![\u00a0\u202f\d/])[;:!?](?!\S)|(?<![\u00a0\u202f])»|«(?![\u00a0\u202f])")
"""A French sign without the no-break space that stands before it (or, after «, behind it)."""
NAMED = (
    "substances",
    "areas",
    "techniques",
    "allergies",
    "conditions",
    "medications",
    "credential_kinds",
    "roles",
)


@pytest.fixture(scope="module")
def known():
    return knowledge.current()


def test_the_knowledge_that_is_shipped_is_sound(known):
    assert known.version
    assert len(known.digest) == 64


def test_every_code_that_people_read_has_a_name_in_both_languages(known):
    codes = [code for group, code in held_codes(known) if group in NAMED] + list(FACTS)
    for language in ("en", "fr"):
        assert [code for code in codes if known.name(code, language) == code and "_" in code] == []


def test_french_signs_stand_behind_a_space_that_does_not_break(known):
    assert {key: text for key, text in known.texts_held["fr"].items() if NARROW.search(text)} == {}


PRINTED = re.compile(r"[A-ZÀ-Ž][^;:]*?(?: et al\.)?, .*(?:19|20)\d\d[0-9A-Ze;:()\-]*|CDC, MMWR [0-9;:()\-]+")
"""Names, journal and year. Anything longer is our own words, and those are said in every language."""
PRINTED_IN_FRENCH = {"fr_decret2011", "lido_fr", "lido_fr_epi"}
PRINTED_IN_SPANISH = {"folch"}


def test_every_source_is_described_in_french_or_stands_as_it_was_printed(known):
    untold = {name for name, it in known.sources.items() if not (it.as_published or it.cite_as.get("fr"))}
    assert untold == set()
    printed = {name: it for name, it in known.sources.items() if it.as_published}
    assert {name for name, it in printed.items() if it.cite_as or not PRINTED.fullmatch(it.cite)} == (
        PRINTED_IN_FRENCH | PRINTED_IN_SPANISH
    )


def test_french_descriptions_of_sources_are_typed_like_every_other_french_word(known):
    loose = re.compile(r"\d (?:mL|mg|mm|%)|(?<![\u00a0\u202f\d])[;:](?= )| [;:!?%»]")
    told = {
        name: f"{it.cite_as.get('fr', '')} {it.id_as.get('fr', '')}" for name, it in known.sources.items()
    }
    assert {name: text for name, text in told.items() if loose.search(text)} == {}


def test_every_substance_says_its_limits_or_that_there_are_none(known):
    for substance in known.substances.values():
        assert bool(substance.limits) != substance.no_limit_published


def test_nothing_is_asked_of_a_patient_that_no_rule_reads(known):
    conditions = [rule.when for _, _, rule in rules(known)]
    conditions += [status.when for it in known.substances.values() for status in it.status.values()]
    conditions += [question.ask_if for question in known.questions.values()]
    read = {(mention.kind, mention.code) for condition in conditions for mention in mentions(condition)}
    for kind, group in (("condition", "conditions"), ("allergy", "allergies"), ("medication", "medications")):
        asked = set(getattr(known.vocabulary, group))
        assert asked - {code for of, code in read if of == kind} == set()
