"""When somebody is asked again after a session, and who is overdue. Days are the clinic's own; no clock is read here.

    courses = courses_of(visits)                      # sessions of one patient, put together by what they were for
    calls(course, schedule.asked, heard, today)       # each with its state

The days of the schedule that is shipped are named with their sources (`knowledge/data/schedules`). How early a call may
be answered and how late it becomes overdue is Wheal's own convention: an eighth of the interval before, a quarter of it
after. None is published.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from wheal import intervals
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Asked, By
from wheal.quantities import Quantity

LONGEST_GAP: Final = timedelta(days=182)
"""Days between two sessions of one course. What comes later is a new course; Wheal's own convention."""
State = Literal["done", "coming", "due", "overdue", "missed"]
"""Missed: the next call is open already, so nobody asks for the older one any more."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One signed session. `about`: what it was for; sessions for the same make a course."""

    day: date
    about: Hashable
    key: int = 0  # of the session, for whoever asks


@dataclass(frozen=True, slots=True)
class Course:
    """Sessions one after the other, for the same. `until`: the day on which the next course for it began."""

    visits: tuple[Visit, ...]
    until: date | None = None

    @property
    def first(self) -> date:
        return self.visits[0].day

    @property
    def last(self) -> date:
        return self.visits[-1].day

    @property
    def about(self) -> Hashable:
        return self.visits[0].about

    def as_of(self, day: date) -> Course | None:
        """As it stood on that day; None where it had not begun."""
        visits = tuple(visit for visit in self.visits if visit.day <= day)
        return Course(visits, self.until if self.until and self.until <= day else None) if visits else None


@dataclass(frozen=True, slots=True)
class Call:
    """`closes`: the day on which the next one opens; None: it stays open."""

    session: Visit
    asked: Asked
    opens: date
    due: date
    late: date  # the first day on which it is overdue
    closes: date | None
    state: State

    @property
    def by(self) -> By:
        return self.asked.by


def courses_of(visits: Iterable[Visit]) -> list[Course]:
    """The courses of one patient, the oldest first."""
    groups: dict[Hashable, list[list[Visit]]] = {}
    for visit in sorted(visits, key=lambda one: one.day):
        held = groups.setdefault(visit.about, [])
        if held and visit.day - held[-1][-1].day <= LONGEST_GAP:
            held[-1].append(visit)
        else:
            held.append([visit])
    made = [
        Course(tuple(one), following[0].day if following else None)
        for held in groups.values()
        for one, following in zip(held, [*held[1:], []], strict=True)
    ]
    return sorted(made, key=lambda course: course.first)


def window(last: date, interval: Quantity) -> tuple[date, date, date]:
    """The days from which it counts, on which it is due, and from which it is overdue.

    One day after: from that day on, overdue after the day that follows, so that "day 1 or 2" is one call.
    """
    due = intervals.earliest(last, interval)
    length = (due - last).days
    early, grace = length // 8, max(1, length // 4)
    return due - timedelta(days=early), due, due + timedelta(days=grace + 1)


def calls(course: Course, asked: Sequence[Asked], heard: Collection[date], today: date) -> list[Call]:
    """Every call of the course, the earliest first.

    After each session anew: a call that falls due on the day of the next session, or later, is that session's. `heard`:
    days on which the patient was seen, measured or answered; a call is answered by one before the next call opens.
    """
    ends = [visit.day for visit in course.visits[1:]] + [course.until]
    wanted = [
        (visit, one, *window(visit.day, one.interval))
        for visit, end in zip(course.visits, ends, strict=True)
        for one in asked
        if end is None or intervals.earliest(visit.day, one.interval) < end
    ]
    wanted.sort(key=lambda one: (one[3], one[0].day))
    closing = [following[2] for _one, following in pairwise(wanted)] + [course.until]
    return [
        Call(visit, one, opens, due, late, closes, _state(opens, due, late, closes, heard, today))
        for (visit, one, opens, due, late), closes in zip(wanted, closing, strict=True)
    ]


def _state(
    opens: date, due: date, late: date, closes: date | None, heard: Collection[date], today: date
) -> State:
    if any(opens <= day and (closes is None or day < closes) for day in heard):
        return "done"
    if closes is not None and closes <= today:
        return "missed"
    if today >= late:
        return "overdue"
    return "due" if today >= due else "coming"


def open_call(made: Sequence[Call]) -> Call | None:
    """The one that somebody works on now, or the next that will come."""
    return next((call for call in made if call.state in ("due", "overdue", "coming")), None)


def asked_after(purpose: str, known: Knowledge) -> tuple[Asked, ...]:
    """The calls of the first schedule that is for this purpose, or for any."""
    ordered = sorted(known.schedules.values(), key=lambda one: one.order)
    return next((one.asked for one in ordered if not one.purposes or purpose in one.purposes), ())
