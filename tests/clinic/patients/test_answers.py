"""Answers become facts; what was not answered stays not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

import people
from wheal import knowledge
from wheal.clinic.patients import answers, earlier
from wheal.clinic.patients.models import History, Patient

KNOWN = knowledge.current()


def facts(given: dict[str, object], sex: str = "female", **more: object):
    person = Patient(birth_date=people.date(1984, 5, 2), sex=sex)
    return answers.patient_facts(History(patient=person, answers=given), **more)


def read(**typed: str | list[str]) -> dict[str, object]:
    posted = {name: [value] if isinstance(value, str) else value for name, value in typed.items()}
    return answers.read(posted, KNOWN, month_first=True, today=date(2026, 1, 31))


def test_everything_answered_leaves_nothing_open() -> None:
    known = facts(people.healthy_answers())
    assert (known.conditions, known.allergies, known.medications) == ((), (), ())
    assert (known.pregnant, known.weight_kg, known.height_cm) == (False, Decimal(62), Decimal(168))


def test_nothing_answered_is_nothing_known() -> None:
    known = facts({})
    assert {known.conditions, known.allergies, known.medications, known.pregnant, known.weight_kg} == {None}


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, one in KNOWN.questions.items()
        if one.fills in answers.LISTS and not name.startswith("earlier_reaction_")  # asked of few: see below
    ],
)
def test_one_open_question_leaves_its_whole_list_not_known(name) -> None:
    known = facts(people.healthy_answers(without=(name,)))
    assert getattr(known, KNOWN.questions[name].fills) is None


def test_not_known_as_an_answer_is_not_known_too() -> None:
    assert facts(people.healthy_answers({"organs": None})).conditions is None
    assert facts(people.healthy_answers({"pregnant": None})).pregnant is None


def test_what_cannot_be_read_is_not_known() -> None:
    assert facts(people.healthy_answers({"weight": {"unreadable": "heavy"}})).weight_kg is None


def test_codes_of_several_questions_make_one_list() -> None:
    said = {"organs": ["liver_disease"], "skin_today": ["infection_at_site"]}
    assert set(facts(people.healthy_answers(said)).conditions) == {"liver_disease", "infection_at_site"}


def test_a_man_is_not_asked_about_pregnancy_and_it_leaves_nothing_open() -> None:
    without = ("pregnant", "breastfeeding", "pregnancy_possible")
    assert facts(people.healthy_answers(without=without), sex="male").conditions == ()
    person = Patient(birth_date=people.date(1984, 5, 2), sex="male")
    assert not answers.shown({}, KNOWN, person)["pregnant"]


def test_the_weight_of_the_day_comes_first() -> None:
    assert facts(people.healthy_answers(), weight_kg=Decimal("60.5")).weight_kg == Decimal("60.5")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("62", "62"),
        ("62,5", "62.5"),
        (" 62.50 ", "62.50"),
        ("heavy", {"unreadable": "heavy"}),
        ("1000", {"unreadable": "1000"}),
        ("-62", {"unreadable": "-62"}),
        ("NaN", {"unreadable": "NaN"}),
        ("Infinity", {"unreadable": "Infinity"}),
    ],
)
def test_a_number_is_kept_as_typed_until_it_can_be_read(typed, kept) -> None:
    assert read(weight=typed) == {"weight": kept}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["none"], []),
        (["soy"], ["soy"]),
        (["egg", "soy"], ["soy", "egg"]),
        (["not_known"], None),
        (["soy", "none"], {"unreadable": ["soy", "none"]}),
        (["forged"], {"unreadable": ["none"]}),
    ],
)
def test_none_of_these_is_an_answer_of_its_own(typed, kept) -> None:
    if typed == ["forged"]:
        assert answers.is_unreadable(read(food_and_plant_allergies=typed)["food_and_plant_allergies"])
    else:
        assert read(food_and_plant_allergies=typed) == {"food_and_plant_allergies": kept}


@pytest.mark.parametrize(("typed", "kept"), [("yes", True), ("no", False), ("not_known", None)])
def test_yes_no_and_not_known(typed, kept) -> None:
    assert read(pregnant=typed) == {"pregnant": kept}


def test_an_empty_field_is_no_answer() -> None:
    assert read(weight="  ", pregnant="") == {}


@pytest.fixture
def follow_up():
    """Invented: smokers with epilepsy are asked about beta blockers."""
    asked = replace(
        KNOWN.questions["heart_and_hormone_medicines"],
        ask_if={"condition": "epilepsy"},
        codes=("beta_blocker",),
    )
    return replace(KNOWN, questions={**KNOWN.questions, "follow_up": asked})


def test_a_follow_up_is_shown_as_soon_as_its_code_is_given(follow_up) -> None:
    person = Patient(birth_date=people.date(1984, 5, 2), sex="female")
    assert not answers.shown({}, follow_up, person)["follow_up"]
    assert answers.shown({"nerves_and_eyes": ["epilepsy"]}, follow_up, person)["follow_up"]


def test_a_follow_up_that_may_still_apply_is_open(follow_up) -> None:
    person = Patient(birth_date=people.date(1984, 5, 2), sex="female")
    whole = people.healthy_answers()
    assert answers.unanswered(whole, follow_up, answers.settled(whole, follow_up, person)) == []
    half = {name: answer for name, answer in whole.items() if name != "nerves_and_eyes"}
    assert answers.unanswered(half, follow_up, answers.settled(half, follow_up, person)) == [
        "nerves_and_eyes",
        "follow_up",
    ]


def test_a_follow_up_does_not_wait_for_questions_that_have_nothing_to_do_with_it(follow_up) -> None:
    person = Patient(birth_date=people.date(1984, 5, 2), sex="female")
    half = {name: answer for name, answer in people.healthy_answers().items() if name != "organs"}
    assert answers.unanswered(half, follow_up, answers.settled(half, follow_up, person)) == ["organs"]


def test_symptoms_pregnancy_and_weight_are_never_carried_over(history) -> None:
    offered = earlier.carried_over(history, KNOWN, on=people.today())
    assert "food_and_plant_allergies" in offered
    assert "height" in offered
    assert {"pregnant", "skin_today", "weight", "blood_thinners"}.isdisjoint(offered)


@pytest.mark.parametrize(
    ("said", "allergies"),
    [
        ({"earlier_reaction": []}, ()),
        ({}, None),
        ({"earlier_reaction": None}, None),
        ({"earlier_reaction": ["reaction_to_injection"]}, None),
        (
            {"earlier_reaction": ["reaction_to_injection"], "earlier_reaction_anaesthetic": ["lidocaine"]},
            None,  # the other follow-ups are open
        ),
    ],
)
def test_who_never_reacted_need_not_say_to_what(said, allergies) -> None:
    """The follow-ups fill the list that their first question is part of."""
    follow_ups = tuple(name for name in KNOWN.questions if name.startswith("earlier_reaction"))
    given = {**people.healthy_answers(without=follow_ups), **said}
    assert facts(given).allergies == allergies


def test_who_reacted_and_said_to_what_is_known() -> None:
    said = {"earlier_reaction": ["reaction_to_injection"], "earlier_reaction_anaesthetic": ["lidocaine"]}
    assert set(facts(people.healthy_answers(said)).allergies) == {"reaction_to_injection", "lidocaine"}
