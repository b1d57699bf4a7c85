"""An answer of the history questions in words, for somebody who compares two of them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from wheal.clinic.patients.answers import NONE, UNREADABLE, is_unreadable
from wheal.clinic.patients.questionnaire import named_code
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question
from wheal.knowledge.wording import digits


def said(question: Question, answer: object, language: str, known: Knowledge) -> str:
    """ "" where nothing was answered."""
    if is_unreadable(answer):
        kept = answer[UNREADABLE]  # type: ignore[index]
        return ", ".join(str(each) for each in kept if each != NONE) if isinstance(kept, list) else str(kept)
    if answer is None:
        return _("Not known")
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, list):
        return _codes(question, answer, language, known)
    if question.kind == "number":
        return f"{digits(Decimal(str(answer)), language)} {question.unit}".strip()
    return str(answer)


def _codes(question: Question, codes: list[str], language: str, known: Knowledge) -> str:
    if len(question.codes) == 1:
        return _("Yes") if codes else _("No")
    named = (named_code(question.fills, code, known, language) for code in codes)
    return ", ".join(named) or _("None of these")
