"""The words of a sentence read it a second time: they may take a flag back, or propose one that no phrase met."""

from __future__ import annotations

import tomllib

import pytest

from learn_wording import made_of
from wheal import claims, knowledge
from wheal.claims import detect, phrases, reading, wording

LEARNT = tomllib.loads(wording.FILE.read_text(encoding="utf-8"))


def seen(text: str, language: str = "en") -> frozenset[str]:
    return wording.features(reading.fold(text).text, phrases.language(language))


@pytest.mark.parametrize(
    ("mention", "claim", "language", "same_words_as_a_claim"),
    [
        (
            "The name comes from a surgeon who wrote about the history of fat in the papers.",
            "reduces_fat_cocktails",
            "en",
            "The injections melt the fat.",
        ),
        (
            "Before the injection a numbing cream is put on, then cold, so that it does not hurt.",
            "only_light_bruising",
            "en",
            "It is completely safe and has no side effects.",
        ),
        (
            "Elle ne fait pas repousser les cheveux perdus.",
            "training_needed",
            "fr",
            "Seuls des médecins formés et diplômés peuvent la pratiquer.",
        ),
        (
            "Je suis allé voir mon médecin et ressorti avec des anti-inflammatoires.",
            "see_a_doctor_first",
            "fr",
            "Demandez conseil à votre médecin avant le traitement.",
        ),
    ],
)
def test_words_speak_for_a_claim_and_against_a_mention(mention, claim, language, same_words_as_a_claim):
    assert not wording.bears_out(claim, seen(mention, language))
    assert wording.bears_out(claim, seen(same_words_as_a_claim, language))


def test_forms_of_a_word_and_accents_weigh_alike():
    assert "dissol" in seen("Dissolving") & seen("dissolves")
    assert "medeci" in seen("Médecins", "fr") & seen("medecine", "fr")


def test_words_of_one_meaning_weigh_alike_whatever_they_are():
    assert {"en-fat", "is-denies"} <= seen("It never goes to the love handles.")
    assert {"en-fat"} <= seen("Adipocytes.") - seen("Needles.")


def test_a_claim_with_few_labels_is_not_judged_by_its_words():
    assert "certified_18000" not in LEARNT["claims"]
    assert wording.bears_out("certified_18000", seen("Nothing of the kind."))


def test_every_claim_that_is_weighed_is_one_of_the_ledger():
    assert set(LEARNT["claims"]) <= set(knowledge.current().claims)


def only_melting(monkeypatch) -> None:
    """Whatever the sentence, its words speak very clearly for less fat."""
    monkeypatch.setattr(detect.wording, "proposes", lambda held: iter(["reduces_fat_cocktails"]))


def test_words_propose_a_claim_that_no_phrase_met(monkeypatch):
    text = "Slim again by spring. We open at nine."
    assert claims.statements(text, "en") == ()
    only_melting(monkeypatch)
    first, _ = claims.statements(text, "en")
    assert (first.claim, text[first.start : first.end]) == ("reduces_fat_cocktails", "Slim again by spring.")


@pytest.mark.parametrize(
    "excused",
    [
        "The sellers say that it melts the fat.",  # a phrase met, and was excused: that is not asked again
        "The injections do not melt fat.",
        "Slim again by spring, they say.",
        "Slim again by spring?",
        'They call it "slim again".',
        "Slim again with a laser.",
        "It may make you slim again.",
    ],
)
def test_words_do_not_propose_what_was_excused_or_is_not_plainly_the_authors(excused, monkeypatch):
    only_melting(monkeypatch)
    assert claims.statements(excused, "en") == ()


def test_the_weights_are_those_of_the_sentences_that_are_kept():
    assert made_of() == LEARNT["made_of"], "run: python tools/learn_wording.py"
