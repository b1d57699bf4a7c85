"""The patient's own answers beside those that the clinic holds: what is new, what differs, and what is taken over.

Answers in, answers out. Nothing of the clinic's is ever replaced by itself: where the two differ, somebody decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wheal.clinic.patients.answers import Answers, as_last_said, in_order, is_known
from wheal.knowledge import Knowledge

Side = Literal["patient", "clinic"]


class Undecided(Exception):
    """Carries the questions that both answered differently, and for which nobody chose."""

    def __init__(self, about: tuple[str, ...]) -> None:
        super().__init__(", ".join(about))
        self.about = about


@dataclass(frozen=True, slots=True)
class Compared:
    """One question that the patient answered. `is_held`, `differs`: the clinic holds an answer, and another."""

    question: str
    own: object
    held: object
    is_held: bool
    differs: bool


def compared(own: Answers, held: Answers, known: Knowledge) -> list[Compared]:
    """In the order of the questions; "not known" of the patient is an answer here, so that it is seen. On which day
    each was said makes no difference."""
    return [
        Compared(name, own[name], held.get(name), name in held, _differ(own[name], held.get(name)))
        for name, _question in in_order(known)
        if name in own
    ]


def _differ(own: object, held: object) -> bool:
    said = as_last_said(held)
    return is_known(said) and said != as_last_said(own)


def merged(own: Answers, held: Answers, chosen: Mapping[str, Side], known: Knowledge) -> Answers:
    """What the clinic holds, with what only the patient answered; where they differ, as chosen. Raises Undecided."""
    rows = compared(own, held, known)
    if open_ones := tuple(row.question for row in rows if row.differs and row.question not in chosen):
        raise Undecided(open_ones)
    taken = {row.question: row.own for row in rows if not row.differs or chosen[row.question] == "patient"}
    return {**held, **taken}
