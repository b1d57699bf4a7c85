from __future__ import annotations

import re

import pytest

from wheal import knowledge
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


def test_every_substance_says_its_limits_or_that_there_are_none(known):
    for substance in known.substances.values():
        assert bool(substance.limits) != substance.no_limit_published
