"""What was said elsewhere, laid beside what is held here: none of it as answered, and none of it as the better of two
noes. A yes that either of them holds stands until somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from wheal.clinic.patients.answers import Answers, as_last_said, is_earlier, is_known
from wheal.clinic.patients.earlier import ELSEWHERE, SAID_ON, TOLD, carried_over, of_day, said_on
from wheal.clinic.patients.models import History
from wheal.knowledge import Knowledge


def with_codes(held: Answers, told: Mapping[str, list[str]], day: date | None, where: str) -> Answers:
    """`held`, and beside it the codes that were said elsewhere."""
    laid = {
        name: of_day(_both(held.get(name), codes), day, where)
        for name, codes in told.items()
        if not set(codes) <= set(_codes(held.get(name)))
    }
    return {**held, **laid}


def with_form(held: Answers, form: Answers, day: date | None, where: str, known: Knowledge) -> Answers:
    """`held`, and beside it a form that was filled in on an earlier `day` (None: nobody knows on which).

    A no to what is asked anew at every visit says nothing any more; neither does a "not known".
    """
    codes = {name: answer for name, answer in form.items() if isinstance(answer, list) and answer}
    laid = {
        name: of_day(answer, day, where)
        for name, answer in form.items()
        if name not in codes and _is_news(answer, held.get(name), day, is_kept=known.questions[name].prefill)
    }
    return {**with_codes(held, codes, day, where), **laid}


def _is_news(answer: object, held: object, day: date | None, *, is_kept: bool) -> bool:
    if not is_known(answer):
        return False
    if answer is True:
        return as_last_said(held) is not True
    if answer in (False, []):
        return is_kept and held is None
    return held is None or (is_earlier(held) and _is_older(said_on(held), day))  # type: ignore[arg-type]


def _is_older(one: date | None, other: date | None) -> bool:
    return other is not None and (one is None or one < other)


def kept_beside(last: History | None, given: Answers, known: Knowledge, *, on: date) -> Answers:
    """What the last history offers to a new one that came as it is, and every yes in it: what is not in `given`, nobody
    has asked again."""
    if last is None:
        return {}
    offered = carried_over(last, known, on=on) | dict(_yeses(last, on))
    return {name: answer for name, answer in offered.items() if name not in given}


def _yeses(last: History, on: date) -> Iterator[tuple[str, object]]:
    then = last.patient.clinic.day_of(last.completed_at)
    for name, answer in last.answers.items():
        if name != TOLD and is_yes(answer):
            yield name, answer if is_earlier(answer) or then >= on else of_day(answer, then)


def is_yes(answer: object) -> bool:
    """Something was said to be so, on whichever day."""
    said = as_last_said(answer)
    return said is True or (isinstance(said, list) and bool(said))


def _codes(answer: object) -> list[str]:
    said = as_last_said(answer)
    return said if isinstance(said, list) else []


def _both(held: object, codes: list[str]) -> list[str]:
    return list(dict.fromkeys([*_codes(held), *codes]))


MOST = 200
"""Statements of elsewhere that one history keeps in their own words."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One, as it was written there. `group`: of the vocabulary, "" for others. `becomes`: what it was understood as:
    see `wheal.fhir.statements`. `question`: where it was laid as an answer to confirm, `code`: as which of ours.
    `more`: its codes, status, criticality, reactions, doses and notes, by what each is. `kind`: of FHIR's resources,
    "" where a document says it in words alone. `codes`: its codes there, each as system, code and display."""

    words: str
    group: str
    becomes: str
    question: str
    more: tuple[tuple[str, str], ...]
    day: date | None
    where: str
    kind: str = ""
    code: str = ""
    codes: tuple[tuple[str, str, str], ...] = ()

    @property
    def in_short(self) -> str:
        """With what must not be read without: that it was suspected, stopped for a while, of which dose."""
        less = [text for what, text in self.more if what in ("status", "certainty", "dosage", "reaction")]
        return f"{self.words} ({', '.join(less)})" if less else self.words

    def as_json(self) -> dict[str, object]:
        return {
            "words": self.words, "group": self.group, "becomes": self.becomes, "question": self.question,
            "more": [list(each) for each in self.more], SAID_ON: self.day.isoformat() if self.day else "",
            ELSEWHERE: self.where, "kind": self.kind, "code": self.code, "codes": [list(each) for each in self.codes],
        }  # fmt: skip


def with_words(held: Answers, statements: list[Statement]) -> Answers:
    """`held`, and beside it what was said elsewhere, for whoever asks to read; what does not find room is counted."""
    rows = as_last_said(held.get(TOLD)) or []
    new = [row for each in statements if (row := each.as_json()) not in rows]
    if not new:
        return held
    room = max(MOST - len(rows), 0)
    if len(new) > room:
        last = statements[-1]
        left = Statement(str(len(new) - room), "", "left_out", "", (), last.day, last.where).as_json()
        new = [*new[:room], left]
    return {**held, TOLD: of_day([*rows, *new], None, "")}


@dataclass(frozen=True, slots=True)
class Source:
    """Where and when, and what was said there."""

    where: str
    day: date | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Told:
    is_asked: bool  # by whoever filled in this history
    sources: tuple[Source, ...]


def told_in(given: Answers) -> Told | None:
    rows = tuple(statements_in(given))
    if not rows:
        return None
    found = groupby(rows, key=lambda each: (each.where, each.day))
    return Told(
        not is_earlier(given[TOLD]),
        tuple(Source(where, day, tuple(some)) for (where, day), some in found),
    )


def statements_in(given: Answers) -> Iterator[Statement]:
    for row in as_last_said(given.get(TOLD)) or []:
        yield Statement(
            row["words"], row["group"], row["becomes"], row["question"],
            tuple((what, text) for what, text in row["more"]), said_on(row), row[ELSEWHERE], row.get("kind", ""),
            row.get("code", ""), tuple((system, code, shown) for system, code, shown in row.get("codes", ())),
        )  # fmt: skip


def words_of(given: Answers, question: str) -> tuple[str, ...]:
    """In which words of elsewhere this question was answered there, and how far it stood there."""
    return tuple(each.in_short for each in statements_in(given) if each.question == question)
