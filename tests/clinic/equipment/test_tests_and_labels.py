"""Tests of water and devices, cleaning that is due, boxes scanned, logs as a table, labels that lead back."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone

import people
from clinic.equipment.conftest import thing
from wheal.clinic.audit.verifying import verify
from wheal.clinic.equipment import actions
from wheal.clinic.equipment.models import Thing
from wheal.clinic.treatments import actions as treatments


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def test_water_that_did_not_pass_blocks_its_tap_at_once(as_alice, tap, ready):
    failed = {"test-passed": "0", "test-note": "Pseudomonas, 12 CFU/100 mL", "test-next_due": ""}
    as_alice.post(f"/equipment/{tap.pk}/test/", failed)
    tap.refresh_from_db()
    assert tap.blocked_at is not None
    assert "Pseudomonas" in tap.block_reason
    with pytest.raises(treatments.DraftRefused, match="Blocked"):
        treatments.name_thing(session=ready, thing=tap, by=tap.added_by)
    page = as_alice.get(f"/equipment/{tap.pk}/").content.decode()
    assert "Tested · not passed" in page
    assert not verify().broken


def test_a_test_that_passed_says_when_the_next_is_due(as_alice, tap):
    due = people.today() + timedelta(days=180)
    passed = {"test-passed": "1", "test-note": "report 4711", "test-next_due": due.isoformat()}
    as_alice.post(f"/equipment/{tap.pk}/test/", passed)
    tap.refresh_from_db()
    assert (tap.blocked_at, tap.test_due, tap.state(due)) == (None, due, "usable")
    assert tap.state(due + timedelta(days=1)) == "test_due"


@pytest.mark.parametrize(
    "sent", [{"test-passed": "0", "test-note": " "}, {"test-note": "x"}, {"test-passed": "2"}]
)
def test_a_test_without_result_or_finding_is_not_written(as_alice, tap, sent):
    assert as_alice.post(f"/equipment/{tap.pk}/test/", sent).status_code == 422
    assert not tap.log.exists()


@pytest.mark.parametrize(
    ("every", "days", "due"), [(None, None, False), (7, None, True), (7, 6, False), (7, 8, True)]
)
def test_cleaning_is_due_as_the_clinic_has_decided(as_alice, room, alice, every, days, due):
    Thing.objects.update(clean_every=every)
    if days is not None:
        actions.clean(thing=room, by=alice, at=timezone.now() - timedelta(days=days))
    for path in ("/equipment/", f"/equipment/{room.pk}/"):
        assert ("Cleaning due" in as_alice.get(path).content.decode()) is due


def test_a_tap_is_not_rinsed_with_its_own_water(as_alice, tap):
    page = as_alice.get(f"/equipment/{tap.pk}/").content.decode()
    assert "Rinsed with water from" not in page
    assert "Disinfected with" in page


def test_the_box_of_needles_fills_in_lot_expiry_and_gtin(as_alice, clinic):
    until = people.today() + timedelta(days=700)
    form = as_alice.get("/equipment/new/", {"code": f"010950600013435217{until:%y%m%d}10ND-7"}).context[
        "form"
    ]
    assert [form[name].value() for name in ("kind", "number", "expires", "gtin")] == [
        "needle", "ND-7", until, "09506000134352",
    ]  # fmt: skip


def test_a_slip_in_the_name_is_corrected_and_what_it_is_stays(as_alice, clinic, alice, tap):
    other = thing("water_point", "Tap of room 2", clinic, alice)
    sent = {"kind": "device", "name": "Tap by the window", "number": "", "maker": "", "clean_every": "30"}
    as_alice.post(f"/equipment/{tap.pk}/edit/", sent)
    tap.refresh_from_db()
    assert (tap.name, tap.kind, tap.clean_every) == ("Tap by the window", "water_point", 30)
    taken = as_alice.post(f"/equipment/{tap.pk}/edit/", sent | {"name": other.name})
    assert "in the list already" in taken.content.decode()


def test_the_log_is_a_table_and_calculates_nothing(as_alice, alice, tap):
    actions.record_test(thing=tap, passed=True, note="=1+1", by=alice)
    rows = list(csv.reader(io.StringIO(as_alice.get(f"/equipment/{tap.pk}.csv").content.decode("utf-8-sig"))))
    assert [*rows[1][2:4], rows[1][6]] == ["Tested", "1", "'=1+1"]


def test_the_label_of_a_thing_leads_back_to_it(as_alice, gun):
    printed = as_alice.get(f"/equipment/{gun.pk}/label.pdf").content
    picture = pypdfium2.PdfDocument(printed)[0].render(scale=6).to_numpy()
    found = {one.format.name: one.text for one in zxingcpp.read_barcodes(picture)}
    assert as_alice.get("/stock/scan/", {"code": found["DataMatrix"]}).url == f"/equipment/{gun.pk}/"
    assert as_alice.get(found["QRCode"]).url == f"/equipment/{gun.pk}/"


@pytest.mark.parametrize("page", ["edit/", "label.pdf"])
def test_nothing_of_another_clinic_is_found(client, charlie, gun, page):
    client.force_login(charlie)
    assert client.get(f"/equipment/{gun.pk}/{page}").status_code == 404
    assert client.get(f"/equipment/{gun.pk}.csv").status_code == 404


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0109506000134353", "check digit is wrong"),
        ("0109506000134352", "says nothing of a lot"),
        ("+A123BJC5D6E71", "HIBC"),
    ],
)
def test_a_box_that_cannot_be_read_says_why_at_its_field(as_alice, code, said):
    page = as_alice.get("/equipment/new/", {"code": code})
    assert page.status_code == 422
    (problem,) = page.context["box"].errors["code"]
    assert said in str(problem)
