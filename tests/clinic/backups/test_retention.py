"""Which backups stay: the last of each of so many days, weeks and months that have one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal.clinic.backups.retention import Kept, to_keep

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
moments = st.lists(st.integers(0, 700 * 24).map(lambda hours: NOON - timedelta(hours=hours)), max_size=60)
rules = st.builds(Kept, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


def test_of_a_year_of_nights_seven_days_five_weeks_and_twelve_months_stay() -> None:
    nights = [NOON - timedelta(days=n) for n in range(400)]
    days = {NOON - timedelta(days=n) for n in range(7)}
    sundays = {datetime(2026, 11, day, 12, tzinfo=UTC) for day in (22, 15, 8, 1)} | {NOON}
    assert days | sundays <= to_keep(nights, Kept())
    months = {moment.strftime("%Y-%m") for moment in to_keep(nights, Kept())}
    assert len(months) == 12
    assert (
        len(to_keep(nights, Kept())) == 7 + 3 + 11
    )  # one of the weeks and one of the months are among the days


def test_days_without_one_push_none_out() -> None:
    """The computer was off for a month."""
    old = [NOON - timedelta(days=30 + n) for n in range(3)]
    assert to_keep(old, Kept(3, 0, 0)) == set(old)


@given(moments, rules)
def test_the_newest_always_stays_and_never_more_than_the_rule_says(made, kept) -> None:
    stays = to_keep(made, kept)
    assert stays <= set(made)
    assert not made or max(made) in stays
    assert len(stays) <= max(1, kept.days + kept.weeks + kept.months)


@given(moments, rules)
def test_dropping_twice_drops_nothing_more(made, kept) -> None:
    once = to_keep(made, kept)
    assert to_keep(once, kept) == once


@given(moments, rules, st.data())
def test_dropping_each_night_ends_where_dropping_once_does(made, kept, data) -> None:
    held: set[datetime] = set()
    for moment in sorted(set(made)):
        held = to_keep(held | {moment}, kept)
    assert held == to_keep(made, kept)


@pytest.mark.parametrize("text", ["", "7", "7,5", "7,5,-1", "0,0,0", "a,b,c", "1,2,3,4"])
def test_a_rule_that_says_nothing_is_refused(text) -> None:
    with pytest.raises(ValueError, match=r"."):
        Kept.read(text)
