"""The history answered at home: the same questions, kept as it goes, checked by the clinic, overwriting nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

import people
from clinic.portal.conftest import phone_of
from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.followup.models import Measure
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.portal.models import OwnAct, OwnHistory

SAID = {"weight": "62", "pregnant": "no", "blood_thinners": "warfarin", "on_page": ["weight", "pregnant"]}


def sent(phone) -> OwnHistory:
    """Sent by scripts or without: what is not on the page yet comes back once, then it goes."""
    while not OwnHistory.objects.filter(sent_at__isnull=False).exists():
        page = phone.go("history/").content.decode()
        shown = [part.split('"')[0] for part in page.split('name="on_page" value="')[1:]]
        phone.send("history/send/", **SAID | {"on_page": shown})
    return OwnHistory.objects.get()


MEASURED = {name for name, question in knowledge.current().questions.items() if not question.at_home}


def test_it_asks_the_same_questions_as_the_clinic_but_for_what_the_team_measures(phone, client, bob, patient):
    client.force_login(bob)
    ours = client.get(f"/patients/{patient.pk}/history/").content.decode()
    theirs = phone.go("history/").content.decode()
    names = [part.split('"')[0] for part in ours.split('name="on_page" value="')[1:]]
    assert len(names) > 20
    assert set(names) > MEASURED > {"blood_pressure_systolic", "blood_pressure_diastolic", "pulse"}
    left = [name for name in names if name not in MEASURED]
    assert [part.split('"')[0] for part in theirs.split('name="on_page" value="')[1:]] == left
    phone.send("history/save/", version="0", pulse="70", weight="62")
    assert OwnHistory.objects.get().answers == {"weight": "62"}


def test_who_checks_reads_what_the_rules_say_of_the_answers(phone, client, bob, patient):
    own = sent(phone)
    client.force_login(bob)
    page = client.get(f"/from-patients/answers/{own.pk}/").content.decode()
    told = page.split("What the rules say of these answers")[1].split("Nobody has checked these answers yet")[
        0
    ]
    assert "is-refer" in told
    assert "warfarin" in told.lower() or "anticoagul" in told.lower()


def test_a_follow_up_appears_as_soon_as_its_answer_is_saved_and_the_draft_is_there_again(phone):
    saved = phone.send(
        "history/save/", version="0", female="x", pregnant="no", blood_thinners="warfarin"
    ).json()
    assert saved["version"] == 1
    assert OwnHistory.objects.get().answers == {"pregnant": False, "blood_thinners": ["warfarin"]}
    page = phone.go("history/").content.decode()
    assert 'value="warfarin" checked' in page
    assert "Begun. Last saved" in phone.go("home/").content.decode()


def test_two_devices_do_not_overwrite_each_other(phone, patient, dora):
    phone.send("history/save/", version="0", weight="62")
    other = phone_of(patient, dora)
    assert other.send("history/save/", version="0", weight="70").status_code == 409
    assert OwnHistory.objects.get().answers == {"weight": "62"}


def test_a_slip_is_not_sent_and_nothing_typed_is_lost(phone):
    page = phone.go("history/").content.decode()
    shown = [part.split('"')[0] for part in page.split('name="on_page" value="')[1:]]
    refused = phone.send("history/send/", weight="heavy", on_page=shown)
    assert refused.status_code == 422
    assert 'value="heavy"' in refused.content.decode()
    assert OwnHistory.objects.filter(sent_at__isnull=False).count() == 0


def test_sent_it_is_fixed_by_the_database_and_waits_for_the_clinic(phone, client, bob, patient):
    own = sent(phone)
    assert own.sent_at is not None
    assert "Your answers are with the clinic" in phone.go("history/").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnHistory.objects.update(answers={})
    client.force_login(bob)
    for path in ("/from-patients/waiting/", f"/from-patients/{patient.pk}/"):
        assert f"/from-patients/answers/{own.pk}/" in client.get(path).content.decode()
    assert History.objects.count() == 0
    assert verify().broken == ()


def test_taken_over_it_becomes_a_draft_that_the_clinic_completes(phone, client, bob, patient):
    own = sent(phone)
    client.force_login(bob)
    assert "warfarin" in client.get(f"/from-patients/answers/{own.pk}/").content.decode().lower()
    answer = client.post(f"/from-patients/answers/{own.pk}/take-over/", {"version": "0", "after": "0"})
    assert answer.url == f"/patients/{patient.pk}/history/"
    draft = History.objects.get()
    assert (draft.answers, draft.completed_at, draft.started_by) == (own.answers, None, bob)
    own.refresh_from_db()
    assert (own.checked_by, own.history) == (bob, draft)
    again = client.post(f"/from-patients/answers/{own.pk}/take-over/", {"version": "1", "after": "0"})
    assert again.url == f"/from-patients/answers/{own.pk}/"
    assert verify().broken == ()


def test_what_the_clinic_knows_otherwise_is_shown_and_decided_never_replaced(phone, client, alice, patient):
    people.completed_history(patient, alice, people.healthy_answers({"own_doctor": "Dr Elm"}))
    last = History.objects.get()
    own_text = {"own_doctor": "Dr Oak", "weight": "62"}
    page = phone.go("history/").content.decode()
    shown = [part.split('"')[0] for part in page.split('name="on_page" value="')[1:]]
    phone.send("history/send/", **own_text, on_page=shown)
    own = OwnHistory.objects.get()
    client.force_login(alice)
    stands = {"version": "0", "after": str(last.pk)}
    page = client.get(f"/from-patients/answers/{own.pk}/").content.decode()
    assert "Dr Elm" in page
    assert "Dr Oak" in page
    undecided = client.post(f"/from-patients/answers/{own.pk}/take-over/", stands)
    assert (undecided.status_code, History.objects.count()) == (422, 1)
    chosen = stands | {"choose-own_doctor": "clinic"}
    assert client.post(f"/from-patients/answers/{own.pk}/take-over/", chosen).status_code == 302
    draft = History.objects.get(completed_at=None)
    assert draft.answers["own_doctor"] == "Dr Elm"
    assert History.objects.get(pk=last.pk).answers == last.answers
    detail = Event.objects.filter(what="portal.history_taken_over").get().detail
    assert detail == {"history": draft.pk, "kept_of_the_clinic": ["own_doctor"]}


def test_a_substance_that_the_patient_reacted_to_is_named_to_who_checks(phone, client, bob):
    page = phone.go("history/").content.decode()
    shown = [part.split('"')[0] for part in page.split('name="on_page" value="')[1:]]
    phone.send("history/save/", version="0", earlier_reaction="yes")
    typed = {
        "earlier_reaction_anaesthetic": ["lidocaine"],
        "earlier_reaction_plants": ["none"],
        "weight": "62",
    }
    phone.send("history/send/", **typed, on_page=[*shown, *typed])
    client.force_login(bob)
    answer = client.get(f"/from-patients/answers/{OwnHistory.objects.get().pk}/")
    assert (answer.status_code, "Lidocaine" in answer.content.decode()) == (200, True)


def test_a_draft_that_changed_meanwhile_stops_the_taking_over(phone, client, alice, patient):
    own = sent(phone)
    client.force_login(alice)
    client.post(f"/patients/{patient.pk}/history/save/", {"version": "0", "after": "0", "height": "168"})
    late = client.post(f"/from-patients/answers/{own.pk}/take-over/", {"version": "0", "after": "0"})
    assert late.status_code == 409
    assert History.objects.get().answers == {"height": "168"}
    own.refresh_from_db()
    assert own.checked_at is None


def test_what_waits_for_the_clinic_is_not_begun_anew(phone):
    sent(phone)
    assert phone.send("history/save/", weight="70").status_code == 409
    assert OwnHistory.objects.count() == 1


def test_set_aside_it_stays_as_it_was_sent_and_the_patient_may_answer_anew(phone, client, bob):
    own = sent(phone)
    client.force_login(bob)
    client.post(f"/from-patients/answers/{own.pk}/set-aside/")
    own.refresh_from_db()
    assert (own.checked_by, own.history) == (bob, None)
    assert phone.send("history/save/", weight="61").json()["version"] == 1


@pytest.mark.parametrize(("who", "status"), [("dora", 403), ("charlie", 404), ("bob", 200)])
def test_who_may_see_it(phone, client, request, who, status):
    own = sent(phone)
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/from-patients/answers/{own.pk}/").status_code == status


@pytest.mark.parametrize(
    ("language", "words", "sign"),
    [
        ("en", "Call an ambulance now", "warning_swallowing_or_breathing"),
        ("fr", "Appelez les secours", "warning_swallowing_or_breathing"),
        ("en", "A doctor must see you now", "warning_fever_with_nodules"),
    ],
)
def test_a_red_flag_is_answered_at_once_and_again_when_sent_and_stands_first_at_the_clinic(
    phone, client, bob, dora, clinic, alice, patient, language, words, sign
):
    earlier = phone_of(people.patient(clinic, alice, family_name="Earlier"), dora)
    page = earlier.go("history/").content.decode()
    shown = [part.split('"')[0] for part in page.split('name="on_page" value="')[1:]]
    earlier.send("history/send/", on_page=shown, weight="62", warning_signs="none")
    assert f'href="{earlier.at("report/")}"' not in earlier.go("history/").content.decode()
    Patient.objects.filter(pk=patient.pk).update(language=language)
    saved = phone.send("history/save/", version="0", warning_signs=sign).json()
    assert words in saved["pieces"]["now"]
    again = phone.send("history/save/", version="1", warning_signs=sign, weight="62").json()
    assert "now" not in again["pieces"]
    phone.send("history/send/", version="2", on_page=shown, weight="62", warning_signs=[sign])
    page = phone.go("history/").content.decode()
    assert words in page
    assert f'href="{phone.at("report/")}"' in page
    assert "at your visit" not in page.split("<h1>")[1].split("</p>")[0]
    home = phone.go("home/").content.decode()
    assert ("Do not wait" if language == "en" else "N’attendez pas") in home
    assert ">Done<" not in home
    OwnAct.objects.create(patient=patient, link=phone.link, what="photographs", done_at=timezone.now())
    client.force_login(bob)
    waiting = client.get("/from-patients/waiting/").content.decode()
    assert "A physician must look" in waiting.split("<details")[0]
    assert waiting.index("Red flag") < waiting.index("Taken back")
    first, second = waiting.split("<li>")[1:]
    assert str(patient) in first
    assert "Red flag" in first
    assert "Red flag" not in second
    own = OwnHistory.objects.get(patient=patient)
    for who, status, is_checked in ((bob, 422, False), (alice, 302, True)):
        client.force_login(who)
        assert client.post(f"/from-patients/answers/{own.pk}/set-aside/").status_code == status
        own.refresh_from_db()
        assert bool(own.checked_at) is is_checked
    assert "Do not wait" not in phone.go("home/").content.decode()


def test_a_red_flag_ticked_beside_none_of_these_is_answered_too(phone):
    typed = ["warning_crooked_smile", "none"]
    saved = phone.send("history/save/", version="0", warning_signs=typed).json()
    assert "A doctor must see you today" in saved["pieces"]["now"]
    assert (
        phone.send("history/save/", version="1", warning_signs="none").json()["pieces"]["now"].strip() == ""
    )


def test_a_period_that_is_still_to_come_is_kept_as_typed_and_not_sent(phone, patient):
    today = patient.clinic.day_of()
    tomorrow = (today + timedelta(days=1)).isoformat()
    saved = phone.send("history/save/", version="0", last_period=tomorrow).json()
    assert "still to come" in saved["errors"]["last_period"]
    page = phone.go("history/").content.decode()
    shown = [part.split('"')[0] for part in page.split('name="on_page" value="')[1:]]
    refused = phone.send("history/send/", version="1", on_page=shown, last_period=tomorrow)
    assert (refused.status_code, f'value="{tomorrow}"' in refused.content.decode()) == (422, True)
    mended = phone.send("history/save/", version="1", last_period=today.isoformat()).json()
    assert mended["errors"]["last_period"] == ""


def test_a_weight_is_told_in_pounds_where_the_country_does_and_shown_again_as_it_was_said(phone):
    assert 'name="unit_weight"' in phone.go("history/").content.decode()
    phone.send("history/save/", version="0", weight="137", unit_weight="lb")
    assert OwnHistory.objects.get().answers["weight"] == "62.14"
    assert 'value="137"' in phone.go("history/").content.decode()
    told = phone.send("history/save/", version="1", weight="3", unit_weight="lb").json()
    assert "lb" in told["errors"]["weight"]
    assert 'name="weight" value="3"' in phone.go("history/").content.decode()
    slip = phone.send("history/save/", version="2", weight="1" * 30, unit_weight="lb").json()
    assert "lb" in slip["errors"]["weight"]
    Clinic.objects.update(jurisdiction="FR")
    assert 'name="unit_weight"' not in phone.go("history/").content.decode()


def test_a_weight_far_from_the_last_one_is_asked_again_before_it_is_sent(phone, patient, alice):
    Measure.objects.create(
        patient=patient, instrument="weight", value="61.9", on=patient.clinic.day_of(), recorded_by=alice
    )
    shown = list(knowledge.current().questions)
    doubted = phone.send("history/send/", on_page=shown, weight="142")
    page = doubted.content.decode()
    assert (doubted.status_code, "Last time it was 136.5\u00a0lb (61.9\u00a0kg)" in page) == (422, True)
    assert OwnHistory.objects.get().sent_at is None
    phone.send("history/send/", on_page=shown, weight="142", sure_weight="1")
    assert OwnHistory.objects.get().sent_at is not None
