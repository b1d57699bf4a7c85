"""Texts checked against the ledger: whose statement it is, where it stands, and what is answered."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import claims, evidence, knowledge
from wheal.claims import phrases
from wheal.knowledge.codes import held_codes

ROOT = Path(__file__).parents[2]
SENTENCES = ROOT / "tests" / "claims"
ARTICLE = (
    "Mesotherapy was first tested in France. It is of note that not a single death has been caused by it "
    "over the fifty years!\nAn anaesthetic is used, and there is no recovery time. Is it safe? "
    "Some say no one has died."
)


@pytest.fixture(scope="module")
def ledger() -> knowledge.Knowledge:
    return knowledge.current()


def labelled(*names: str) -> list[Any]:
    return [
        pytest.param(
            row["says"], text["language"], set(row["claims"]), id=f"{text['language']}: {row['says']}"
        )
        for name in names
        for text in tomllib.loads((SENTENCES / f"{name}.toml").read_text())["text"]
        for row in text["sentences"]
    ]


def found(text: str, language: str = "en") -> list[str]:
    return [made.claim for made in claims.statements(text, language)]


@pytest.mark.parametrize(("says", "language", "wanted"), labelled("build", "made_up"))
def test_a_sentence_claims_what_its_author_says(says: str, language: str, wanted: set[str]) -> None:
    assert set(found(says, language)) == wanted


def texts(name: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((SENTENCES / f"{name}.toml").read_text())["text"])


@pytest.mark.parametrize("split", ["held_out", "unseen", "unseen_2", "made_up_2"])
def test_labelled_texts_are_read_as_well_as_promised(split: str) -> None:
    judged = [
        (set(found(row["says"], text["language"])), set(row["claims"]))
        for text in texts(split)
        for row in text["sentences"]
    ]
    right = sum(len(got & wanted) for got, wanted in judged)
    assert right / sum(len(got) for got, _ in judged) >= 0.9
    assert right / sum(len(wanted) for _, wanted in judged) >= 0.8


@pytest.mark.parametrize(
    "turned", texts("reversed"), ids=lambda text: text["source"].removeprefix("made up, ")
)
def test_a_claim_turned_round_is_not_shown_as_supported(
    turned: dict[str, Any], ledger: knowledge.Knowledge
) -> None:
    for row in turned["sentences"]:
        made = found(row["says"], turned["language"])
        assert turned["reverses"] not in made, row["says"]
        assert [claim for claim in made if ledger.claims[claim].verdict == "supported"] == [], row["says"]
        if turned["reverses"] == "see_a_doctor_first":
            assert set(made) == set(row["claims"]), row["says"]


def test_what_is_worth_something_against_the_evidence_is_turned_round_in_both_languages(
    ledger: knowledge.Knowledge,
) -> None:
    held = {(text["reverses"], text["language"]) for text in texts("reversed")}
    told = {name for name, claim in ledger.claims.items() if claim.verdict in ("supported", "partly")}
    assert held == {(name, language) for name in told for language in claims.LANGUAGES}


@pytest.mark.parametrize(
    ("says", "wanted"),
    [
        ("There is no downtime, contrary to what critics say.", ["no_recovery_time"]),
        ("Contrary to the claim that no one has died, there are deaths.", []),
        ("You need not worry: consult your doctor first and all will be well.", ["see_a_doctor_first"]),
        ("Starting without seeing a doctor first is pointless.", []),
        ("I wish I could tell you there are no side effects.", []),
    ],
)
def test_what_is_dismissed_is_the_clause_not_the_sentence(says: str, wanted: list[str]) -> None:
    assert found(says) == wanted


def test_doubting_that_fat_stays_away_is_not_said_to_last_and_bulges_that_fly_away_are_a_promise() -> None:
    assert found("Il n'y a aucune raison de croire que la graisse ne reviendra pas.", "fr") == []
    assert found("Vos rondeurs s'envolent en trois séances.", "fr") == ["reduces_fat_cocktails"]


def test_enough_is_held_out_and_no_text_stands_on_both_sides() -> None:
    built, held_out = ({text["source"] for text in texts(name)} for name in ("build", "held_out"))
    assert not built & held_out
    assert len(held_out) >= 15
    assert sum(len(text["sentences"]) for text in texts("held_out")) >= 150


def test_the_bench_prints_both_figures_with_their_intervals() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench.claims", "build", "held_out"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.count("precision") == 2 * 3  # as a whole and in each language
    assert told.count("95 %") == 2 * 2
    assert " + " not in told  # mistakes of held-out texts are not shown unasked


def test_every_claim_of_the_ledger_can_be_found_in_both_languages(ledger: knowledge.Knowledge) -> None:
    variants = {"reduces_fat_deoxycholic_submental", "reduces_fat_phosphatidylcholine"}
    for code in claims.LANGUAGES:
        assert {sounds.claim for sounds in phrases.language(code).claims} | variants == set(ledger.claims)


def test_every_label_is_a_claim_of_the_ledger(ledger: knowledge.Knowledge) -> None:
    for path in SENTENCES.glob("*.toml"):
        for text in tomllib.loads(path.read_text())["text"]:
            assert {claim for row in text["sentences"] for claim in row["claims"]} <= set(ledger.claims)


def test_flags_come_in_reading_order_with_the_words_that_they_are_about(ledger: knowledge.Knowledge) -> None:
    flags = evidence.check(ARTICLE, "en", ledger)
    assert [(flag.claim, ARTICLE[flag.start : flag.end]) for flag in flags] == [
        ("first_tested_in_france", "Mesotherapy was first tested in France."),
        (
            "no_deaths",
            "It is of note that not a single death has been caused by it over the fifty years!",
        ),
        ("anaesthetic_used", "An anaesthetic is used"),
        ("no_recovery_time", "there is no recovery time."),
    ]


def test_a_flag_says_what_the_evidence_says_and_who_says_so(ledger: knowledge.Knowledge) -> None:
    flag = next(flag for flag in evidence.check(ARTICLE, "en", ledger) if flag.claim == "no_deaths")
    assert (flag.verdict, flag.certainty) == ("contradicted", "low")
    assert set(flag.why) == {"en", "fr"}
    assert set(flag.sources) <= set(ledger.sources)


def test_what_the_evidence_does_not_bear_out_has_a_truthful_wording(ledger: knowledge.Knowledge) -> None:
    for claim, held in ledger.claims.items():
        if held.verdict != "supported":
            assert set(evidence.instead(claim, ledger)) == {"en", "fr"}, claim
    assert evidence.instead("first_tested_in_france", ledger) == {}


def test_a_truthful_wording_is_not_itself_contradicted(ledger: knowledge.Knowledge) -> None:
    for claim in ledger.claims:
        for language, wording in evidence.instead(claim, ledger).items():
            flags = evidence.check(wording, language, ledger)
            assert [flag.claim for flag in flags if flag.verdict == "contradicted"] == [], wording


def test_accents_quotes_and_spaces_make_no_difference() -> None:
    plain = "Il n’y a aucun décès, et aucune éviction sociale n'est nécessaire !"
    ways = [
        plain,
        plain.upper(),
        unicodedata.normalize("NFD", plain),
        plain.replace(" ", "\u00a0"),
        plain.replace("é", "e"),
        plain.replace("’", "'"),
    ]
    for way in ways:
        assert found(way, "fr") == ["no_deaths", "no_recovery_time"], way


def test_a_span_in_decomposed_text_keeps_its_accents() -> None:
    text = (
        unicodedata.normalize("NFD", "Un mot. Elle n'a causé aucun décès connu depuis qu'elle a été créé")
        + " ."
    )
    made = claims.statements(text, "fr")[0]
    assert unicodedata.normalize("NFC", text[made.start : made.end]).startswith("Elle n'a causé")


def test_lines_and_bullets_are_sentences_of_their_own_and_wrapped_lines_are_not() -> None:
    assert found("Benefits\n- No downtime\n- Bruising") == ["no_recovery_time"]
    wrapped = "It is worth noting that in all these fifty years there has\nnever been a single death."
    assert found(wrapped) == ["no_deaths"]
    assert found("Dr. Pistor, e.g. in Paris, is known. No deaths.") == ["no_deaths"]
    assert found("It is offered across the U.S. It melts fat.") == ["reduces_fat_cocktails"]
    assert found("The U.S. Food and Drug Administration asked. It melts fat.") == ["reduces_fat_cocktails"]


def test_the_agent_named_earlier_decides_which_claim_it_is() -> None:
    assert found("Kybella is deoxycholic acid. It melts the fat under the chin.")[-1:] == [
        "reduces_fat_deoxycholic_submental"
    ]
    assert found("It melts the fat under the chin.") == ["reduces_fat_cocktails"]


def test_what_is_said_of_another_treatment_in_the_sentence_before_is_still_said_of_it() -> None:
    assert found("Liposuction is an operation. It removes fat and needs an anaesthetic.") == []
    assert found("Creams are popular. They melt fat.") == []
    assert found("Creams are popular. They melt fat. These injections melt fat, too.") == [
        "reduces_fat_cocktails"
    ]
    assert found("Mesotherapy is no laser. It melts fat.") == ["reduces_fat_cocktails"]
    assert found("It could also help against ageing. It melts fat.") == ["reduces_fat_cocktails"]
    assert found("Le laser chauffe la peau. Il détruit la graisse.", "fr") == []


def test_a_quotation_left_open_quotes_nothing() -> None:
    assert found('"No one has ever died') == ["no_deaths"]
    assert found('They write "no one has ever died" on the wall.') == []


def test_a_claim_that_the_ledger_lacks_is_not_flagged(ledger: knowledge.Knowledge) -> None:
    fewer = replace(
        ledger, claims={name: held for name, held in ledger.claims.items() if name != "no_deaths"}
    )
    assert "no_deaths" not in [flag.claim for flag in evidence.check(ARTICLE, "en", fewer)]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        claims.statements("Kein Todesfall.", "de")


def test_a_very_long_sentence_is_read_in_pieces() -> None:
    text = "word " * 3000 + "there is no downtime"
    (made,) = claims.statements(text, "en")
    assert text[made.start : made.end].endswith("no downtime")
    assert found("x" * 5000) == []


def answered(document: bytes, ledger: knowledge.Knowledge) -> Any:
    return json.loads(evidence.answer_line(document, ledger))


def test_a_document_is_answered_as_the_contract_has_it(ledger: knowledge.Knowledge) -> None:
    said = answered(b'{"text": "There is no downtime.", "language": "en"}', ledger)
    (flag,) = said["flags"]
    assert list(flag) == ["start", "end", "claim", "verdict", "certainty", "why", "sources"]
    assert (flag["start"], flag["end"], flag["claim"]) == (0, 21, "no_recovery_time")
    assert answered(b'{"text": "", "language": "fr"}', ledger) == {"flags": []}


def test_the_codes_of_claims_are_listed_with_all_others(ledger: knowledge.Knowledge) -> None:
    assert {code for group, code in held_codes(ledger) if group == "claims"} == set(ledger.claims)


def test_who_asks_for_it_is_answered_with_a_truthful_wording_too(ledger: knowledge.Knowledge) -> None:
    document = b'{"text": "There is no downtime. It was first tested in France.", "language": "en"}'
    downtime, france = json.loads(evidence.answer_line(document, ledger, with_instead=True))["flags"]
    assert downtime["instead"] == dict(evidence.instead("no_recovery_time", ledger))
    assert france["instead"] == {}  # borne out: it may stay as it is


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (b"[]", "wrong_type", ""),
        (b"{", "not_json", ""),
        (b'{"text": "x"}', "missing_field", "language"),
        (b'{"language": "en"}', "missing_field", "text"),
        (b'{"text": 1, "language": "en"}', "wrong_type", "text"),
        (b'{"text": "x", "language": "de"}', "bad_value", "language"),
        (b'{"text": "x", "language": "en", "more": 1}', "unknown_field", "more"),
        (b'{"text": "' + b"x" * 200_001 + b'", "language": "en"}', "bad_value", "text"),
    ],
)
def test_a_malformed_document_says_what_is_wrong(
    document: bytes, code: str, path: str, ledger: knowledge.Knowledge
) -> None:
    error = answered(document, ledger)["error"]
    assert (error["code"], error["path"]) == (code, path)
    assert error["message"]


OURS = ("no ", "deaths ", "never ", "some say ", "fat ", "the only ", "side effect ", "is ", "bruising")
THEIRS = (
    "n’est pas ",
    "aucun décès ",
    "graisse ",
    "liposuction ",
    ". ",
    "? ",
    ", ",
    "\n",
    "“",
    '"',
    "«\u00a0",
)
ODD = ("\u0301", "\u200b", "ﬁ", "İ", "😀")
PIECES = st.sampled_from((*OURS, *THEIRS, *ODD))


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join)),
    language=st.sampled_from(["en", "fr"]),
)
def test_any_text_has_its_flags_inside_it_and_in_order(text: str, language: str) -> None:
    made = claims.statements(text, language)
    assert list(made) == sorted(made)
    for one in made:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip()
