"""The words of a sentence may take a flag back, and only that."""

from __future__ import annotations

import tomllib

import pytest

from wheal import claims, knowledge
from wheal.claims import detect, wording


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
    assert not wording.bears_out(claim, mention)
    assert wording.bears_out(claim, same_words_as_a_claim)


def test_forms_of_a_word_and_accents_weigh_alike():
    assert wording.beginnings("Dissolving") == wording.beginnings("dissolves") == {"dissol"}
    assert wording.beginnings("Médecins") == wording.beginnings("medecine") == {"medeci"}


def test_a_claim_with_few_labels_is_not_judged_by_its_words():
    assert "certified_18000" not in tomllib.loads(wording.FILE.read_text(encoding="utf-8"))["claims"]
    assert wording.bears_out("certified_18000", "Nothing of the kind.")


def test_every_claim_that_is_weighed_is_one_of_the_ledger():
    weighed = tomllib.loads(wording.FILE.read_text(encoding="utf-8"))["claims"]
    assert set(weighed) <= set(knowledge.current().claims)


def test_the_words_propose_nothing(monkeypatch):
    text = "Nobody has died. It is wholly natural and safe. The treatment melts fat for good. Ask your doctor first."
    weighed = claims.statements(text, "en")
    monkeypatch.setattr(detect.wording, "bears_out", lambda claim, sentence: True)
    assert set(weighed) <= set(claims.statements(text, "en"))
