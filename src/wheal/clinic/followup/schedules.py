"""When somebody is asked: the clinic's own schedule of a protocol, else its general one, else the knowledge's."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.clinic.followup.models import OwnSchedule
from wheal.clinic.people.models import Clinic
from wheal.follow_up import asked_after
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Asked


@dataclass(frozen=True, slots=True)
class Schedules:
    """`own`: the newest of each protocol; one with an empty list is as if there were none."""

    own: dict[str, OwnSchedule]
    known: Knowledge

    def asked(self, protocol: str, purpose: str) -> tuple[Asked, ...]:
        for name in dict.fromkeys((protocol, "")):
            if (held := self.own.get(name)) and held.asked:
                return read(held)
        return asked_after(purpose, self.known)


def of(clinic: Clinic, known: Knowledge) -> Schedules:
    rows = OwnSchedule.objects.filter(clinic=clinic).order_by("id")
    return Schedules({row.protocol: row for row in rows}, known)


def read(row: OwnSchedule) -> tuple[Asked, ...]:
    return tuple(Asked(after, by, measures) for after, by, measures in row.asked)
