"""A text of the clinic held against the evidence: what is marked, why, and what could be said instead."""

from __future__ import annotations

import html
import re

import pytest

from wheal.clinic.audit.models import Event
from wheal.clinic.formulary.views_text import LONGEST

TEXT = "Welcome.\r\n\r\nNobody has ever died of it. Some say no one has died of it. See a doctor first."


@pytest.fixture
def ask(client, alice):
    client.force_login(alice)

    def post(text: str, language: str = "en", status: int = 200) -> str:
        page = client.post("/formulary/text/", {"text": text, "language": language})
        assert page.status_code == status
        return html.unescape(page.content.decode())

    return post


def marked(page: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)


def test_a_claim_is_marked_with_its_reason_a_source_and_a_truthful_wording(ask):
    page = ask(TEXT)
    assert "Nobody has ever died of it." in marked(page)
    assert "A death after five sessions" in page
    assert "Serious harm and deaths after such injections have been reported." in page
    assert "Medical Alphabet 2021;27:64-69" in page
    assert '<details class="sources">' not in page  # the citation is the point here: it is not folded away
    assert "1 statement to change" in page


def test_sentences_of_one_claim_share_its_reason_and_its_rewording(ask):
    page = ask("There is no downtime. It melts fat. You can go back to work at once.")
    assert "3 statements to change" in page
    assert page.count("Truthful instead:") == 2
    assert [page.count(f'id="claim-{number}"') for number in (1, 2, 3)] == [1, 1, 1]


def test_words_of_two_claims_are_tinted_by_the_worse_verdict(ask):
    page = ask("The fat cells are permanently destroyed.")  # contradicted, and true in part
    assert set(re.findall(r'<mark class="(\w+)">', page)) == {"contradicted"}


def test_what_is_only_reported_is_not_marked(ask):
    assert not any("Some say" in piece for piece in marked(ask(TEXT)))


def test_what_the_evidence_bears_out_stands_apart(ask):
    page = ask(TEXT)
    assert page.index("1 statement to change") < page.index("Borne out by the evidence")


def test_the_text_comes_back_whole(ask):
    shown = re.search(r'<div class="checked-text"[^>]*>(.*?)</div>', ask(TEXT), re.S)[1]
    shown = re.sub(r"<sup>.*?</sup>", "", shown)
    assert re.sub(r"</?mark[^>]*>", "", shown) == TEXT


def test_french_texts_are_read_in_french(ask):
    page = ask("Aucun décès n’a jamais été rapporté.", "fr")
    assert len(marked(page)) == 1
    assert "Des dommages graves et des décès ont été rapportés" in page


def test_a_text_without_known_claims_is_not_called_right(ask):
    page = ask("We are open from nine to five.")
    assert not marked(page)
    assert "No known claim was found" in page
    assert "not proven right" in page


def test_a_text_is_shown_and_never_run(client, alice):
    client.force_login(alice)
    page = client.post("/formulary/text/", {"text": "<img src=x> Nobody has ever died.", "language": "en"})
    assert b"<img src=x>" not in page.content
    assert b"&lt;img src=x&gt;" in page.content


@pytest.mark.parametrize(("text", "language"), [("", "en"), ("x" * (LONGEST + 1), "en"), ("Fine.", "xx")])
def test_what_cannot_be_read_is_said_and_nothing_else_happens(ask, text, language):
    page = ask(text, language, status=422)
    assert "errorlist" in page
    assert not marked(page)


def test_the_front_desk_may_not_and_nothing_of_a_text_is_kept(client, alice, dora, ask):
    before = Event.objects.count()
    ask(TEXT)
    assert Event.objects.count() == before
    client.force_login(dora)
    assert client.post("/formulary/text/", {"text": TEXT, "language": "en"}).status_code == 403
