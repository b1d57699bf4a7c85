"""An alarm on its page: evidence, pictures, line list, each step from there, closed with a conclusion."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

import ready
from clinic.safety.outbreak import fell_ill, treated
from clinic.treatments.conftest import as_
from wheal.clinic.audit.models import Event
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Kind
from wheal.clinic.patients.models import Patient
from wheal.clinic.safety.models import Alarm, Recall
from wheal.clinic.safety.watching import actions, pictures


@pytest.fixture
def bad(clinic, alice):
    return ready.lot(clinic, alice, "BAD-1")


@pytest.fixture
def alarm(clinic, alice, bob, bad) -> Alarm:
    sessions = treated(clinic, alice, bad, 5)
    for number, kind in enumerate(("suspected_infection", "abscess", "ulcer_or_necrosis")):
        actions.judge(fell_ill(sessions[number], bob, kind=kind))
    return Alarm.objects.get()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_suspects_curve_web_line_list_and_what_to_do(alarm, sam, language):
    page = as_(sam, language).get(f"/safety/alarms/{alarm.pk}/").content.decode()
    assert "BAD-1" in page
    for number in range(3):
        assert f"CASE0{number}" in page
    assert page.count('class="case"') == 3
    assert page.count('class="web-line') >= 3
    assert page.count("/declare/") == 3  # a report of each case is begun from here
    assert page.count('value="sample"') == page.count('class="stack-small suspect"') > 0
    assert {"en": "not corrected for how many", "fr": "non corrigée"}[language] in page
    told = {"en": "Act now, before a culture is back", "fr": "Agissez maintenant"}[language]
    assert told in page
    assert {"en": "less than 1 in a million", "fr": "moins de 1 sur un million"}[language] in page


def test_everybody_sees_on_the_day_what_not_to_use_and_no_patient_s_name(alarm, dora, ada, bob, charlie):
    for who in (dora, ada, bob):
        told = as_(who).get("/safety/alarms/on-the-day/").content.decode()
        assert "BAD-1" in told
        assert "CASE0" not in told
    assert "See the evidence" not in as_(dora).get("/safety/alarms/on-the-day/").content.decode()
    assert "BAD-1" not in as_(charlie).get("/safety/alarms/on-the-day/").content.decode()
    assert "/safety/alarms/on-the-day/" in as_(dora).get("/").content.decode()


def test_the_whole_way_from_alarm_to_conclusion_on_the_page(alarm, bad, sam):
    client, path = as_(sam), f"/safety/alarms/{alarm.pk}/"
    about = f"lot:{bad.pk}"
    assert client.post(f"{path}close/", {"found": "none", "conclusion": "x"}).status_code == 422
    client.post(f"{path}act/", {"do": "quarantine", "about": about, "note": "Three ill"})
    bad.refresh_from_db()
    assert bad.quarantined_at
    opened = client.post(f"{path}act/", {"do": "call", "about": about, "note": "Three ill"})
    recall = Recall.objects.get()
    assert opened.url == f"/safety/recalls/{recall.pk}/"
    assert recall.people.count() == 5
    assert not alarm.steps.filter(what="sampled").exists()
    client.post(f"{path}act/", {"do": "sample", "about": about, "note": " "})
    client.post(f"{path}act/", {"do": "sample", "about": about, "note": "Vial to the laboratory"})
    client.post(f"{path}note/", {"what": "notified", "note": "Agency, receipt 7"})
    assert client.post(f"{path}note/", {"what": "sampled", "note": ""}).status_code == 422
    done = {"found": "confirmed", "cause": about, "conclusion": "M. abscessus in the vial"}
    assert client.post(f"{path}close/", done | {"cause": ""}).status_code == 422
    refused = client.post(f"{path}close/", done)
    assert (refused.status_code, "Confirmed is what a result says" in refused.content.decode()) == (422, True)
    client.post(f"{path}note/", {"what": "result", "about": about, "note": "Culture: M. abscessus"})
    assert client.post(f"{path}close/", done).status_code == 302
    page = client.get(path).content.decode()
    for words in ("Lot set aside", "Vial to the laboratory", "receipt 7", "M. abscessus in the vial"):
        assert words in page
    assert "BAD-1" not in client.get("/safety/alarms/on-the-day/").content.decode()
    assert [step.what for step in alarm.steps.all()] == [
        "quarantined", "recalled", "sampled", "notified", "result",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [{"do": "burn", "about": "lot:1"}, {"do": "quarantine", "about": "lot:999999"}, {"do": "stop"}, {}],
)
def test_only_what_is_suspected_can_be_acted_on_from_there(alarm, sam, sent):
    as_(sam).post(f"/safety/alarms/{alarm.pk}/act/", sent)
    assert not alarm.steps.exists()


def test_the_line_list_opens_in_another_program_as_it_is(alarm, sam, bad):
    Patient.objects.filter(family_name="Case00").update(number="=1+1")
    answer = as_(sam).get(f"/safety/alarms/{alarm.pk}/line-list.csv")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["case"] for row in rows] == ["1", "2", "3"]
    first = rows[0]
    assert (first["kind"], first["sessions_210_days"], first["days_last_session_to_onset"]) == (
        "suspected_infection", "1", "0",
    )  # fmt: skip
    assert first["onset"] == alarm.clinic.day_of().isoformat()
    assert first[f"lot_{bad.pk}_test_deoxycholic_acid_bad_1"] == "1"
    assert "CASE" not in text
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert Event.objects.filter(what="safety.line_list_exported", by=sam).exists()


def test_a_new_alarm_says_how_the_earlier_one_on_the_same_lot_ended(alarm, clinic, alice, bob, bad, sam):
    actions.note(alarm=alarm, what="noted", note="The vials were cultured.", by=sam)
    actions.close(
        alarm=alarm,
        found="probable",
        conclusion="Opened vials kept warm",
        exposure=("lot", str(bad.pk)),
        by=sam,
    )
    assert "Earlier alarms" not in as_(sam).get(f"/safety/alarms/{alarm.pk}/").content.decode()
    (session,) = treated(clinic, alice, bad, 1, first=20)
    seen = actions.judge(fell_ill(session, bob))
    assert seen.alarm != alarm
    page = as_(sam).get(f"/safety/alarms/{seen.alarm_id}/").content.decode()
    told = page[page.index("Earlier alarms on the same") : page.index("Suspects, the likeliest first")]
    for words in (
        "The cause is probable",
        "Opened vials kept warm",
        "BAD-1",
        "3 cases of it",
        f"/alarms/{alarm.pk}/",
    ):
        assert words in told


def test_suspects_are_named_as_the_clinic_writes_them_whoever_reports(clinic, alice, bob, bad):
    room = equipment.add_thing(clinic=clinic, thing=equipment.NewThing(Kind.ROOM, "1"), by=alice)
    sessions = treated(clinic, alice, bad, 3, things=[room])
    with translation.override("fr"):
        for session in sessions:
            actions.judge(fell_ill(session, bob))
    names = {row["name"] for row in Alarm.objects.get().last_sighting.suspects if row["kind"] == "room"}
    assert names == {"Room 1"}


@pytest.mark.parametrize("alarm_on", range(1, 14))
@pytest.mark.parametrize("watch_on", [0, 1, 5, 9])
def test_what_was_said_on_two_days_does_not_overprint_on_the_curve(watch_on, alarm_on):
    """Words of 60 at most, each from its line to one side or on both; side by side or one beneath the other."""
    xs = {pictures.LEFT + day * pictures.BOX + pictures.BOX // 2 for day in (watch_on, watch_on + alarm_on)}
    width = pictures.LEFT * 2 + max(watch_on + alarm_on + 1, 12) * pictures.BOX
    spans = []
    for mark in pictures.marks_at(dict.fromkeys(sorted(xs), "Vigilance"), width):
        begin = mark.x - {"start": 0, "middle": 30, "end": 60}[mark.anchor]
        spans.append((mark.y, begin, begin + 60, mark.x))
    (one_y, one, one_end, line), (other_y, other, _end, other_line) = spans
    assert one_y != other_y or one_end <= other
    assert min(one, other) >= 0
    assert other_y <= one_y or not other < line  # the line of the upper word runs through no lower one
    assert one_y <= other_y or not one_end > other_line


def test_it_costs_as_many_queries_for_more_cases(alarm, clinic, alice, bob, bad, sam):
    client, path = as_(sam), f"/safety/alarms/{alarm.pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for session in treated(clinic, alice, bad, 3, first=20):
        actions.judge(fell_ill(session, bob))
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few) <= 22


def test_who_may_see_and_act(alarm, bob, dora, nora, charlie):
    path = f"/safety/alarms/{alarm.pk}/"
    assert as_(bob).get(path).status_code == 200
    for who in (bob, nora):
        for what in ("act/", "note/", "close/"):
            assert as_(who).post(path + what, {}).status_code == 403
    for ending in ("", "line-list.csv"):
        assert as_(dora).get(path + ending).status_code == 403
        assert as_(charlie).get(path + ending).status_code == 404
    for what in ("act/", "note/", "close/"):
        assert as_(charlie).post(path + what, {}).status_code == 404
