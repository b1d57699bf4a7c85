"""The history questions as a page shows them: in sections, with the answers and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wheal.clinic.patients import answers
from wheal.clinic.patients.answers import NONE, NOT_KNOWN, UNREADABLE, Answers
from wheal.clinic.patients.earlier import ELSEWHERE, said_on
from wheal.clinic.patients.elsewhere import words_of
from wheal.clinic.patients.models import Patient
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question
from wheal.knowledge.wording import digits
from wheal.weighing import IN_POUNDS, pounds_of

PAGES = {
    "anew": gettext_lazy("Asked anew today"),
    "today": gettext_lazy("Today"),
    "health": gettext_lazy("Health"),
    "medicines": gettext_lazy("Medicines"),
    "allergies": gettext_lazy("Allergies"),
    "earlier": gettext_lazy("Earlier treatments"),
    "hopes": gettext_lazy("Hopes"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """`day`: None where nobody knows it. `elsewhere`: where it was said, if not here; "" where nobody knows where, None
    where it was here."""

    day: date | None
    words: str
    elsewhere: str | None
    told: tuple[str, ...]  # the words of elsewhere


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on the page. `kind`: one (of the choices), several, number, date or text."""

    id: str
    words: str
    help: str
    kind: str
    choices: tuple[Choice, ...]
    value: str
    unit: str
    error: str
    is_shown: bool
    is_open: bool  # no answer yet, or none that can be read
    earlier: Earlier | None  # what was said on an earlier day, to be confirmed
    none: str  # the words for a day or a text that somebody has not
    may_be_unknown: bool
    is_none: bool
    is_unknown: bool
    in_pounds: bool = False  # kept in kilograms, told and shown in pounds


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    title: str
    questions: tuple[Asked, ...]

    @property
    def open_count(self) -> int:
        return sum(one.is_open for one in self.questions)

    @property
    def to_confirm(self) -> int:
        """Answers of an earlier day."""
        return sum(one.is_shown and one.earlier is not None for one in self.questions)

    @property
    def slip_count(self) -> int:
        """Answers that were typed and cannot be read."""
        return sum(one.is_shown and bool(one.error) for one in self.questions)


def pages_of(
    given: Answers,
    known: Knowledge,
    person: Patient,
    *,
    anew: bool = False,
    at_home: bool = False,
) -> list[Page]:
    """Every question, shown or not, under its section, in the language that is active.

    `anew`: what no earlier day can answer comes first, together; what was carried over may be looked through after it.
    `at_home`: without what the team measures, and a weight in the unit of the country.
    """
    shown = answers.shown(given, known, person)
    in_pounds = at_home and person.clinic.jurisdiction in IN_POUNDS
    asked = [row for row in answers.in_order(known) if row[1].at_home or not at_home]
    rows = [(_page_of(question, anew), name, question) for name, question in asked]
    rows.sort(key=lambda row: row[0] != "anew")
    pages = groupby(rows, key=lambda row: row[0])
    return [
        Page(
            id=page,
            title=str(PAGES.get(page, page)),
            questions=tuple(
                _asked(name, one, given, known, shown[name], in_pounds=in_pounds and one.unit == "kg")
                for _page, name, one in questions
            ),
        )
        for page, questions in pages
    ]


def _page_of(question: Question, anew: bool) -> str:
    """A question that follows another stands beside it."""
    return "anew" if anew and (not question.prefill or question.ask_if) else question.page


def _asked(
    name: str,
    question: Question,
    given: Answers,
    known: Knowledge,
    is_shown: bool,
    *,
    in_pounds: bool = False,
) -> Asked:
    language = get_language() or "en"
    answer = given.get(name)
    help_key = f"question.{name}.help"
    return Asked(
        id=name,
        words=known.text(f"question.{name}.ask", language),
        help=known.text(help_key, language) if known.has_text(help_key) else "",
        kind=_kind(question),
        choices=_choices(name, question, given, known, language),
        value=_shown_value(answer, language, question, in_pounds=in_pounds),
        in_pounds=in_pounds,
        unit=question.unit,
        error=_error(question, answer, language, in_pounds=in_pounds),
        is_shown=is_shown,
        is_open=is_shown and not answers.is_known(answer),
        earlier=_earlier(name, question, given, known, language),
        none=known.text(f"question.{name}.none", language) if question.may_be_none else "",
        may_be_unknown=question.needed and question.kind not in ("codes", "yes_no"),
        is_none=question.may_be_none and answer == [],
        is_unknown=question.needed and name in given and answer is None,
    )


def _earlier(
    name: str, question: Question, given: Answers, known: Knowledge, language: str
) -> Earlier | None:
    answer = given.get(name)
    if not answers.is_earlier(answer):
        return None
    words = said(name, question, answers.as_last_said(answer), known, language)
    return Earlier(said_on(answer), words, answer.get(ELSEWHERE), words_of(given, name))


def said(name: str, question: Question, answer: Any, known: Knowledge, language: str) -> str:
    """An answer in words, with its day where that is an earlier one; "" where there is none."""
    if answers.is_earlier(answer):
        told = said(name, question, answers.as_last_said(answer), known, language)
        day = said_on(answer)
        when = date_format(day, "SHORT_DATE_FORMAT") if day else _("day not known")
        return f"{told} ({when})"
    choices = _choices(name, question, {name: answer}, known, language)
    chosen = [str(one.words) for one in choices if one.is_chosen]
    if answer is None:
        return _("Not known")
    if question.may_be_none and answer == []:
        return known.text(f"question.{name}.none", language)
    if question.kind == "date" and isinstance(answer, str):
        return date_format(date.fromisoformat(answer), "DATE_FORMAT")
    value = _shown_value(answer, language, question)
    return ", ".join(chosen) or f"{value} {question.unit}".strip()


def _kind(question: Question) -> str:
    if question.kind == "codes":
        return "several" if len(question.codes) > 1 else "one"
    return "one" if question.kind == "yes_no" else question.kind


def _choices(
    name: str, question: Question, given: Answers, known: Knowledge, language: str
) -> tuple[Choice, ...]:
    chosen = _chosen(name, question, given)
    if question.kind == "yes_no" or (question.kind == "codes" and len(question.codes) == 1):
        yes, no = ("yes", "no") if question.kind == "yes_no" else (question.codes[0], NONE)
        offered = [(yes, _("Yes")), (no, _("No")), (NOT_KNOWN, _("Not known"))]
    elif question.kind == "codes":
        named = [(code, named_code(question.fills, code, known, language)) for code in question.codes]
        offered = [*named, (NONE, _("None of these")), (NOT_KNOWN, _("Not known"))]
    else:
        offered = []
    return tuple(Choice(value, words, value in chosen) for value, words in offered)


def named_code(group: str, code: str, known: Knowledge, language: str) -> str:
    """An allergy may name a substance, which has its own name."""
    key = f"code.{group}.{code}"
    return known.text(key, language) if known.has_text(key) else known.name(code, language)


def _chosen(name: str, question: Question, given: Answers) -> list[str]:
    """The boxes that are ticked, as the page posts them."""
    if name not in given or answers.is_earlier(given[name]):
        return []
    answer = given[name]
    if answer is None:
        return [NOT_KNOWN]
    if answers.is_unreadable(answer):
        kept = answer[UNREADABLE]
        return kept if isinstance(kept, list) else [kept]
    if question.kind == "yes_no":
        return ["yes" if answer else "no"]
    if question.kind == "codes":
        return answer or [NONE]
    return []


def _shown_value(answer: Any, language: str, question: Question, *, in_pounds: bool = False) -> str:
    if answer is None or isinstance(answer, bool | list) or answers.is_earlier(answer):
        return ""
    if answers.is_unreadable(answer):
        return str(answer[UNREADABLE])
    if question.kind != "number":
        return str(answer)
    return digits(pounds_of(Decimal(answer)) if in_pounds else Decimal(answer), language)


def _error(question: Question, answer: Any, language: str, *, in_pounds: bool = False) -> str:
    if not answers.is_unreadable(answer):
        return ""
    if question.kind == "codes":
        return _("Choose either “None of these” or what applies, not both.")
    if question.kind == "number" and question.least is not None and question.most is not None:
        bounds = {
            "least": digits(_bound(question.least, in_pounds=in_pounds), language),
            "most": digits(_bound(question.most, in_pounds=in_pounds), language),
            "unit": "lb" if in_pounds else question.unit,
        }
        return (
            _("Type a number from %(least)s to %(most)s %(unit)s. What you typed is kept but does not count.")
            % bounds
        )
    if answer.get("is_to_come"):
        return _("This day is still to come. What you typed is kept but does not count.")
    return _("This cannot be read. What you typed is kept but does not count.")


def _bound(kg: Decimal, *, in_pounds: bool) -> Decimal:
    return pounds_of(kg) if in_pounds else kg


def error_words(given: Answers, known: Knowledge, *, in_pounds: bool = False) -> dict[str, str]:
    """By question; empty words take an earlier message away."""
    language = get_language() or "en"
    return {
        name: _error(question, given.get(name), language, in_pounds=in_pounds and question.unit == "kg")
        for name, question in known.questions.items()
    }
