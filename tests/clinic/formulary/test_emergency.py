"""The emergency page: for everybody, about nobody, one tap from everywhere."""

from dataclasses import replace
from decimal import Decimal

import pytest

import people
from wheal import knowledge
from wheal.clinic.templatetags.wheal import in_an_emergency

PAGE = "/emergency/"
held = knowledge.current()


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


@pytest.mark.django_db
def test_it_is_open_without_a_log_in_and_asks_only_whom_to_call(client, clinic, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "Anaphylaxis" in shown(answer)
    assert "The weight is not known" in shown(answer)


@pytest.mark.django_db
def test_the_doses_are_those_of_the_weight_in_its_address(client, clinic):
    page = shown(client.get(PAGE, {"kg": "62", "years": "40"}))
    assert '<span class="amount">93 mL</span>' in page
    assert '<span class="amount">15.5 mL/min</span>' in page
    assert "<b>0.5 mL</b> of 1 mg/mL" in page


@pytest.mark.django_db
def test_in_french_it_speaks_french_and_reads_a_comma(client, clinic):
    page = shown(client.get(PAGE, {"kg": "62,5"}, headers={"accept-language": "fr"}))
    assert "Anaphylaxie" in page
    assert '<span class="amount">93,7 mL</span>' in page


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{"kg": "heavy"}, {"kg": "0"}, {"kg": "9000"}, {"years": "-1"}])
def test_a_weight_that_cannot_be_is_refused_and_the_rules_stand(client, clinic, asked):
    answer = client.get(PAGE, asked)
    assert answer.status_code == 422
    assert "1.5 mL/kg" in shown(answer)
    assert 'aria-invalid="true"' in shown(answer)


@pytest.mark.django_db
def test_every_page_leads_to_it_with_the_weight_and_the_age_of_its_patient(client, alice, patient, history):
    client.login(username="alice", password=people.PASSWORD)
    page = shown(client.get(f"/patients/{patient.pk}/"))
    assert 'href="/emergency/?kg=62&amp;years=' in page
    assert 'href="/emergency/"' in shown(client.get("/patients/"))


def test_what_is_not_known_is_not_told() -> None:
    class Facts:
        weight_kg = None

    assert in_an_emergency(Facts(), None) == PAGE
    Facts.weight_kg = Decimal("70.50")
    assert in_an_emergency(Facts(), None) == "/emergency/?kg=70.5"


@pytest.mark.django_db
def test_another_knowledge_or_language_makes_the_worker_fetch_anew(client, clinic, monkeypatch):
    answer = client.get("/emergency/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    french = client.get("/emergency/worker.js", headers={"accept-language": "fr"})
    monkeypatch.setattr(knowledge, "current", lambda: replace(held, digest="of another"))
    assert len({answer.content, french.content, client.get("/emergency/worker.js").content}) == 3
