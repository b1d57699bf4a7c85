"""What a person was ever said to have, to take or not to bear: of which day, by whom it was asked, and what stands.

Read off every history in turn. A yes stands until the question is asked again and denied, or does not apply any more;
a history that does not speak of it changes nothing, and re-dates nothing. What was said elsewhere is beside it in its
own words, asked about or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from wheal.clinic.patients.answers import (
    LISTS,
    as_last_said,
    is_earlier,
    is_known,
    is_unreadable,
    ruled_out,
    settled,
)
from wheal.clinic.patients.earlier import ELSEWHERE, TOLD, said_on
from wheal.clinic.patients.elsewhere import Statement, statements_in
from wheal.clinic.patients.models import History
from wheal.clinic.people.models import User
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question

OTHER = "other"
_KINDS = {"AllergyIntolerance": "allergies", "Condition": "conditions"}


@dataclass(frozen=True, slots=True)
class Standing:
    """`at` and `by`: when it was last said here, and whom to; of an earlier day or of elsewhere `day` alone, where one
    was told. `where`: elsewhere ("" where nobody knows); None: here. `over_at`: when it was asked again and denied.
    `since`: when it was first said or asked about here. `own`: what it stands for where it is no code of this record,
    in its own words. `statements`: what else was said elsewhere of this code."""

    group: str
    code: str
    changed_at: datetime
    at: datetime | None = None
    by: User | None = None
    day: date | None = None
    where: str | None = None
    is_asked: bool = True
    over_at: datetime | None = None
    since: datetime | None = None
    own: Statement | None = None
    statements: tuple[Statement, ...] = ()

    @property
    def name(self) -> str:
        """The same from history to history."""
        return f"said-{digest(self.own)}" if self.own else self.code


def digest(statement: Statement) -> str:
    told = repr((statement.group, statement.kind, statement.words, statement.where, statement.day))
    return sha256(told.encode()).hexdigest()[:16]


def standing(histories: Iterable[History], known: Knowledge) -> tuple[Standing, ...]:
    """Of one person, what is over too. `histories`: all of theirs, the draft with them."""
    done, draft = _done_and_draft(histories)
    coded: dict[tuple[str, str], Standing] = {}
    for name, question in known.questions.items():
        if question.fills in LISTS:
            for each in _of_question(name, question, done, draft, known):
                held = coded.get((each.group, each.code))
                if held is None or _rank(each) > _rank(held):
                    coded[each.group, each.code] = each
    own = list(_in_own_words(done, draft, coded))
    for key in [key for key in coded if key[1] == OTHER]:
        if _is_said_by(coded[key], [each for each in own if each.group == key[0]]):
            del coded[key]
    return (*coded.values(), *own)


def _done_and_draft(histories: Iterable[History]) -> tuple[list[History], History | None]:
    """In their order."""
    every = sorted(histories, key=lambda each: each.pk)
    return [each for each in every if each.completed_at], next(
        (each for each in every if not each.completed_at), None
    )


def _rank(each: Standing) -> tuple[bool, datetime]:
    return each.over_at is None, each.changed_at


def _of_question(
    name: str, question: Question, done: Sequence[History], draft: History | None, known: Knowledge
) -> Iterable[Standing]:
    found: dict[str, Standing] = {}
    for history in done:
        answer = history.answers.get(name)
        if is_earlier(answer):
            _keep(found, question, answer, history)  # type: ignore[arg-type]
        elif name in history.answers and is_known(answer) and not is_unreadable(answer):
            _answer(found, question, answer, history)
        elif (
            name not in history.answers
            and any(each.over_at is None for each in found.values())
            and name in ruled_out(history.answers, known, history.patient)
        ):
            _answer(found, question, [], history)
    if draft and is_earlier(answer := draft.answers.get(name)) and ELSEWHERE in answer:
        _keep(found, question, answer, draft)
    return found.values()


def _codes(question: Question, answer: object) -> list[str]:
    if question.kind == "codes":
        return answer if isinstance(answer, list) else []
    return list(question.codes) if answer is True else []


def _answer(found: dict[str, Standing], question: Question, answer: object, history: History) -> None:
    """Asked on that day: what is not among the answers was denied."""
    at, codes = history.completed_at, _codes(question, answer)
    assert at is not None
    for code, each in found.items():
        if each.over_at is None and code not in codes:
            found[code] = replace(each, over_at=at, changed_at=at)
    for code in codes:
        held = found.get(code)
        since = held.since if held and held.over_at is None and held.since else at
        found[code] = Standing(question.fills, code, at, at=at, by=history.completed_by, since=since)


def _keep(
    found: dict[str, Standing], question: Question, answer: Mapping[str, str], history: History
) -> None:
    """Of an earlier day, and not asked in this history: what stands already keeps its own."""
    for code in _codes(question, as_last_said(answer)):
        if code not in found or found[code].over_at is not None:
            where = answer.get(ELSEWHERE)
            found[code] = Standing(
                question.fills, code, history.completed_at or history.saved_at, day=said_on(answer), where=where,
                is_asked=where is None,
            )  # fmt: skip


@dataclass(slots=True)
class _Read:
    statement: Statement
    first_at: datetime
    asked: History | None = None


def _in_own_words(
    done: Sequence[History], draft: History | None, coded: dict[tuple[str, str], Standing]
) -> Iterator[Standing]:
    """What is a code of ours that was answered goes to that; the rest stands by itself."""
    for read in _read(done, draft):
        statement = read.statement
        group = group_of(statement)
        if not group or statement.becomes in ("nothing", "left_out"):
            continue
        code = statement.code or (OTHER if statement.becomes == OTHER else "")
        held = coded.get((group, code))
        if held and code != OTHER:
            coded[group, code] = replace(held, statements=(*held.statements, statement))
        else:
            yield _own(read, group, code, held)


def group_of(statement: Statement) -> str:
    """Of the three lists; "" for what is of none, and for what says that there is none of it: that is no allergy."""
    if statement.becomes == "absent":
        return ""
    return statement.group if statement.group in LISTS else _KINDS.get(statement.kind, "")


def _own(read: _Read, group: str, code: str, other: Standing | None) -> Standing:
    """Asked about, it is as the answer "other" says; without a question here it stands, for nothing denies it."""
    statement, asked = read.statement, read.asked
    here = Standing(
        group, code, read.first_at, day=statement.day, where=statement.where, is_asked=False, own=statement
    )
    if asked is None or asked.completed_at is None:
        return here
    at = asked.completed_at
    here = replace(here, is_asked=True, since=at, changed_at=at)
    if statement.becomes == "unasked":
        return here
    if code == OTHER and other and other.at and other.at >= at:  # said with it, or again since
        return replace(here, at=other.at, by=other.by, over_at=other.over_at, changed_at=other.changed_at)
    if code == OTHER and other and other.over_at is None:
        return here
    return replace(here, over_at=at)


def _read(done: Sequence[History], draft: History | None) -> Iterable[_Read]:
    """Each once, however many histories it went through; whoever brings it anew has it asked anew."""
    found: dict[str, _Read] = {}
    for history in (*done, *([draft] if draft else ())):
        is_asked = history is not draft and not is_earlier(history.answers.get(TOLD))
        for statement in statements_in(history.answers):
            at = history.completed_at or history.saved_at
            one = found.setdefault(digest(statement), _Read(statement, at))
            one.asked = history if is_asked else None
    return found.values()


def _is_said_by(other: Standing, own: Sequence[Standing]) -> bool:
    """Whether the answer "other" means what stands in its own words, and nothing that was said here before."""
    meant = [each for each in own if each.code == OTHER]
    if not meant:
        return False
    if other.since is None:
        return True
    asked = [each.since for each in meant if each.since]
    return bool(asked) and other.since >= min(asked)


def unasked(histories: Iterable[History]) -> tuple[Statement, ...]:
    """What was said elsewhere and nobody has asked about here yet, of whatever kind."""
    done, draft = _done_and_draft(histories)
    return tuple(each.statement for each in _read(done, draft) if each.asked is None)


def settled_at(histories: Iterable[History], group: str, known: Knowledge) -> datetime | None:
    """When every question of a list was last answered, by the newest history that asked any of them; None where that
    one left any open, or none ever asked."""
    names = {name for name, question in known.questions.items() if question.fills == group}
    for history in sorted(histories, key=lambda each: each.pk, reverse=True):
        if history.completed_at and any(
            name in history.answers and not is_earlier(history.answers[name]) for name in names
        ):
            facts = settled(history.answers, known, history.patient)
            return None if getattr(facts, group) is None else history.completed_at
    return None
