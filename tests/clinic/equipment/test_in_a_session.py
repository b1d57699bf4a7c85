"""A session names its room, device, water and disinfectant; what may not be used is not signed; all is traced."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from clinic.treatments.conftest import again, as_, booked  # noqa: F401
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.safety.answers import answer_line
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import ThingUsed

from .conftest import thing

pytestmark = pytest.mark.both_engines


@pytest.fixture
def kept(room, gun, tap, disinfectant, alice):
    equipment.clean(thing=gun, by=alice, water_point=tap, disinfectant=disinfectant)
    return [room, gun, disinfectant]


@pytest.fixture
def named(ready, kept, alice):
    for one in kept:
        actions.name_thing(session=ready, thing=one, by=alice)
    return again(ready)


def refusals(session, alice, known) -> list[tuple[str, str]]:
    with pytest.raises(actions.SignOffRefused) as refused:
        actions.sign_off(session=session, by=alice, known=known)
    return [(row.code, row.about) for row in refused.value.reasons]


def test_what_the_clinic_keeps_must_be_named(ready, kept, alice, known) -> None:
    missing = {about for code, about in refusals(ready, alice, known) if code == "thing_missing"}
    assert missing == {"room", "tool", "disinfectant"}


def test_named_it_is_signed_shown_and_fixed(named, alice, known) -> None:
    signed = actions.sign_off(session=named, by=alice, known=known)
    page = as_(alice).get(f"/sessions/{signed.pk}/sign/").content.decode()
    assert "Gun 2" in page
    assert "rinsed with water from Tap of room 1" in page
    assert "intact" in page
    for change in (
        lambda: ThingUsed.objects.filter(session=signed).update(cleaning=None),
        lambda: ThingUsed.objects.filter(session=signed).first().delete(),
        lambda: ThingUsed.objects.create(
            session=signed, thing=thing("room", "Room 9", signed.clinic, alice), chosen_by=alice
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_record_names_room_device_and_how_it_was_cleaned(named, alice, known) -> None:
    actions.sign_off(session=again(named), by=alice, known=known)
    answer = as_(alice).get(f"/sessions/{named.pk}/record.pdf")
    pages = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert len(pages) == 1
    for words in ("Room and equipment", "Gun 2 SN-77", "cleaned", "Tap of room 1", "Chlorhexidine 2 % CHX-9"):
        assert words in text, words


@pytest.mark.parametrize("which", ["room", "gun", "disinfectant", "tap"])
def test_blocked_after_it_was_named_it_cannot_be_signed(named, alice, known, request, which) -> None:
    one = request.getfixturevalue(which)
    equipment.block(thing=one, reason="Suspected", by=alice)
    found = refusals(named, alice, known)
    assert ("thing_blocked", str(one)) in found


def test_blocked_it_cannot_be_chosen(ready, kept, gun, alice) -> None:
    equipment.block(thing=gun, reason="Suspected", by=alice)
    with pytest.raises(actions.DraftRefused, match="Blocked"):
        actions.name_thing(session=ready, thing=gun, by=alice)
    assert "Blocked: do not use" in as_(alice).get(f"/sessions/{ready.pk}/mix/").content.decode()


def test_one_cleaning_serves_one_patient(named, gun, alice, known, patient) -> None:
    other = actions.book(
        clinic=named.clinic, patient=patient, planned_for=named.planned_for + timedelta(hours=1), by=alice
    )
    used = actions.name_thing(session=other, thing=gun, by=alice)
    assert refusals(named, alice, known) == [("device_not_cleaned", "Gun 2 SN-77")]
    actions.cleaned_now(used=used, by=alice)
    actions.sign_off(session=again(named), by=alice, known=known)


def test_a_device_never_cleaned_cannot_be_signed(ready, room, disinfectant, gun, alice, known) -> None:
    for one in (room, disinfectant, gun):
        actions.name_thing(session=ready, thing=one, by=alice)
    assert refusals(again(ready), alice, known) == [("device_not_cleaned", "Gun 2 SN-77")]


def test_needles_of_a_lot_need_no_cleaning(ready, room, disinfectant, clinic, alice, known) -> None:
    needles = thing("needle", "30 G", clinic, alice, "N-4", days=40)
    for one in (room, disinfectant, needles):
        actions.name_thing(session=ready, thing=one, by=alice)
    assert actions.sign_off(session=again(ready), by=alice, known=known).is_signed


def test_all_as_last_time_names_everything_in_one_tap(named, kept, patient, alice) -> None:
    later = actions.book(
        clinic=named.clinic,
        patient=patient,
        planned_for=named.planned_for + timedelta(hours=1),
        practitioner=alice,
        by=alice,
    )
    client = as_(alice)
    assert "All as last time" in client.get(f"/sessions/{later.pk}/mix/").content.decode()
    client.post(f"/sessions/{later.pk}/mix/as-last-time")
    assert {row.thing for row in later.things.all()} == set(kept)


def test_a_second_tap_takes_it_back_and_a_session_has_one_room(ready, room, clinic, alice) -> None:
    client, other = as_(alice), thing("room", "Room 2", clinic, alice)
    for one in (room, other):
        client.post(f"/sessions/{ready.pk}/mix/thing", {"thing": one.pk})
    assert [row.thing for row in ready.things.all()] == [other]
    client.post(f"/sessions/{ready.pk}/mix/thing", {"thing": other.pk})
    assert not ready.things.exists()


def test_the_bench_asks_few_queries_with_a_full_list(
    named, alice, clinic, django_assert_max_num_queries
) -> None:
    for place in range(12):
        thing("needle", "30 G", clinic, alice, f"N-{place}", days=90)
    client = as_(alice)
    client.get("/")
    with django_assert_max_num_queries(16):
        client.get(f"/sessions/{named.pk}/mix/")


@pytest.mark.parametrize("which", ["room", "gun", "disinfectant", "tap"])
def test_whoever_met_it_is_found(named, alice, known, patient, request, which) -> None:
    """The tap too, which served by the cleaning alone."""
    actions.sign_off(session=named, by=alice, known=known)
    one = request.getfixturevalue(which)
    page = as_(alice).get(f"/safety/things/{one.pk}/").content.decode()
    assert patient.family_name.upper() in page.upper()
    assert str(patient) in as_(alice).get(f"/safety/things/{one.pk}.csv").content.decode()
    said = json.loads(answer_line(json.dumps({one.kind: str(one.pk)}).encode()))
    (told,) = said["patients"]
    assert told["patient"] == str(patient.pk)
    assert told["sessions"][0]["mixes"][0]["passes"][0]["points"] == 40
    assert str(one.pk) in [each["id"] for each in told["sessions"][0]["things"]]


def test_a_thing_asked_as_another_kind_is_not_held(gun) -> None:
    said = json.loads(answer_line(json.dumps({"room": gun.pk}).encode()))
    assert said["error"]["code"] == "not_held"
    assert said["error"]["path"] == "room"


def test_a_patient_is_told_with_what_they_met(named, alice, known, patient) -> None:
    actions.sign_off(session=named, by=alice, known=known)
    said = json.loads(answer_line(json.dumps({"patient": patient.pk}).encode()))
    kinds = [each["kind"] for each in said["patients"][0]["sessions"][0]["things"]]
    assert kinds == ["room", "device", "water_point", "disinfectant"]
