"""The calendar of the demo's clinics: the coming days, an absence, who waits, who did not come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from wheal.clinic.appointments import actions
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User

Moment = Callable[..., datetime]
# patient (by place in the cast), days ahead, hour, minute, minutes, kind, which room
BOOKED: Final = (
    (12, 0, 16, 0, 30, "consultation", 0), (13, 0, 16, 30, 20, "follow_up", 1), (14, 1, 9, 0, 30, "consultation", 0),
    (15, 1, 9, 15, 30, "consultation", 1), (16, 1, 11, 30, 20, "follow_up", 0), (17, 2, 10, 0, 45, "session", 0),
    (18, 2, 14, 0, 30, "consultation", 1), (19, 3, 9, 30, 30, "consultation", 0), (12, 4, 15, 0, 45, "session", 1),
)  # fmt: skip


def fill_calendar(
    clinic: Clinic, patients: list[Patient], moment: Moment, *, physician: User, desk: User
) -> None:
    """Appointments of those who have nothing in the room today; two of them overlap."""
    rooms = list(clinic.things.filter(kind="room", retired_at=None))

    def book(
        place: int, days: int, hour: int, minute: int, minutes: int, kind: str, room: int
    ) -> actions.Booked:
        begins = moment(days, hour, minute)
        wanted = actions.Wanted(
            kind, begins, begins + timedelta(minutes=minutes), physician, room=rooms[room]
        )
        return actions.book(clinic=clinic, patient=patients[place % len(patients)], wanted=wanted, by=desk)

    made = [book(*each) for each in BOOKED]
    away = moment(1, 13), moment(1, 15)
    actions.book(clinic=clinic, patient=None, wanted=actions.Wanted("away", *away, physician), by=desk)
    missed = book(13, -1, 10, 0, 30, "consultation", 0)
    actions.miss(row=missed.row, by=desk)
    actions.cancel(row=made[6].row, by=desk)
    actions.wait(
        clinic=clinic, patient=patients[11 % len(patients)], kind="consultation", minutes=30, first=clinic.day_of(),
        last=clinic.day_of() + timedelta(days=14), by=desk,
    )  # fmt: skip
    actions.make_feed(clinic=clinic, practitioner=physician, by=physician)
