"""Overlaps, the interval between sessions from both sides, and hours that a clock does not show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import booking, knowledge
from wheal.quantities import Quantity

KNOWN = knowledge.current()
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def slot(key: int, begins: int, minutes: int, *uses: tuple[str, object]) -> booking.Slot:
    start = NOON + timedelta(minutes=begins)
    return booking.Slot(key, start, start + timedelta(minutes=minutes), frozenset(uses))


ROOM, ALICE, LASER = ("room", 1), ("person", 7), ("device", 3)


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (slot(2, 0, 30, ROOM), {ROOM}),
        (slot(2, 29, 30, ALICE, ROOM), {ALICE, ROOM}),
        (slot(2, -10, 120, LASER), {LASER}),
        (slot(2, 30, 30, ROOM), None),  # begins as the other ends
        (slot(2, -30, 30, ROOM), None),
        (slot(2, 0, 30, ("room", 2)), None),
        (slot(1, 0, 30, ROOM), None),  # itself
    ],
)
def test_whoever_is_wanted_twice_at_once_is_named(other: booking.Slot, clash: set[object] | None) -> None:
    found = booking.clashes(slot(1, 0, 30, ROOM, ALICE, LASER), [other])
    assert [set(each.uses) for each in found] == ([clash] if clash else [])


@given(st.integers(-200, 200), st.integers(1, 120))
def test_overlaps_are_the_same_from_both_sides(begins: int, minutes: int) -> None:
    one, other = slot(1, 0, 45, ROOM), slot(2, begins, minutes, ROOM)
    assert bool(booking.clashes(one, [other])) == bool(booking.clashes(other, [one]))


def near(
    on: date, *others: date, substance: str = "deoxycholic_acid", country: str = "US"
) -> list[booking.TooNear]:
    return list(booking.too_near([substance], ["submental"], country, on, others, KNOWN))


@pytest.mark.parametrize(
    ("on", "allowed"),
    [
        (date(2026, 2, 27), False),  # a month after 31 January is the last of February
        (date(2026, 2, 28), True),
        (date(2026, 1, 31), False),
        (date(2026, 1, 1), False),
        (date(2025, 12, 31), True),  # and before it
    ],
)
def test_a_month_is_kept_on_both_sides_of_a_session(on: date, allowed: bool) -> None:
    assert (near(on, date(2026, 1, 31)) == []) is allowed


def test_the_refusal_names_the_days_that_keep_the_interval_and_who_says_so() -> None:
    (after,) = near(date(2026, 2, 10), date(2026, 1, 31))
    assert (after.earliest, after.latest) == (date(2026, 2, 28), None)
    assert "kybella_pi" in after.sources
    (before,) = near(date(2026, 1, 10), date(2026, 1, 31))
    assert (before.earliest, before.latest) == (date(2026, 2, 28), date(2025, 12, 31))


def test_a_substance_without_a_published_interval_asks_for_none() -> None:
    assert (
        near(date(2026, 1, 2), date(2026, 1, 1), substance="hyaluronic_acid_non_crosslinked", country="FR")
        == []
    )


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_the_days_that_are_named_keep_the_interval(other: date) -> None:
    found = near(other + timedelta(days=3), other) + near(other - timedelta(days=3), other)
    assert len(found) == 2
    assert near(found[0].earliest, other) == []
    assert found[1].latest is not None
    assert near(found[1].latest, other) == []
    assert near(found[1].latest + timedelta(days=1), other) != []


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (
            date(2026, 10, 25),
            time(2, 30),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # comes twice: the first
        (date(2026, 7, 1), time(9, 0), datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_clinics_clock_tells_the_moment(day: date, hour: time, utc: datetime) -> None:
    assert booking.moment(day, hour, PARIS) == utc


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_an_hour_that_the_clock_leaves_out_is_no_time(minute: int) -> None:
    with pytest.raises(booking.NoSuchTime):
        booking.moment(date(2026, 3, 29), time(2, minute), PARIS)


@pytest.mark.parametrize(
    ("others", "since", "latest"),
    [
        (("2026-12-05",), "2026-11-01", "2026-11-05"),
        (("2026-12-05",), "2026-11-05", "2026-11-05"),
        (("2026-12-05",), "2026-11-06", None),  # past
        (("2026-11-05", "2026-12-05"), "2026-11-01", None),  # taken
        (("2026-10-20", "2026-12-05"), "2026-11-01", None),  # too near to the one before
    ],
)
def test_a_day_that_is_past_or_taken_is_not_advised(others, since, latest) -> None:
    days = [date.fromisoformat(each) for each in others]
    near = booking.TooNear(
        "deoxycholic_acid", Quantity.parse("1 mo"), (), days[-1], date(2027, 1, 5), date(2026, 11, 5)
    )
    found = booking.still_open(near, days, since=date.fromisoformat(since))
    assert found.latest == (latest and date.fromisoformat(latest))
