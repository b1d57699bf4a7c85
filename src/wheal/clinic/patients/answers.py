"""Answers to the history questions: how they are read from a page, kept as JSON, and become facts.

    {"pregnant": false, "weight": "62.5", "skin_today": [], "height": {"unreadable": "tall"}, "organs": null}

An id that is absent was not answered; null: "not known" was chosen; an empty list: "none of these" was, or "none any
more" of a day. What was said on an earlier day, and not confirmed since: see `patients.earlier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils import timezone

from wheal import screening
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.patients.names import take_date
from wheal.conditions import LISTED, Facts, mentions
from wheal.findings import Finding
from wheal.knowledge import Knowledge, current
from wheal.knowledge.records import Question
from wheal.weighing import kilos_of

Answers = dict[str, Any]
NONE, NOT_KNOWN = "none", "not_known"
LISTS = ("conditions", "medications", "allergies")
UNREADABLE, EARLIER = "unreadable", "earlier"
NOT_KNOWN_OF, NONE_OF = "not_known_of", "none_of"
FIELDS = (NOT_KNOWN_OF, NONE_OF)
"""Of a page, beside one for each question: they name the questions that are answered so."""


@lru_cache(maxsize=8)  # asked hundreds of times for one list of a day
def in_order(known: Knowledge) -> tuple[tuple[str, Question], ...]:
    return tuple(sorted(known.questions.items(), key=lambda item: (item[1].order, item[0])))


def read(
    posted: Mapping[str, list[str]],
    known: Knowledge,
    *,
    month_first: bool,
    today: date,
    in_pounds: Set[str] = frozenset(),
) -> Answers:
    """The answers on a page; no day may be after `today`, the clinic's. `in_pounds`: weights typed so.

    What cannot be read is kept as typed, so that nothing is lost by a slip.
    """
    answers: Answers = {}
    for name, question in in_order(known):
        typed = [value.strip() for value in posted.get(name, []) if value.strip()]
        if typed:
            answers[name] = _read(question, typed, month_first, today, name in in_pounds)
        elif question.may_be_none and name in posted.get(NONE_OF, []):
            answers[name] = []
        elif question.needed and name in posted.get(NOT_KNOWN_OF, []):
            answers[name] = None
    return answers


def _read(question: Question, typed: list[str], month_first: bool, today: date, in_pounds: bool) -> object:
    if NOT_KNOWN in typed:
        return None
    if question.kind == "codes":
        return _codes(question, typed)
    if question.kind == "yes_no":
        return {"yes": True, "no": False}.get(typed[0], {UNREADABLE: typed[0]})
    if question.kind == "number":
        return _number(question, typed[0], in_pounds and question.unit == "kg")
    if question.kind == "date":
        return _day(typed[0], month_first, today)
    return typed[0]


def _day(typed: str, month_first: bool, today: date) -> object:
    day, rest = take_date(typed, month_first=month_first)
    if day is None or rest:
        return {UNREADABLE: typed}
    return day.isoformat() if day <= today else {UNREADABLE: typed, "is_to_come": True}


def _codes(question: Question, typed: list[str]) -> object:
    chosen = [code for code in question.codes if code in typed]
    contradicts = NONE in typed and chosen
    return {UNREADABLE: [*chosen, NONE]} if contradicts or not (chosen or NONE in typed) else chosen


def _number(question: Question, typed: str, in_pounds: bool) -> object:
    try:
        value = Decimal(typed.replace(",", ".").replace("\u00a0", "").replace("\u202f", ""))
        value = kilos_of(value) if in_pounds and value.is_finite() else value
    except InvalidOperation:  # no number, or too long a one to be rounded
        return {UNREADABLE: typed}
    least, most = question.least, question.most
    is_sound = value.is_finite() and (least is None or value >= least) and (most is None or value <= most)
    return f"{value:f}" if is_sound else {UNREADABLE: typed}


def is_unreadable(answer: object) -> bool:
    return isinstance(answer, dict) and UNREADABLE in answer


def is_earlier(answer: object) -> bool:
    return isinstance(answer, dict) and EARLIER in answer


def as_last_said(answer: object) -> Any:
    """Without the day on which it was said."""
    return answer[EARLIER] if is_earlier(answer) else answer  # type: ignore[index]


def invalid(answers: Answers) -> tuple[str, ...]:
    return tuple(name for name, answer in answers.items() if is_unreadable(answer))


def is_known(answer: object) -> bool:
    """Today, in a way that can be read."""
    return answer is not None and not isinstance(answer, dict)


def shown(answers: Answers, known: Knowledge, person: Patient) -> dict[str, bool]:
    """Which questions stand on the page. A follow-up shows as soon as its code was given."""
    facts = as_facts(as_said(answers, known, person))
    return {name: question.asked(facts).truth is True for name, question in in_order(known)}


def as_said(answers: Answers, known: Knowledge, person: Patient) -> screening.Patient:
    """With the lists as far as they were answered: to ask further and to warn by, never to clear anybody."""
    given = {group: tuple(_given(answers, known, group)) for group in LISTS}
    return _person(answers, known, person, given)


def unanswered(answers: Answers, known: Knowledge, facts: screening.Patient) -> list[str]:
    """Questions that apply, or may apply, and have no answer: not known. `facts`: `settled`."""
    return _may_apply(_not_known(answers, known), answers, known, facts)


def _not_known(answers: Answers, known: Knowledge) -> list[str]:
    return [name for name, _question in in_order(known) if not is_known(answers.get(name))]


def _may_apply(
    names: Iterable[str], answers: Answers, known: Knowledge, facts: screening.Patient
) -> list[str]:
    return [name for name in names if _applies(name, answers, known, facts) is not False]


def ruled_out(answers: Answers, known: Knowledge, person: Patient) -> set[str]:
    """Questions that do not apply: what they follow was asked, and is not so."""
    facts = settled(answers, known, person)
    return {name for name in known.questions if _applies(name, answers, known, facts) is False}


def lacking(answers: Answers, known: Knowledge, facts: screening.Patient) -> Iterator[Finding]:
    """Of the least data of everybody: what nobody has asked, or not today, and what nobody knows."""
    not_there = unanswered(answers, known, facts)
    asked = [name for name in not_there if name in answers and answers[name] is None]
    return screening.least_data(asked, [name for name in not_there if name not in asked], known)


def _applies(name: str, answers: Answers, known: Knowledge, patient: screening.Patient) -> bool | None:
    """None: not known. A follow-up fills the very list that its first question is part of: once that is answered,
    what was not said there is not so, whatever of the list is still open."""
    question = known.questions[name]
    truth = question.asked(as_facts(patient)).truth
    first = _first(known, name) if truth is None else ()
    if not first or not all(is_known(answers.get(name)) for name in first):
        return truth
    given = {group: tuple(_given(answers, known, group)) for group in LISTS}
    return question.asked(as_facts(replace(patient, **given))).truth


@lru_cache(maxsize=512)
def _first(known: Knowledge, name: str) -> tuple[str, ...]:
    """The questions that this one follows."""
    codes = {row.code for row in mentions(known.questions[name].ask_if) if row.kind in LISTED}
    return tuple(other for other, question in known.questions.items() if codes & set(question.codes))


def settled(answers: Answers, known: Knowledge, person: Patient) -> screening.Patient:
    """A list counts once every question about it that may apply is answered: half a list clears nobody.

    Whether a question applies may hang on another list, so this goes on until nothing more is settled.
    """
    before: dict[str, tuple[str, ...] | None] = dict.fromkeys(LISTS)
    waiting, given = (
        _not_known(answers, known),
        {group: tuple(_given(answers, known, group)) for group in LISTS},
    )
    while True:
        patient = _person(answers, known, person, before)
        still_open = {known.questions[name].fills for name in _may_apply(waiting, answers, known, patient)}
        now = {group: None if group in still_open else given[group] for group in LISTS}
        if now == before:
            return patient
        before = now


def _person(
    answers: Answers, known: Knowledge, person: Patient, lists: Mapping[str, tuple[str, ...] | None]
) -> screening.Patient:
    return screening.Patient(
        birth_date=person.birth_date,
        sex=person.sex,
        weight_kg=_single(answers, known, "weight_kg"),
        height_cm=_single(answers, known, "height_cm"),
        pregnant=_single(answers, known, "pregnant"),
        breastfeeding=_single(answers, known, "breastfeeding"),
        allergies=lists["allergies"],
        conditions=lists["conditions"],
        medications=lists["medications"],
    )


def as_facts(patient: screening.Patient) -> Facts:
    return Facts(
        answers=screening.answers(patient, on=timezone.localdate()),
        conditions=None if patient.conditions is None else frozenset(patient.conditions),
        allergies=None if patient.allergies is None else frozenset(patient.allergies),
        medications=None if patient.medications is None else frozenset(patient.medications),
    )


@lru_cache(maxsize=128)
def _filling(known: Knowledge, fact: str) -> tuple[tuple[str, Question], ...]:
    return tuple((name, question) for name, question in in_order(known) if question.fills == fact)


def _single(answers: Answers, known: Knowledge, fact: str) -> Any:
    for name, question in _filling(known, fact):
        answer = answers.get(name)
        if is_known(answer):
            return Decimal(answer) if question.kind == "number" else answer
        if as_last_said(answer) is True:  # a yes goes on counting until somebody asks again
            return True
    return None


def _given(answers: Answers, known: Knowledge, group: str) -> list[str]:
    """Codes that were said to be so, under whichever question, on whichever day."""
    found: list[str] = []
    for name, question in _filling(known, group):
        answer = as_last_said(answers.get(name))
        if is_known(answer):
            found += answer if question.kind == "codes" else question.codes if answer is True else ()
    return list(dict.fromkeys(found))


def given_codes(history: History, group: str) -> list[str]:
    """What was said to be so, complete or not: for the banner of what must not be missed."""
    return _given(history.answers, current(), group)


def is_half_said(history: History, facts: screening.Patient) -> bool:
    """Whether something was said to be so in a list that is not complete."""
    return any(getattr(facts, group) is None and given_codes(history, group) for group in LISTS)


def patient_facts(history: History, weight_kg: Decimal | None = None) -> screening.Patient:
    """What the history says of this person; a weight measured on the day comes first."""
    found = settled(history.answers, current(), history.patient)
    return found if weight_kg is None else replace(found, weight_kg=weight_kg)
