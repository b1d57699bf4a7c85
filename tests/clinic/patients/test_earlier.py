"""What was said on an earlier day is offered again, and is not asked until somebody confirms it today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

import people
from wheal import knowledge
from wheal.clinic.demo_sessions import clock_at
from wheal.clinic.patients import earlier
from wheal.clinic.patients.answers import given_codes, patient_facts
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.patients.verdict import verdict_of

KNOWN = knowledge.current()
TODAY = people.date(2026, 11, 26)
WOMAN = Patient(birth_date=people.date(1984, 5, 2), sex="female")
OLD = "2026-10-03"


def of_then(answer: object) -> dict[str, object]:
    return {"earlier": answer, "said_on": OLD}


@pytest.mark.parametrize(
    ("typed", "still", "kept"),
    [
        ({}, set(), of_then([])),  # nobody opened it
        ({}, {"organs"}, []),  # one tap
        ({"organs": ["gallstones"]}, {"organs"}, ["gallstones"]),  # what is said today goes first
        ({"organs": None}, set(), None),
    ],
)
def test_an_old_none_is_not_asked_until_one_tap_confirms_it(typed, still, kept):
    given = {**people.healthy_answers(without=("organs",)), **typed}
    whole = earlier.with_earlier(given, {"organs": of_then([])}, still, KNOWN, WOMAN)
    assert whole["organs"] == kept
    facts = patient_facts(History(patient=WOMAN, answers=whole))
    assert (facts.conditions is None) == (kept is None or isinstance(kept, dict))


def test_an_old_yes_goes_on_counting_and_its_day_goes_along():
    first = {**people.healthy_answers(), "organs": of_then(["gallstones"])}
    last = History(patient=WOMAN, answers=first, completed_at=timezone.now() - timedelta(days=1))
    offered = earlier.carried_over(last, KNOWN, on=people.today())
    assert offered["organs"] == of_then(["gallstones"])
    whole = earlier.with_earlier(people.healthy_answers(without=("organs",)), offered, set(), KNOWN, WOMAN)
    assert given_codes(History(patient=WOMAN, answers=whole), "conditions") == ["gallstones"]


def test_what_was_answered_this_very_day_stands():
    last = History(patient=WOMAN, answers=people.healthy_answers(), completed_at=timezone.now())
    offered = earlier.carried_over(last, KNOWN, on=people.today())
    assert offered["organs"] == []
    assert "pregnant" not in offered


def test_to_what_somebody_reacted_is_dropped_once_they_say_that_they_never_did():
    offered = {"earlier_reaction_anaesthetic": of_then(["lidocaine"])}
    for first, kept in (([], False), (["reaction_to_injection"], True)):
        given = {
            **people.healthy_answers(without=("earlier_reaction_anaesthetic",)),
            "earlier_reaction": first,
        }
        whole = earlier.with_earlier(given, offered, set(), KNOWN, WOMAN)
        assert ("earlier_reaction_anaesthetic" in whole) == kept


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, {"pregnant": False, "blood_thinners": ["warfarin"], "organs": []}),
        (3, {"blood_thinners": of_then(["warfarin"]), "organs": of_then([])}),
    ],
)
def test_a_no_from_home_to_what_is_asked_anew_counts_on_its_own_day_only(days, told):
    own = {"pregnant": False, "blood_thinners": ["warfarin"], "organs": []}
    then = people.date.fromisoformat(OLD)
    assert earlier.told_at_home(own, KNOWN, told=then, on=then + timedelta(days=days)) == told


def judged(answers: dict[str, object], sex: str = "female"):
    person = Patient(birth_date=people.date(1984, 5, 2), sex=sex)
    history = History(patient=person, answers=answers, completed_at=timezone.now())
    return verdict_of(history, jurisdiction="US")


NEEDED = sorted(name for name, question in KNOWN.questions.items() if question.needed)


def test_the_least_data_are_these():
    assert NEEDED == [
        "blood_pressure_diastolic", "blood_pressure_systolic", "earlier_treatments_told", "hopes", "last_period",
        "own_doctor", "pictures_taken", "pulse", "smoking", "weight_six_months_ago",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_nobody_is_cleared_without_the_least_data_and_the_verdict_says_what_why_and_by_whom(name):
    assert judged(people.healthy_answers()).decision == "go"
    verdict = judged(people.healthy_answers(without=(name,)))
    (missing,) = (one for one in verdict.findings if one.about == name)
    assert (verdict.decision, missing.code) == ("incomplete", "fact_missing")
    assert missing.source in KNOWN.sources
    assert missing.message["en"] != missing.message["fr"]
    asked = judged(people.healthy_answers({name: None}))
    assert (asked.decision, asked.findings[0].code) == ("refer", "least_data_not_known")


def test_a_man_is_not_asked_for_a_period_and_a_woman_may_have_none_any_more():
    assert judged(people.healthy_answers(without=("last_period",)), sex="male").decision == "go"
    assert judged(people.healthy_answers({"last_period": []})).decision == "go"


def test_a_yes_in_half_a_list_counts():
    verdict = judged(
        people.healthy_answers({"food_and_plant_allergies": ["soy"]}, without=("material_allergies",))
    )
    assert verdict.allergies == ("soy",)
    stopped = judged(people.healthy_answers({"skin_today": ["infection_at_site"]}, without=("organs",)))
    assert stopped.decision == "stop"


def test_one_tap_for_each_and_the_draft_keeps_the_rest_as_not_asked(client, patient, alice):
    with clock_at(timezone.now() - timedelta(days=40)):
        last = people.completed_history(patient, alice, people.healthy_answers({"organs": ["gallstones"]}))
    client.force_login(alice)
    page = client.get(f"/patients/{patient.pk}/history/").content.decode()
    assert 'name="still" value="organs"' in page
    assert 'name="organs" value="gallstones" checked' not in page
    assert "answers of before are still true today" in page
    form = {
        "version": 0,
        "after": last.pk,
        "still": ["mind", "smoking"],
        "not_known_of": "pulse",
        "none_of": "last_period",
    }
    client.post(f"/patients/{patient.pk}/history/save/", form)
    draft = patient.histories.get(completed_at=None).answers
    assert (draft["mind"], draft["smoking"], draft["pulse"], draft["last_period"]) == ([], False, None, [])
    assert draft["organs"]["earlier"] == ["gallstones"]
    again = client.get(f"/patients/{patient.pk}/history/").content.decode()
    assert 'name="organs" value="gallstones" checked' not in again
    assert 'name="mind" value="none" checked' in again
    assert 'name="not_known_of" value="pulse" checked' in again


def test_of_the_screen_for_dysmorphia_score_day_and_who_are_kept_and_shown_and_no_question_of_it(
    client, patient, alice
):
    said = {"appearance_score": "COPS 12", "appearance_day": "2026-10-03", "appearance_by": "Dr Elm"}
    people.completed_history(patient, alice, people.healthy_answers(said))
    client.force_login(alice)
    page = client.get(f"/patients/{patient.pk}/screening/").content.decode()
    assert all(words in page for words in ("COPS 12", "3 October 2026", "Dr Elm"))
