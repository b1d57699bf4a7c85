"""Serious is what a regulator calls serious, and is no grade: a mild fit can be serious, a severe bruise is not."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

FATAL: Final = "death"
SUGGESTED_BY_GRADE: Final = {4: "life_threatening", 5: FATAL}


def is_serious(criteria: Collection[str]) -> bool:
    """Any one of the criteria makes it so."""
    return bool(criteria)


def contradictions(*, grade: int | None, course: str, criteria: Collection[str]) -> tuple[str, ...]:
    """Criteria that the grade or the course implies and that were not ticked."""
    implied = {SUGGESTED_BY_GRADE[grade]} if grade in SUGGESTED_BY_GRADE else set()
    implied |= {FATAL} if course == "fatal" else set()
    return tuple(sorted(implied - set(criteria)))
