from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import knowledge
from wheal.follow_up import LONGEST_GAP, Course, Visit, calls, courses_of, open_call, window
from wheal.knowledge.following import Asked
from wheal.quantities import Quantity

FIRST = date(2026, 1, 5)
ASKED = knowledge.current().schedules["default"].asked


def course(*days: int, until: int | None = None) -> Course:
    visits = tuple(Visit(FIRST + timedelta(days=day), "chin") for day in days)
    return Course(visits, None if until is None else FIRST + timedelta(days=until))


def told(made: Course, today: int, heard: tuple[int, ...] = ()) -> dict[str, str]:
    days = [FIRST + timedelta(days=day) for day in heard]
    return {call.asked.after: call.state for call in calls(made, ASKED, days, FIRST + timedelta(days=today))}


def test_the_schedule_that_is_shipped_is_the_one_that_was_asked_for():
    after = ("1 d", "7 d", "28 d", "60 d", "120 d", "6 mo", "12 mo", "24 mo", "36 mo", "60 mo")
    assert tuple(one.after for one in ASKED) == after


@pytest.mark.parametrize(
    ("after", "opens", "due", "late"),
    [
        ("1 d", "2026-01-06", "2026-01-06", "2026-01-08"),  # day 1 or 2
        ("7 d", "2026-01-12", "2026-01-12", "2026-01-14"),
        ("28 d", "2026-01-30", "2026-02-02", "2026-02-10"),
        ("120 d", "2026-04-20", "2026-05-05", "2026-06-05"),
        ("12 mo", "2026-11-21", "2027-01-05", "2027-04-07"),
    ],
)
def test_a_call_opens_an_eighth_early_and_is_overdue_a_quarter_late(after, opens, due, late):
    assert [day.isoformat() for day in window(FIRST, Quantity.parse(after))] == [opens, due, late]


@pytest.mark.parametrize(
    ("today", "state"),
    [(5, "coming"), (7, "due"), (8, "due"), (9, "overdue"), (24, "overdue"), (25, "missed")],
)
def test_each_state_from_both_sides_of_its_day(today, state):
    assert told(course(0), today)["7 d"] == state


def test_whoever_was_heard_of_while_a_call_was_open_has_answered_it_and_no_other():
    states = told(course(0), 200, heard=(7, 61))
    assert {after for after, state in states.items() if state == "done"} == {"7 d", "60 d"}
    assert states["120 d"] == "missed"
    assert states["6 mo"] == "due"


def test_a_call_that_would_fall_on_the_next_session_or_later_belongs_to_that_session():
    made = calls(course(0, 28), ASKED, (), FIRST + timedelta(days=28))
    assert [call.asked.after for call in made if call.session.day == FIRST] == ["1 d", "7 d"]
    assert [call.asked.after for call in made if call.session.day != FIRST] == [one.after for one in ASKED]
    nearly = calls(course(0, 29), ASKED, (), FIRST + timedelta(days=28))
    assert [call.asked.after for call in nearly if call.session.day == FIRST] == ["1 d", "7 d", "28 d"]


def test_nothing_is_asked_for_a_course_once_the_next_one_began():
    assert list(told(course(0, until=100), 99)) == ["1 d", "7 d", "28 d", "60 d"]


def test_a_gap_longer_than_half_a_year_begins_a_new_course_for_the_same_area_only():
    gap = LONGEST_GAP.days
    visits = [Visit(FIRST + timedelta(days=day), about) for day, about in
              ((0, "chin"), (gap, "chin"), (2 * gap + 1, "chin"), (5, "cheeks"))]  # fmt: skip
    made = courses_of(visits)
    assert [(one.about, len(one.visits)) for one in made] == [("chin", 2), ("cheeks", 1), ("chin", 1)]
    assert made[0].until == FIRST + timedelta(days=2 * gap + 1)
    assert made[2].until is None


@pytest.mark.parametrize("after", ["7 mg", "soon", "7"])
def test_an_interval_is_of_days_or_months(after):
    with pytest.raises((ValueError, TypeError)):
        Asked(after, "clinic")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=7, unique=True),
    st.integers(0, 3000),
    st.lists(st.integers(0, 3000), max_size=6),
)
def test_at_most_one_call_at_a_time_is_worked_on_and_each_closes_when_the_next_opens(days, today, heard):
    made = calls(
        course(*sorted(days)),
        ASKED,
        [FIRST + timedelta(days=day) for day in heard],
        FIRST + timedelta(days=today),
    )
    assert [call.due for call in made] == sorted(call.due for call in made)
    assert sum(call.state in ("due", "overdue") for call in made) <= 2
    for one, following in pairwise(made):
        assert one.closes == following.opens
    first = open_call(made)
    assert first is None or first.state in ("due", "overdue", "coming")
