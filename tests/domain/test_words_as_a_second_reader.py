"""The words of a sentence read it a second time: they may take a flag back, or propose one that no phrase met."""

from __future__ import annotations

import tomllib

import pytest

from tools import learn_wording
from wheal import claims, knowledge
from wheal.claims import detect, phrases, reading, wording


@pytest.mark.parametrize(
    ("mention", "claim", "same_words_as_a_claim"),
    [
        (
            "The makers of this device stress that surgery is needed to melt such fat.",
            "reduces_fat_cocktails",
            "The injections melt the fat.",
        ),
        (
            "Before the injection a numbing cream is put on, then cold, so that it does not hurt.",
            "only_light_bruising",
            "It is completely safe and has no side effects.",
        ),
        (
            "Elle ne fait pas repousser les cheveux perdus.",
            "training_needed",
            "Seuls des médecins formés et diplômés peuvent la pratiquer.",
        ),
        (
            "Je suis allé voir mon médecin et ressorti avec des anti-inflammatoires.",
            "see_a_doctor_first",
            "Demandez conseil à votre médecin avant le traitement.",
        ),
    ],
)
def test_words_speak_for_a_claim_and_against_a_mention(mention, claim, same_words_as_a_claim):
    language = "fr" if "medecin" in seen(mention, "fr") or "Elle" in mention else "en"
    assert not wording.bears_out(claim, seen(mention, language))
    assert wording.bears_out(claim, seen(same_words_as_a_claim, language))


def seen(text: str, language: str) -> frozenset[str]:
    return wording.features(reading.fold(text).text, phrases.language(language))
