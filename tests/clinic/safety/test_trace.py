"""A lot leads to everybody who received it, a patient to every lot, in JSON and on the page."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import people
from clinic.treatments.conftest import as_, draw
from ready import lot as a_lot
from wheal.clinic.audit.models import Event
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.safety import actions as safety
from wheal.clinic.safety import webs, whom
from wheal.clinic.safety.answers import answer_line
from wheal.clinic.stock import actions as stock
from wheal.clinic.stock.models import Lot, numbered
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Mix
from wheal.clinic.written_alike import Bare
from wheal.lot_numbers import ASIDE, bare

pytestmark = pytest.mark.both_engines


def ask(**document: object) -> dict:
    return json.loads(answer_line(json.dumps(document).encode()))


def test_a_lot_leads_to_its_containers_mixes_sessions_points_and_patients(signed, lot):
    said = ask(lot={"number": "K-1"})
    assert said["counts"] == {
        "patients": 1, "sessions": 1, "mixes": 1, "containers": 5, "lots": 1, "points": 40, "volume_ml": 8.0,
    }  # fmt: skip
    (patient,) = said["patients"]
    assert patient["patient"] == str(signed.patient_id)
    (session,) = patient["sessions"]
    assert (session["session"], session["signed"], session["practitioner"]) == (
        str(signed.pk),
        True,
        "Alice Example",
    )
    (mix,) = session["mixes"]
    assert (mix["lots"], mix["drawn_ml"], mix["injected_ml"], len(mix["containers"])) == (
        ["K-1"],
        10.0,
        8.0,
        5,
    )
    (given,) = mix["passes"]
    assert (given["area"], given["points"], given["volume_ml"]) == ("submental", 40, 8.0)
    assert "RIVERA" not in json.dumps(said)


@pytest.mark.parametrize("number", ["k1", "K 1", "K–1", "K/1"])
def test_a_lot_in_another_spelling_is_traced_at_the_bench_and_on_the_shelf_alike(signed, lot, alice, number):
    type(lot.product).objects.update(gtin="03400930000120")
    for asked in ({"number": number}, {"number": number, "gtin": "3400930000120"}):
        assert ask(lot=asked)["counts"]["patients"] == 1
    assert Lot.objects.all().of(lot.product, number) == lot
    twin = Lot.objects.create(product=lot.product, number=number, expires=lot.expires, received_by=alice)
    assert Lot.objects.all().of(lot.product, number) == twin
    assert Lot.objects.all().of(lot.product, "K-11") is None


def test_a_lot_of_a_product_without_gtin_is_traced_by_its_national_number(signed, lot):
    type(lot.product).objects.update(gtin="", national_code="34009 300 0012 0")
    assert ask(lot={"number": "K-1", "gtin": "03400930000120"})["counts"]["patients"] == 1


def test_a_lot_number_is_the_same_to_the_database_and_through_its_index(lot):
    number = f"a{ASIDE}1b%"
    Lot.objects.filter(pk=lot.pk).update(number=number)
    assert bare(number) == "A1B%"
    assert Lot.objects.get(numbered("A1b%")) == lot
    assert Lot.objects.filter(number=number).values_list(Bare("number"), flat=True).get() == bare(number)
    assert not Lot.objects.filter(numbered("—")).exists()
    if connection.vendor == "sqlite":
        assert "lot_number_bare" in Lot.objects.filter(numbered("A1B")).explain()


def test_who_received_another_lot_than_was_signed_is_found_by_both(signed, lot, clinic, alice):
    """An amendment says what came from where; until it is certain both lots call."""
    really = a_lot(clinic, alice, "A-2")
    component = signed.mixes.get().components.first()
    actions.amend_lot(component=component, lot=really, reason="the other box was open", by=alice)
    for number in ("A-2", "K-1"):
        said = ask(lot={"number": number})
        assert [one["patient"] for one in said["patients"]] == [str(signed.patient_id)], number
        assert said["counts"]["points"] == 40
    lots = {lot["number"] for lot in ask(patient=str(signed.patient_id))["lots"]}
    assert lots == {"A-2", "K-1"}
    assert [one.id for one in webs.of_lots([really], clinics=[clinic]).patients] == [signed.patient_id]
    assert signed in whom.met(clinic, ("lot", f"lot-{really.pk}"), date(2000, 1, 1))
    recall = safety.open_recall(lot=really, reason="Called back", by=alice)
    assert [row.patient_id for row in recall.people.all()] == [signed.patient_id]


def test_what_was_drawn_and_never_signed_is_on_the_list_too(ready, lot):
    (patient,) = ask(lot={"number": "K-1"})["patients"]
    assert patient["sessions"][0]["signed"] is False


def test_the_page_tells_what_was_injected_apart_from_what_was_drawn_up(signed, lot, clinic, alice, sam):
    other = people.patient(clinic, alice, family_name="Invented")
    session = actions.book(clinic=clinic, patient=other, planned_for=signed.planned_for, by=alice)
    draw(session, lot, alice, "4")
    page = as_(sam).get(f"/safety/lots/{lot.pk}/").content.decode()
    assert "<dt>Injected of this lot</dt><dd>8\N{NO-BREAK SPACE}mL</dd>" in page
    assert "<dt>Drawn up in sessions that nobody has signed</dt><dd>4\N{NO-BREAK SPACE}mL</dd>" in page


def test_a_patient_and_a_mix_lead_to_every_lot(signed, lot):
    for said in (ask(patient=str(signed.patient_id)), ask(mix=str(Mix.objects.get().pk))):
        assert [each["number"] for each in said["lots"]] == ["K-1"]
        assert said["lots"][0]["substance"] == "deoxycholic_acid"
        assert said["counts"]["points"] == 40


def test_a_gtin_is_matched_with_or_without_leading_zeros(signed, lot):
    lot.product.gtin = "9506000134352"
    lot.product.save()
    for gtin in ("9506000134352", "09506000134352"):
        assert ask(lot={"gtin": gtin, "number": "k-1"})["counts"]["patients"] == 1
    assert ask(lot={"gtin": "09506000134369", "number": "K-1"})["error"]["code"] == "not_held"


def test_a_day_is_told_as_it_was_where_the_clinic_is(signed, lot, clinic):
    for zone in (
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ):  # at every hour one of them has another day than UTC
        type(clinic).objects.update(time_zone=zone)
        (patient,) = ask(lot={"number": "K-1"})["patients"]
        assert patient["sessions"][0]["date"] == f"{signed.inject_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def test_every_lot_of_a_number_is_told_those_included_that_nobody_received(signed, lot, clinic, alice):
    a_lot(clinic, alice, "k-1", substance="lidocaine")
    said = ask(lot={"number": "K-1"})
    assert [each["number"] for each in said["lots"]] == ["K-1", "k-1"]
    assert said["counts"]["lots"] == 1
    Lot.objects.filter(pk=lot.pk).update(number="another")
    said = ask(lot={"number": "K-1"})
    assert ([each["substance"] for each in said["lots"]], said["patients"]) == (["lidocaine"], [])


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (b"{", "not_json", ""),
        (b"[]", "wrong_type", ""),
        (b"{}", "missing_field", "lot"),
        (b'{"colour": 1}', "unknown_field", "colour"),
        (b'{"patient": "1", "mix": "1"}', "missing_field", "lot"),
        (b'{"lot": "K-1"}', "wrong_type", "lot"),
        (b'{"lot": {"gtin": "09506000134352"}}', "missing_field", "lot.number"),
        (b'{"lot": {"number": " "}}', "bad_value", "lot.number"),
        (b'{"lot": {"number": 7}}', "wrong_type", "lot.number"),
        (b'{"lot": {"number": "A", "gtin": 7}}', "wrong_type", "lot.gtin"),
        (b'{"lot": {"number": "A", "gtin": "12a"}}', "bad_value", "lot.gtin"),
        (b'{"lot": {"number": "A", "maker": "x"}}', "unknown_field", "lot.maker"),
        (b'{"lot": {"number": "never seen"}}', "not_held", "lot"),
        (b'{"patient": "nobody"}', "not_held", "patient"),
        (b'{"patient": true}', "wrong_type", "patient"),
        (b'{"patient": 999999}', "not_held", "patient"),
        (b'{"mix": "999999"}', "not_held", "mix"),
    ],
)
def test_what_cannot_be_answered_says_why_and_where(db, document, code, path):
    error = json.loads(answer_line(document))["error"]
    assert (error["code"], error["path"]) == (code, path)
    assert error["message"]


def test_a_mix_of_two_lots_gives_each_its_share(planned, history, lot, alice, known):
    """6 mL of the lot in 8 mL; 10 points of 0.2 mL carry 1.5 mL of it."""
    from clinic.treatments.conftest import inject

    other = stock.receive(product=lot.product, number="K-2", expires=lot.expires, containers=1, by=alice)
    mix = draw(planned, lot, alice, "6")
    actions.add_component(mix=mix, lot=other, volume_ml=Decimal(2), by=alice)
    inject(planned, mix, alice, known, count=10)
    assert ask(lot={"number": "K-1"})["counts"]["volume_ml"] == 1.5
    assert ask(lot={"number": "K-2"})["counts"]["volume_ml"] == 0.5


def test_the_page_names_everybody_and_the_reading_is_audited(signed, lot, sam):
    page = as_(sam).get(f"/safety/lots/{lot.pk}/").content.decode()
    assert "RIVERA Maria" in page
    assert Event.objects.filter(what="safety.lot_traced", by=sam).count() == 1
    found = as_(sam).get("/safety/", {"lot": "k-1"})
    assert found.url == f"/safety/lots/{lot.pk}/"
    assert "No lot of this number" in as_(sam).get("/safety/", {"lot": "ZZZ"}).content.decode()


def test_the_page_costs_as_many_queries_for_many_people_as_for_one(signed, lot, sam, clinic, alice):
    client = as_(sam)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(f"/safety/lots/{lot.pk}/")
    for number in range(5):
        patient = people.patient(clinic, alice, family_name=f"Invented{number}")
        session = actions.book(clinic=clinic, patient=patient, planned_for=signed.planned_for, by=alice)
        draw(session, lot, alice, "1")
    with CaptureQueriesContext(connection) as many:
        page = client.get(f"/safety/lots/{lot.pk}/").content.decode()
    assert "INVENTED4" in page
    assert len(many) == len(one) <= 12


def test_a_table_for_a_spreadsheet_calculates_nothing(signed, lot, sam):
    signed.patient.family_name = "=SUM(A1)"
    signed.patient.save()
    text = as_(sam).get(f"/safety/lots/{lot.pk}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Points"], row["Drawn (mL)"], row["Injected (mL)"]) for row in rows] == [
        ("40", "10.000", "8.000")
    ]
    assert rows[0]["Patient"].startswith("'=SUM")


def test_the_lots_of_a_patient_stand_on_one_page(signed, lot, bob):
    page = as_(bob).get(f"/safety/patients/{signed.patient_id}/lots/").content.decode()
    assert "K-1" in page


@pytest.mark.parametrize(
    "path", ["lots/{lot}/", "lots/{lot}.csv", "patients/{patient}/lots/", "patients/{patient}/alarms/"]
)
def test_another_clinic_and_the_front_desk_are_shown_nothing(signed, lot, charlie, dora, path):
    where = "/safety/" + path.format(lot=lot.pk, patient=signed.patient_id)
    assert as_(charlie).get(where).status_code == 404
    assert as_(dora).get(where).status_code == 403


def test_a_number_of_needles_or_disinfectant_leads_to_whom_it_touched(lot, clinic, sam, charlie):
    made = [
        equipment.add_thing(clinic=clinic, thing=equipment.NewThing(kind, "A thing", number), by=sam)
        for kind, number in (("needle", "N-30"), ("disinfectant", "CHX-9"), ("needle", "K 1"))
    ]
    client = as_(sam)
    assert client.get("/safety/", {"lot": "n-30"}).url == f"/safety/things/{made[0].pk}/"
    page = client.get("/safety/", {"lot": "CHX 9"}).content.decode()
    assert f'href="/safety/things/{made[1].pk}/"' in page
    assert "written otherwise here" in page
    both = client.get("/safety/", {"lot": "K-1"}).content.decode()
    assert f'href="/safety/things/{made[2].pk}/"' in both
    assert f'href="/safety/lots/{lot.pk}/"' in both
    assert "No lot of this number" in as_(charlie).get("/safety/", {"lot": "N-30"}).content.decode()


def test_many_things_of_a_number_cost_as_many_queries_as_one(clinic, sam):
    client = as_(sam)
    asked = []
    for name in ("One", "Two", "Three"):
        equipment.add_thing(clinic=clinic, thing=equipment.NewThing("needle", name, "N 30"), by=sam)
        with CaptureQueriesContext(connection) as queries:
            assert name in client.get("/safety/", {"lot": "N-30"}).content.decode()
        asked.append(len(queries))
    assert asked[1] == asked[2]
