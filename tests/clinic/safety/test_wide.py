"""Whom somebody treated, who was given a product, the picture of a lot, and lists to tick off."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

import people
import ready
from clinic.treatments.conftest import as_, draw
from wheal.clinic.audit.models import Event
from wheal.clinic.safety import pictures, webs
from wheal.clinic.safety.answers import answer_line
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import MixComponent
from wheal.tracing import Lot, MixTraced, PatientTraced, SessionTraced, Web


@pytest.mark.parametrize("kind", ["practitioner", "product"])
def test_a_practitioner_and_a_product_lead_to_everybody(signed, lot, alice, kind):
    pk = {"practitioner": alice.pk, "product": lot.product_id}[kind]
    said = json.loads(answer_line(json.dumps({kind: str(pk)}).encode()))
    assert [one["patient"] for one in said["patients"]] == [str(signed.patient_id)]
    assert said["patients"][0]["sessions"][0]["clinic"] == signed.clinic.name
    missing = json.loads(answer_line(json.dumps({kind: "999999"}).encode()))
    assert missing["error"]["code"] == "not_held"


def test_a_page_tells_of_every_clinic_in_which_one_may_trace(signed, lot, alice, sam):
    """From the other clinic's row of the product; who may trace in that clinic alone is told of nobody."""
    Product.objects.filter(pk=lot.product_id).update(gtin="09506000134352")
    branch = people.clinic("Branch")
    olga = people.person("Olga", "safety_officer", branch)
    there = ready.lot(branch, olga, "X-1").product
    Product.objects.filter(pk=there.pk).update(gtin="9506000134352")
    assert "RIVERA" not in as_(olga).get(f"/safety/products/{there.pk}/").content.decode()
    branch.memberships.create(user=sam, role="safety_officer")
    branch.memberships.create(user=alice, role="physician")
    client = as_(sam)
    client.post("/people/choose-clinic/", {"clinic": branch.pk})
    for path in (f"products/{there.pk}", f"practitioners/{alice.pk}"):
        answer = client.get(f"/safety/{path}/")
        assert answer.status_code == 200
        assert "RIVERA" in answer.content.decode(), path
        assert signed.clinic.name in answer.content.decode(), path


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_tells_of_the_days_that_are_asked_for(signed, alice, sam, language):
    client, path = as_(sam, language), f"/safety/practitioners/{alice.pk}/"
    today = people.today()
    assert "RIVERA" in client.get(path).content.decode()
    late = {"since": today + timedelta(days=1), "until": today + timedelta(days=2)}
    assert "RIVERA" not in client.get(path, late).content.decode()
    wrong = client.get(path, {"since": today, "until": today - timedelta(days=1)}).content.decode()
    assert ("before the first day" if language == "en" else "avant le premier jour") in wrong


@pytest.mark.parametrize("of", ["lots", "products", "practitioners"])
def test_the_list_to_tick_off_names_everybody_with_birth_date_and_telephone(signed, lot, alice, sam, of):
    signed.patient.phone = "+15550100"
    signed.patient.save()
    pk = {"lots": lot.pk, "products": lot.product_id, "practitioners": alice.pk}[of]
    made = as_(sam).get(f"/safety/{of}/{pk}.pdf")
    text = PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
    for words in ("RIVERA Maria", "2 May 1984", "+15550100", "1 people, 1 sessions"[:8]):
        assert words in text
    assert Event.objects.filter(what__endswith="_exported", by=sam).count() == 1
    assert as_(sam).get(f"/safety/{of}/{pk}.csv").content.decode("utf-8-sig").startswith("Patient,")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("of", ["products", "practitioners"])
def test_papers_tell_of_everybody_and_of_days_alone_say_who_is_not_on_them(
    signed, lot, alice, sam, of, language
):
    """A session of years ago and one of years ahead are on the list that names no days."""
    pk = {"products": lot.product_id, "practitioners": alice.pk}[of]
    client, path = as_(sam, language), f"/safety/{of}/{pk}"
    day, year = signed.inject_at, timedelta(days=365)

    def told(**days: date) -> tuple[str, str, str]:
        page = client.get(f"{path}/", days).content.decode()
        table = client.get(f"{path}.csv", days).content.decode("utf-8-sig").splitlines()[0]
        paper = PdfReader(io.BytesIO(client.get(f"{path}.pdf", days).content)).pages[0].extract_text()
        return page, table, " ".join(paper.split())

    whole = {"en": "the whole record", "fr": "tout le registre"}[language]
    page, table, paper = told()
    assert "RIVERA" in page
    assert whole in page
    assert "RIVERA" in paper
    assert whole in paper
    assert table.startswith("Patient,")
    more = {"en": "1 more person in the time before", "fr": "1 autre personne dans le temps avant"}[language]
    for days in ({"since": (day + year).date()}, {"until": (day - year).date()}):
        (on,) = days.values()
        shown = {"en": f"{on.day} {on:%b %Y}", "fr": f"{on:%d/%m/%Y}"}[language]
        for words in told(**days):
            assert "RIVERA" not in words
            assert shown in words
            assert more in words


def test_a_table_from_another_clinic_is_not_there(signed, lot, alice, charlie):
    for path in (f"lots/{lot.pk}", f"products/{lot.product_id}", f"practitioners/{alice.pk}"):
        for ending in ("/", ".csv", ".pdf"):
            assert as_(charlie).get(f"/safety/{path}{ending}").status_code == 404


def test_the_picture_leads_from_the_lot_to_the_person(signed, lot, sam):
    drawn = pictures.of_web(webs.of_lots([lot]))
    words = [node.words for node in drawn.nodes]
    assert words[0] == "K-1"
    assert "RIVERA Maria" in words
    assert [node.words for node in drawn.nodes if node.column == 1] == ["5 containers"]
    assert len(drawn.lines) == 3
    assert "<svg" in as_(sam).get(f"/safety/lots/{lot.pk}/").content.decode()


def test_very_many_people_are_drawn_by_day(signed, lot, clinic, alice):
    for number in range(pictures.MOST_PEOPLE):
        patient = people.patient(clinic, alice, family_name=f"Invented{number}")
        session = actions.book(clinic=clinic, patient=patient, planned_for=signed.planned_for, by=alice)
        draw(session, lot, alice, "0.1")
    drawn = pictures.of_web(webs.of_lots([lot]))
    assert drawn.together == "day"
    assert [node.words for node in drawn.nodes if node.column == 3] == [f"{pictures.MOST_PEOPLE + 1} people"]
    # five of the signed session and one of each other, in one box
    assert [node.words for node in drawn.nodes if node.column == 1] == [
        f"{pictures.MOST_PEOPLE + 5} containers"
    ]


def test_people_of_very_many_days_are_drawn_by_month():
    def visit(number: int) -> PatientTraced:
        mix = MixTraced(number, "A", (1,), (number,), 100, (), 0)
        day = date(2026, 1, 1) + timedelta(days=number)
        return PatientTraced(number, "", (SessionTraced(number, day, True, "", (mix,)),))

    held = Lot(1, "", "L-1", "P", "lidocaine", date(2030, 1, 1), "usable")
    drawn = pictures.of_web(Web((held,), tuple(visit(number) for number in range(59))))
    assert drawn.together == "month"
    assert [node.words for node in drawn.nodes if node.column in (1, 3)] == [
        "31 people", "28 people", "31 containers", "28 containers"
    ]  # fmt: skip
    assert len(drawn.lines) == 6


def test_a_container_of_which_two_people_had_stands_by_itself(signed, lot, clinic, alice, sam):
    shared = MixComponent.objects.first().container
    other = people.patient(clinic, alice, family_name="Invented")
    session = actions.book(clinic=clinic, patient=other, planned_for=signed.planned_for, by=alice)
    mix = draw(session, lot, alice, "0.1")
    MixComponent.objects.filter(mix=mix).update(container=shared)
    drawn = pictures.of_web(webs.of_lots([lot]))
    (alone,) = [node for node in drawn.nodes if node.words == f"container {shared.pk}"]
    assert len([line for line in drawn.lines if line.endswith(f" {alone.x} {alone.y + 13}")]) == 1
    assert (
        len([line for line in drawn.lines if line.startswith(f"M{alone.x + alone.width} {alone.y + 13}C")])
        == 2
    )


def test_a_booked_visit_in_which_nothing_was_done_is_no_treatment(booked, alice):
    said = json.loads(answer_line(json.dumps({"practitioner": str(alice.pk)}).encode()))
    assert said["patients"] == []
