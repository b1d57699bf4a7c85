"""Reactions on their pages: recorded from the patient, waited for on the day, followed, judged, corrected."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import people
from clinic.safety.outbreak import fell_ill
from clinic.treatments.conftest import as_
from wheal.clinic.audit.models import Event
from wheal.clinic.safety.models import Reaction
from wheal.clinic.safety.reactions import actions
from wheal.clinic.safety.reactions.actions import NewReaction


def fields(signed, **change: object) -> dict[str, object]:
    today = signed.clinic.day_of()
    return {
        "kind": "abscess",
        "onset": today.isoformat(),
        "grade": "2",
        "sessions": [str(signed.pk)],
    } | change


def record_at(signed) -> str:
    return f"/safety/patients/{signed.patient_id}/reactions/new/"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_reaction_is_recorded_and_its_page_says_what_to_do_and_what_to_take(signed, bob, language):
    client = as_(bob, language)
    page = client.get(record_at(signed)).content.decode()
    assert 'data-pass="' in page
    drawn = signed.passes.get()
    answer = client.post(record_at(signed), fields(signed, places=json.dumps([[drawn.pk, 203, 98]])))
    made = Reaction.objects.get()
    assert answer.url == f"/safety/reactions/{made.pk}/"
    shown = client.get(answer.url).content.decode()
    told = {
        "en": [
            "a physician looks now",
            "31 of 33 isolates",
            "nearest to point 2,",
            "publications know it",
            "16 of 105",
        ],
        "fr": ["un médecin examine", "31 isolats sur 33", "point 2,", "publications", "16 sur 105"],
    }[language]
    for words in told:
        assert words in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"onset": "tomorrow"}, "onset"),
        ({"onset": "2199-01-01"}, "onset"),
        ({"grade": "9"}, "grade"),
        ({"places": "[[1, 2"}, "places"),
        ({"places": "[[999999, 1, 1]]"}, "places"),
        ({"sessions": ["999999"]}, "sessions"),
        ({"due_on": "2001-01-01"}, "due_on"),
        ({"onset": "2001-01-01"}, "sessions"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(signed, bob, change, field):
    answer = as_(bob).post(record_at(signed), fields(signed, **change))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Reaction.objects.exists()


def test_it_stands_on_the_day_the_list_the_patient_and_the_timeline_until_it_is_over(signed, alice, bob):
    made = fell_ill(signed, bob)
    day = signed.clinic.day_of()
    where = [
        "/safety/waiting/", "/safety/reactions/", f"/safety/patients/{signed.patient_id}/reactions/",
        f"/safety/patients/{signed.patient_id}/reactions/marks/",
    ]  # fmt: skip
    for path in where:
        assert f"/safety/reactions/{made.pk}/" in as_(alice).get(path).content.decode(), path
    follow = {"on": day.isoformat(), "course": "resolved", "note": "Healed"}
    assert as_(alice).post(f"/safety/reactions/{made.pk}/follow/", follow).status_code == 302
    assert f"/safety/reactions/{made.pk}/" not in as_(alice).get("/safety/waiting/").content.decode()
    made.refresh_from_db()
    assert (made.over_on, made.waits_for_a_physician) == (day, False)


def test_a_nurse_s_follow_up_does_not_stand_for_the_physician_s_look(signed, nora, bob):
    made = fell_ill(signed, bob)
    follow = {"on": signed.clinic.day_of().isoformat(), "course": "unchanged"}
    as_(nora).post(f"/safety/reactions/{made.pk}/follow/", follow)
    made.refresh_from_db()
    assert made.waits_for_a_physician


def test_what_nobody_asked_about_in_time_is_overdue_on_the_day(signed, bob, alice):
    made = fell_ill(signed, bob, kind="bruising")
    Reaction.objects.filter(pk=made.pk).update(due_on=made.due_on - timedelta(days=30))
    assert "overdue" in as_(alice).get("/safety/waiting/").content.decode()


def test_a_judgement_shows_naranjo_s_points_and_the_one_before_it_stays(signed, alice, bob):
    made = fell_ill(signed, bob)
    judge = {"grade": "3", "serious": ["hospital"], "who_umc": "possible", "linked": "yes", "naranjo_after_it": "yes",
             "naranjo_other_causes": "no", "note": "Pus"}  # fmt: skip
    assert as_(alice).post(f"/safety/reactions/{made.pk}/assess/", judge).status_code == 302
    assert as_(alice).post(f"/safety/reactions/{made.pk}/assess/", judge | {"grade": "4"}).status_code == 302
    page = as_(alice).get(f"/safety/reactions/{made.pk}/").content.decode()
    assert "Hospital stay begun or prolonged" in page
    assert "Earlier judgements" in page
    assert [each.points for each in made.assessments.all()] == [4, 4]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"corrects": "kind", "kind": "bruising", "reason": "Clear on the second look"}, 302),
        ({"corrects": "onset", "onset": "2020-01-01", "reason": "Misread"}, 302),
        ({"corrects": "withdrawn", "reason": "Another person"}, 302),
        ({"corrects": "kind", "kind": "", "reason": "x"}, 422),
        ({"corrects": "onset", "onset": "", "reason": "x"}, 422),
        ({"corrects": "kind", "kind": "bruising", "reason": ""}, 422),
    ],
)
def test_a_correction_is_made_on_the_page(signed, sam, bob, sent, status):
    made = fell_ill(signed, bob)
    assert as_(sam).post(f"/safety/reactions/{made.pk}/correct/", sent).status_code == status
    assert made.corrections.exists() == (status == 302)


def test_who_may_record_follow_judge_and_correct(signed, bob, dora, ada, charlie, sam):
    made = fell_ill(signed, bob)
    day = signed.clinic.day_of().isoformat()
    for who in (dora, ada):
        for path in (f"/safety/reactions/{made.pk}/", "/safety/reactions/", record_at(signed)):
            assert as_(who).get(path).status_code == 403
    assert as_(bob).post(f"/safety/reactions/{made.pk}/assess/", {"linked": "no"}).status_code == 403
    assert as_(bob).post(f"/safety/reactions/{made.pk}/correct/", {}).status_code == 403
    assert as_(sam).post(f"/safety/reactions/{made.pk}/assess/", {"linked": "no"}).status_code == 302
    for path in ("", "follow/", "assess/", "correct/"):
        ask = as_(charlie).post if path else as_(charlie).get
        assert ask(f"/safety/reactions/{made.pk}/{path}", {"on": day}).status_code == 404
    assert as_(charlie).get(record_at(signed)).status_code == 404


def test_reading_is_audited_and_costs_as_many_queries_for_a_long_course(signed, alice, bob):
    made = fell_ill(signed, bob)
    client = as_(alice)
    path = f"/safety/reactions/{made.pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as short:
        client.get(path)
    for _time in range(5):
        client.post(f"{path}follow/", {"on": signed.clinic.day_of().isoformat(), "course": "unchanged"})
    client.get(path)
    with CaptureQueriesContext(connection) as long:
        client.get(path)
    assert len(long) == len(short) <= 24
    assert Event.objects.filter(what="safety.reaction_read", by=alice).count() == 4


def test_the_list_costs_as_many_queries_for_many_as_for_one(signed, alice, bob):
    fell_ill(signed, bob)
    client = as_(alice)
    with CaptureQueriesContext(connection) as one:
        client.get("/safety/reactions/")
    for kind in ("nodule", "pain", "bruising", "swelling"):
        fell_ill(signed, bob, kind=kind)
    with CaptureQueriesContext(connection) as many:
        client.get("/safety/reactions/")
    assert len(many) == len(one)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_reaction_without_a_session_says_what_that_means_and_leads_to_the_page_that_ties_it(
    signed, bob, known, language
):
    new = NewReaction(kind="nodule", onset=people.today())
    made = actions.record(patient=signed.patient, new=new, by=bob, known=known)
    page = f"/safety/reactions/{made.pk}/sessions/"
    client = as_(bob, language)
    assert page in client.get(f"/safety/reactions/{made.pk}/").content.decode()
    offered = client.get(page).content.decode()
    assert "K-1" in offered
    refused = client.post(page, {"sessions": signed.pk, "reason": ""})
    assert refused.status_code == 422
    assert "checked" in refused.content.decode()
    assert client.post(page, {"sessions": signed.pk, "reason": "Asked"}).status_code == 302
    assert made.ties.standing().get().session == signed


def test_redness_that_became_an_abscess_is_told_at_the_follow_up_and_heard_by_the_watch(signed, bob, known):
    """No mistake in what was recorded: it went on. Whoever follows up cannot take it out of the watch by this."""
    made = actions.record(
        patient=signed.patient, new=NewReaction(kind="redness", onset=people.today()), by=bob, known=known
    )
    client, told = (
        as_(bob),
        {"on": people.today().isoformat(), "course": "worse", "note": "Soft in the middle"},
    )
    assert (
        client.post(f"/safety/reactions/{made.pk}/follow/", told | {"became": "bruising"}).status_code == 422
    )
    assert (
        client.post(f"/safety/reactions/{made.pk}/follow/", told | {"became": "abscess"}).status_code == 302
    )
    made.refresh_from_db()
    assert (made.kind, made.recorded_kind, made.waits_for_a_physician) == ("abscess", "redness", True)
    assert made.corrections.get().reason.startswith("Seen at the follow-up of")
