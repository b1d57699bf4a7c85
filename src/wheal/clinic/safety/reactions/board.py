"""The reactions of a clinic by what they wait for. Two reads, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import Reaction
from wheal.knowledge.signs import URGENCIES

MOST_OPEN, MOST_OVER = 300, 20


@dataclass(frozen=True, slots=True)
class Board:
    """Each open reaction stands once, under the first of what it waits for."""

    for_a_physician: list[Reaction]
    unread: list[Reaction]
    overdue: list[Reaction]
    open: list[Reaction]

    @property
    def waiting(self) -> int:
        return len(self.for_a_physician) + len(self.unread) + len(self.overdue)


def board(clinic: Clinic, today: date) -> Board:
    waits = Q(over_on=None) | (Q(looked_at=None) & ~Q(flags=[]))  # over, but no physician has looked
    here = Reaction.objects.filter(clinic=clinic).standing().filter(waits)
    rows = here.select_related("patient").order_by(F("due_on").asc(nulls_first=True), "-id")
    sorted_by: dict[str, list[Reaction]] = {"for_a_physician": [], "unread": [], "overdue": [], "open": []}
    for reaction in rows[:MOST_OPEN]:
        sorted_by[_waits_for(reaction, today)].append(reaction)
    sorted_by["for_a_physician"].sort(key=lambda one: URGENCIES.index(one.urgency))
    return Board(**sorted_by)


def _waits_for(reaction: Reaction, today: date) -> str:
    if reaction.waits_for_a_physician:
        return "for_a_physician"
    if reaction.is_unread:
        return "unread"
    return "overdue" if reaction.due_on and reaction.due_on < today else "open"


def over(clinic: Clinic) -> list[Reaction]:
    rows = Reaction.objects.filter(clinic=clinic).exclude(over_on=None, withdrawn_at=None)
    return list(rows.select_related("patient").order_by("-over_on", "-id")[:MOST_OVER])
