"""What was said on an earlier day: offered again, and not asked until somebody says today that it is still true.

    {"organs": {"earlier": ["liver_disease"], "said_on": "2026-10-03"}}
    {"organs": {"earlier": ["liver_disease"], "said_on": "2026-10-03", "elsewhere": "Clinique des Lilas"}}
    {"organs": {"earlier": ["liver_disease"], "said_on": "", "elsewhere": ""}}

The last was said elsewhere, nobody knows where or on which day.

Old reassurance is none; what was said to be so goes on counting until somebody asks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date, tzinfo

from django.utils import timezone

from wheal.clinic.patients.answers import (
    EARLIER,
    Answers,
    as_facts,
    as_last_said,
    is_earlier,
    is_known,
    ruled_out,
    settled,
)
from wheal.clinic.patients.models import History, Patient
from wheal.findings import FACT_MISSING, OWN_RULE, Figures, Finding, find
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question

SAID_ON, ELSEWHERE = "said_on", "elsewhere"
TOLD = "told_elsewhere"
"""Beside the questions: what was said elsewhere in its own words, until somebody has asked about it."""


def of_day(answer: object, day: date | None, elsewhere: str | None = None) -> dict[str, object]:
    """`day`: None where nobody knows it. `elsewhere`: not said here but there; "" where nobody knows where."""
    told = {EARLIER: answer, SAID_ON: day.isoformat() if day else ""}
    return told if elsewhere is None else told | {ELSEWHERE: elsewhere}


def said_on(answer: Mapping[str, str]) -> date | None:
    """None where nobody knows."""
    return date.fromisoformat(answer[SAID_ON]) if answer[SAID_ON] else None


def of_another_day(history: History, known: Knowledge, *, on: date, zone: tzinfo) -> Iterator[Finding]:
    """Facts that were answered on an earlier day and are asked anew at every visit. `on` and `zone`: the clinic's."""
    then = timezone.localtime(history.completed_at, zone).date()
    if then >= on:
        return
    facts = as_facts(settled(history.answers, known, history.patient))
    anew = {
        question.fills if question.fills != "record" else name
        for name, question in known.questions.items()
        if not question.prefill
        and (question.needed or question.fills != "record")
        and question.asked(facts).truth is not False
    }
    for fact in sorted(anew):
        yield find(
            known,
            FACT_MISSING,
            "caution",
            fact,
            OWN_RULE,
            figures=Figures(date=then),
            wording="finding.fact_of_another_day",
        )


def carried_over(last: History | None, known: Knowledge, *, on: date) -> Answers:
    """What the last completed history offers to a new one. Symptoms and pregnancy are always asked anew; what was
    answered on the same day stands."""
    if last is None:
        return {}
    then = timezone.localdate(last.completed_at)
    offered = {TOLD: told} if is_earlier(told := last.answers.get(TOLD)) else {}
    for name, question in known.questions.items():
        answer = last.answers.get(name)
        if question.prefill and is_earlier(answer):
            offered[name] = answer
        elif question.prefill and is_known(answer):
            offered[name] = answer if then >= on else of_day(answer, then)
    return offered


def with_earlier(
    given: Answers, offered: Answers, still: Set[str], known: Knowledge, person: Patient
) -> Answers:
    """What was typed, and beside it what an earlier day offers where nothing was: as `still` true, or as not asked.

    A follow-up whose first question was asked today and denied is not offered.
    """
    kept = {
        name: answer
        for name, answer in offered.items()
        if is_earlier(answer) and name not in given and name != TOLD
    }
    now = {name: answer[EARLIER] if name in still else answer for name, answer in kept.items()}
    whole = {**given, **now, **_told(offered, still)}
    denied = ruled_out(whole, known, person) - given.keys()
    return {name: answer for name, answer in whole.items() if name not in denied}


def _told(offered: Answers, still: Set[str]) -> Answers:
    """Asked about it today, it stays in this history, and goes into no other."""
    rows = as_last_said(offered.get(TOLD))
    if not rows:
        return {}
    return {TOLD: rows if TOLD in still else of_day(rows, None, "")}


def of_today(answers: Answers) -> Answers:
    return {name: answer for name, answer in answers.items() if not is_earlier(answer)}


def told_at_home(own: Answers, known: Knowledge, *, told: date, on: date) -> Answers:
    """The patient's own answers as those of the day on which they were given: of an earlier one, a no to what is always
    asked anew is left out."""
    if told >= on:
        return own
    kept = {name for name, answer in own.items() if _is_kept(known.questions.get(name), answer)}
    return {
        name: answer if is_earlier(answer) else of_day(answer, told)
        for name, answer in own.items()
        if name in kept
    }


def _is_kept(question: Question | None, answer: object) -> bool:
    if question is None:
        return False
    return question.prefill or (is_known(answer) and answer not in (False, []))
