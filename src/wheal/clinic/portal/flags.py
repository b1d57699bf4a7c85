"""Red flags in the history answered at home, by the same files as a report: who ticks one waits for no visit."""

from __future__ import annotations

from wheal.clinic.patients.answers import UNREADABLE, Answers, as_last_said, in_order, is_unreadable
from wheal.clinic.safety.reporting.answers import Said
from wheal.events import flags
from wheal.knowledge import Knowledge


def said(given: Answers, known: Knowledge) -> Said:
    return Said(flags.raised(kind="", warnings=_ticked(given, known), known=known))


def _ticked(given: Answers, known: Knowledge) -> set[str]:
    """Also beside “none of these”: a slip does not make a warning sign go away."""
    kept = [
        as_last_said(given.get(name)) for name, question in in_order(known) if question.fills == "conditions"
    ]
    lists = [answer[UNREADABLE] if is_unreadable(answer) else answer for answer in kept]  # type: ignore[index]
    return {code for codes in lists if isinstance(codes, list) for code in codes}
