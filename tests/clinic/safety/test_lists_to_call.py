"""Whatever several patients met is called and worked off like a recall; a vial that several were given from counts."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

import people
import ready
from clinic.safety.outbreak import fell_ill, treated
from clinic.treatments.conftest import as_
from wheal import knowledge
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Kind
from wheal.clinic.safety import actions, calling_back, whom
from wheal.clinic.safety.models import Alarm, Exposed, Reach, Recall
from wheal.clinic.safety.watching import actions as watching
from wheal.clinic.safety.watching import exposures, naming
from wheal.clinic.treatments import actions as treatments


@pytest.fixture
def room(clinic, sam):
    return equipment.add_thing(clinic=clinic, thing=equipment.NewThing(Kind.ROOM, "Room 9"), by=sam)


@pytest.fixture
def alarm(clinic, alice, bob, room) -> Alarm:
    lot = ready.lot(clinic, alice, "L-1", containers=10)
    for session in treated(clinic, alice, lot, 5, things=[room])[:3]:
        watching.judge(fell_ill(session, bob))
    return Alarm.objects.get()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_who_met_a_suspect_is_called_from_the_alarm_and_the_list_is_worked_off(
    alarm, room, sam, language
):
    client, path, about = as_(sam, language), f"/safety/alarms/{alarm.pk}/", f"room:{room.pk}"
    client.post(f"{path}act/", {"do": "call", "about": about, "note": " "})
    assert not Recall.objects.exists()
    opened = client.post(f"{path}act/", {"do": "call", "about": about, "note": "Three are ill"})
    made = Recall.objects.get()
    assert opened.url == f"/safety/recalls/{made.pk}/"
    assert (made.lot, made.people.count()) == (None, 5)
    room.refresh_from_db()
    assert room.blocked_at is None
    assert made.since == alarm.clinic.day_of() - timedelta(days=210)
    page = client.get(opened.url).content.decode()
    assert "Room 9" in page
    assert {"en": "List to call", "fr": "Liste d’appels"}[language] in page
    assert f'href="{opened.url}"' in client.get(path).content.decode()
    client.post(f"{path}act/", {"do": "call", "about": about, "note": "Again"})
    assert Recall.objects.count() == 1
    who = made.people.first()
    assert "Room 9" in client.get(f"/safety/patients/{who.patient_id}/alarms/").content.decode()
    assert "Room 9" in client.get("/safety/under-way/").content.decode()
    assert client.post(f"{opened.url}close/", {"conclusion": "Done"}).status_code == 422
    for reach in Reach.objects.all():
        client.post(f"/safety/reach/{reach.pk}/", {"status": "reached", "note": ""})
    assert client.post(f"{opened.url}close/", {"conclusion": "All were told"}).status_code == 302
    assert "Room 9" not in client.get("/safety/under-way/").content.decode()
    assert [step.what for step in alarm.steps.all()] == ["listed"]
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Recall.objects.update(conclusion="other")


def test_letters_of_a_list_name_neither_the_thing_nor_anybody(alarm, room, alice, sam):
    made = watching.call(alarm=alarm, exposure=("practitioner", str(alice.pk)), note="Ill", by=sam).recall
    patient = made.people.first().patient
    patient.language = "fr"
    patient.save()
    pages = PdfReader(io.BytesIO(as_(sam).get(f"/safety/recalls/{made.pk}/letters.pdf").content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) == 5
    assert "Vous avez reçu un soin chez nous" in text
    assert "You were treated here" in text
    assert alice.last_name not in text
    assert "lot" not in text.casefold().split()


@pytest.mark.both_engines
def test_every_kind_of_exposure_finds_who_met_it_and_only_since_the_day(alarm, clinic, alice, room):
    told = {tuple(thing.split(":")) for row in Exposed.objects.all() for thing in row.met.split()}
    assert {kind for kind, _name in told} == {"lot", "product", "room", "practitioner", "clinic"}
    today = clinic.day_of()
    for exposure in told:
        assert len(whom.people(whom.met(clinic, exposure, today))) == 5, exposure
        assert whom.people(whom.met(clinic, exposure, today + timedelta(days=1))) == {}
    assert whom.people(whom.met(clinic, ("room", "999999"), today)) == {}


def test_what_was_drawn_up_and_not_signed_is_on_the_list_and_another_clinic_s_is_not(
    alarm, clinic, alice, charlie
):
    draft = ready.planned(people.patient(clinic, alice, family_name="Draft"), alice)
    ready.mixed(draft, ready.lot(clinic, alice, "L-2"), alice)
    found = whom.people(whom.met(clinic, ("practitioner", str(alice.pk)), clinic.day_of()))
    assert found[draft.patient_id] is False
    assert sum(found.values()) == 5
    elsewhere = charlie.memberships.get().clinic
    assert whom.people(whom.met(elsewhere, ("practitioner", str(alice.pk)), clinic.day_of())) == {}


@pytest.mark.both_engines
def test_a_list_of_one_thing_is_opened_once(alarm, clinic, room, sam):
    asked = {
        "clinic": clinic,
        "exposure": ("room", str(room.pk)),
        "called": "Room 9",
        "since": clinic.day_of(),
    }
    actions.open_list(**asked, reason="Ill", by=sam)
    with pytest.raises(actions.RecallRefused, match="already_open"):
        actions.open_list(**asked, reason="Ill", by=sam)
    with pytest.raises(actions.RecallRefused, match="reason_missing"):
        actions.open_list(**asked | {"exposure": ("room", "2")}, reason=" ", by=sam)


def given(clinic, alice, lot, name: str, vial=None):
    """Five millilitres, from a new vial or one that is open."""
    patient = people.patient(clinic, alice, family_name=name)
    people.completed_history(patient, alice)
    session = ready.planned(patient, alice)
    ready.agree(session, alice)
    begun = timezone.now() - timedelta(minutes=5)
    mix = treatments.add_mix(session=session, by=alice)
    opened = {"container": vial} if vial else {"opened_at": begun}
    drawn = treatments.add_component(mix=mix, lot=lot, volume_ml=Decimal(5), by=alice, **opened)
    treatments.save_mix(mix=mix, prepared_by="chairside", prepared_at=begun, preparer=alice, by=alice)
    ready.drawn(session, mix, alice, 20)
    ready.checked(session, alice)
    treatments.sign_off(session=session, by=alice, known=knowledge.current())
    return drawn.container


def test_a_vial_is_an_exposure_once_two_patients_were_given_from_it(clinic, alice, sam):
    lot = ready.lot(clinic, alice, "L-1", containers=3)
    vial = given(clinic, alice, lot, "One")
    exposures.fill(clinic)
    assert "container:" not in Exposed.objects.get().met
    given(clinic, alice, lot, "Two", vial)
    given(clinic, alice, lot, "Three")
    exposures.fill(clinic)
    found = [f"container:{vial.pk}" in row.met.split() for row in Exposed.objects.order_by("pk")]
    assert found == [True, True, False]
    exposure = ("container", str(vial.pk))
    assert "L-1" in naming.names([exposure], clinic)[exposure].label
    made = actions.open_list(
        clinic=clinic, exposure=exposure, called="Vial", since=clinic.day_of(), reason="Ill", by=sam
    )
    assert made.people.count() == 2


@pytest.mark.both_engines
def test_needles_are_called_back_by_lot_in_every_clinic_without_any_alarm(clinic, alice, sam, charlie):
    """The maker writes of a lot of needles: it is blocked everywhere, and everybody who met it is on a list."""
    new = equipment.NewThing(Kind.NEEDLE, "30G 4 mm", "N-7", gtin="09506000134352")
    needles = equipment.add_thing(clinic=clinic, thing=new, by=sam)
    there = charlie.memberships.get().clinic
    other = equipment.NewThing(Kind.NEEDLE, "Needles", "n-7", gtin="9506000134352")
    theirs = equipment.add_thing(clinic=there, thing=other, by=charlie)
    lot = ready.lot(clinic, alice, "L-1", containers=10)
    sessions = treated(clinic, alice, lot, 2, things=[needles])
    client, path = as_(sam), f"/safety/things/{needles.pk}/"
    page = client.get(path).content.decode()
    assert "Another clinic of this server holds this lot too" in page
    sent = {"reason": "", "since": clinic.day_of().isoformat()}
    assert client.post(f"{path}recall/", sent).status_code == 422
    opened = client.post(f"{path}recall/", sent | {"reason": "The maker's letter"})
    made = Recall.objects.get(clinic=clinic)
    assert opened.url == f"/safety/recalls/{made.pk}/"
    assert {row.patient_id for row in made.people.all()} == {session.patient_id for session in sessions}
    for thing in (needles, theirs):
        thing.refresh_from_db()
        assert thing.blocked_at is not None
    assert made.elsewhere.get().clinic == there
    assert client.get(opened.url).status_code == client.get(path).status_code == 200
    assert client.post(f"{path}recall/", sent | {"reason": "Again"}).status_code == 422
    assert as_(alice).get(path).status_code == 200
    assert as_(charlie).post(f"{path}recall/", sent | {"reason": "x"}).status_code in (403, 404)


def test_needles_that_were_called_back_never_come_back_under_another_name(clinic, sam, alice, charlie):
    """Added again, here or elsewhere, or corrected to what they are; and they stay blocked while people are called."""
    new = equipment.NewThing(Kind.NEEDLE, "30G 4 mm", "N-7", gtin="09506000134352")
    needles = equipment.add_thing(clinic=clinic, thing=new, by=sam)
    made = calling_back.call_back(thing=needles, since=clinic.day_of(), reason="The maker's letter", by=sam)
    there = charlie.memberships.get().clinic
    sent = {"kind": "needle", "name": "Mine", "number": "n 7", "gtin": "9506000134352"}
    page = as_(sam).post("/equipment/new/", sent, follow=True).content.decode()
    assert ("is blocked and cannot be used" in page, "can now be chosen" in page) == (True, False)
    wrong = equipment.NewThing(Kind.NEEDLE, "Theirs", "N-70", gtin="9506000134352")
    theirs = equipment.add_thing(clinic=there, thing=wrong, by=charlie)
    assert theirs.blocked_at is None
    right = equipment.NewThing(Kind.NEEDLE, "Theirs", "N7", gtin="9506000134352")
    equipment.correct_thing(thing=theirs, to=right, by=charlie)
    assert theirs.block_reason == f"As in {clinic.name}: The maker's letter"
    freed = as_(sam).post(f"/equipment/{needles.pk}/free/", {"reason": "looked at"})
    assert (freed.status_code, "still being called" in freed.content.decode()) == (422, True)
    actions.close_recall(recall=made, conclusion="Nobody had met it", by=sam)
    assert as_(sam).post(f"/equipment/{needles.pk}/free/", {"reason": "looked at"}).status_code == 302


def test_a_lot_of_needles_whose_code_is_mended_takes_its_call_back_to_the_others(clinic, sam, charlie):
    there = charlie.memberships.get().clinic
    known = equipment.NewThing(Kind.NEEDLE, "Theirs", "N7", gtin="9506000134352")
    theirs = equipment.add_thing(clinic=there, thing=known, by=charlie)
    ours = equipment.add_thing(clinic=clinic, thing=equipment.NewThing(Kind.NEEDLE, "30G", "N-7"), by=sam)
    calling_back.call_back(thing=ours, since=clinic.day_of(), reason="Letter", by=sam)
    ours.refresh_from_db()
    coded = equipment.NewThing(Kind.NEEDLE, "30G", "N-7", gtin="09506000134352")
    equipment.correct_thing(thing=ours, to=coded, by=sam)
    theirs.refresh_from_db()
    assert theirs.blocked_at is not None
