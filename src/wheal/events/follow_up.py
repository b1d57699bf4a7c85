"""When somebody asks again. These days are the project's own: none is published; each clinic may set another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from wheal.knowledge.signs import Urgency

ASKED_AGAIN: Final[dict[Urgency, int]] = {
    "ambulance": 1,
    "doctor_now": 1,
    "same_day": 2,
    "read_today": 2,
    "clinic": 7,
}
OVER: Final = ("resolved", "resolved_with_marks", "fatal")
"""Courses after which nobody has to look again."""
_AFTER: Final = {"worse": 1, "unchanged": 7, "better": 14, "not_known": 2}
COURSES: Final = (*_AFTER, *OVER)


def first_due(urgency: Urgency, on: date) -> date:
    """After it was recorded."""
    return on + timedelta(days=ASKED_AGAIN[urgency])


def next_due(course: str, on: date) -> date | None:
    """After somebody looked; none where it is over."""
    return on + timedelta(days=_AFTER[course]) if course in _AFTER else None
