"""The list of rooms, devices, needles, water points and disinfectants, and the log of each."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.equipment import actions
from wheal.clinic.equipment.forms import BoxForm
from wheal.clinic.equipment.models import Care, Thing

from .conftest import thing

pytestmark = pytest.mark.both_engines


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def test_a_device_is_added_cleaned_and_its_log_read(as_alice, gun, tap) -> None:
    page = as_alice.post("/equipment/new/", {"kind": "room", "name": "Room 4"})
    assert page.status_code == 302
    assert "Room 4" in as_alice.get("/equipment/").content.decode()
    as_alice.post(f"/equipment/{gun.pk}/clean/", {"cleaning-water_point": tap.pk})
    said = as_alice.get(f"/equipment/{gun.pk}/").content.decode()
    assert "rinsed with water from Tap of room 1" in said
    assert Event.objects.filter(what="equipment.cleaning_logged").exists()


@pytest.mark.parametrize("kind", ["needle", "disinfectant"])
def test_what_comes_in_lots_needs_its_lot_number(as_alice, kind) -> None:
    answer = as_alice.post("/equipment/new/", {"kind": kind, "name": "Some"})
    assert answer.status_code == 422
    assert "lot number" in answer.content.decode()


def test_the_same_thing_is_not_added_twice(as_alice, gun) -> None:
    answer = as_alice.post("/equipment/new/", {"kind": "device", "name": "Gun 2", "number": "SN-77"})
    assert answer.status_code == 422
    assert Thing.objects.count() == 1


def test_a_line_of_the_log_cannot_be_changed_or_deleted_by_anybody(gun, alice) -> None:
    entry = actions.clean(thing=gun, by=alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        Care.objects.filter(pk=entry.pk).update(note="never happened")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


def test_a_wrong_line_is_taken_back_and_no_longer_counts(gun, alice, as_alice) -> None:
    entry = actions.clean(thing=gun, by=alice)
    as_alice.post(f"/equipment/log/{entry.pk}/take-back/", {"reason": "It was the other gun."})
    assert actions.last_cleaning(gun) is None
    assert "It was the other gun." in as_alice.get(f"/equipment/{gun.pk}/").content.decode()
    with pytest.raises(actions.ThingRefused):
        actions.take_back(entry=entry, reason="Again.", by=alice)


def test_nothing_is_cleaned_in_the_future_or_with_what_is_blocked(gun, tap, alice) -> None:
    with pytest.raises(actions.ThingRefused, match="future"):
        actions.clean(thing=gun, by=alice, at=timezone.now() + timedelta(hours=1))
    actions.block(thing=tap, reason="Legionella found", by=alice)
    with pytest.raises(actions.ThingRefused, match="may not be used"):
        actions.clean(thing=gun, by=alice, water_point=tap)


def test_maintenance_that_is_overdue_is_shown(gun, alice, as_alice) -> None:
    actions.maintain(thing=gun, by=alice, next_due=people.today() - timedelta(days=1), note="Valve")
    assert "Maintenance overdue" in as_alice.get("/equipment/").content.decode()


@pytest.mark.parametrize(
    ("days", "state"), [(-1, "expired"), (0, "ends_soon"), (5, "ends_soon"), (90, "usable")]
)
def test_the_last_day_of_use_is_a_day_of_use(clinic, alice, days, state) -> None:
    needles = thing("needle", "27 G 4 mm", clinic, alice, "N-1", days=days)
    assert needles.state(people.today()) == state


def test_a_block_says_why_and_only_some_may_block(gun, alice, bob, client, as_alice) -> None:
    as_alice.post(f"/equipment/{gun.pk}/block/", {"reason": "Two abscesses after it."})
    assert "Two abscesses after it." in as_alice.get(f"/equipment/{gun.pk}/").content.decode()
    client.force_login(bob)
    assert client.post(f"/equipment/{gun.pk}/free/", {"reason": "I think it is fine."}).status_code == 403
    gun.refresh_from_db()
    assert gun.state(people.today()) == "blocked"


def test_somebody_of_another_clinic_sees_nothing_of_it(gun, charlie, client) -> None:
    client.force_login(charlie)
    assert client.get(f"/equipment/{gun.pk}/").status_code == 404
    assert client.post(f"/equipment/{gun.pk}/clean/", {}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("ends", "words"),
    [("200131", "this box expired on"), ("491231", "stands in the list with"), ("490131", "")],
)
def test_a_box_whose_code_tells_another_end_than_the_list_is_not_taken_in(
    as_alice, alice, clinic, ends, words
):
    listed = actions.NewThing("needle", "30G", "N-7", expires=date(2049, 1, 31), gtin="09506000134352")
    actions.add_thing(clinic=clinic, thing=listed, by=alice)
    answer = as_alice.get("/equipment/new/", {"code": f"010950600013435217{ends}10N-7"})
    assert answer.status_code == (422 if words else 200)
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("gtin", "code", "is_taken"),
    [
        ("9506000134352", "(01)09506000134352(17)660131(10)n-777", False),
        ("9506000134352", "(01)09506000134352(17)651231(10)N777", True),
        ("", "(01)09506000134352(17)660131(10)N777", True),
        ("9506000134352", "(01)09506000134352(17)200131(10)N778", False),
    ],
)
def test_a_box_with_another_day_than_the_list_or_past_it_is_not_taken_in(clinic, bob, gtin, code, is_taken):
    """Of another product with the same number the list says nothing."""
    held = actions.NewThing("needle", "Needles", "N777", gtin=gtin, expires=date(2065, 12, 31))
    actions.add_thing(clinic=clinic, thing=held, by=bob)
    assert BoxForm({"code": code}, clinic).is_valid() is is_taken
