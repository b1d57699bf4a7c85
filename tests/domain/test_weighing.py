"""How a weight changed before a treatment is counted from both sides of six months; unknown stays unknown."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from wheal.weighing import Weighed, change_before

TODAY = date(2026, 11, 26)


def at(ago: int, kg: str, *, told: bool = False) -> Weighed:
    return Weighed(TODAY - timedelta(days=ago), Decimal(kg), told)


@pytest.mark.parametrize(
    ("weights", "unknown"),
    [
        ([], "never_weighed"),
        ([at(-1, "70")], "never_weighed"),  # after the day is not looked at
        ([at(0, "70")], "weighed_once"),
        ([at(200, "70")], "weighed_once"),
        ([at(300, "70"), at(182, "70")], "not_recent"),
        ([at(300, "70"), at(181, "70")], None),
        ([at(182, "70"), at(0, "70")], None),
        ([at(181, "70"), at(0, "70")], "too_short"),
    ],
)
def test_fewer_than_two_weights_an_old_one_or_a_short_time_leave_it_unknown(weights, unknown):
    assert change_before(weights, TODAY).unknown == unknown


def test_the_change_is_counted_from_the_latest_weight_that_is_six_months_old():
    found = change_before([at(0, "66"), at(400, "90"), at(190, "60"), at(90, "58.5")], TODAY)
    assert (found.kg, found.percent, found.days) == (Decimal(6), Decimal("10.0"), 190)
    assert (found.least_kg, found.most_kg) == (Decimal("58.5"), Decimal(66))  # lost and gained again


def test_a_short_time_is_shown_all_the_same_but_stays_unknown():
    found = change_before([at(30, "60"), at(0, "57")], TODAY)
    assert (found.unknown, found.kg, found.percent, found.days) == ("too_short", -3, Decimal("-5.0"), 30)


@pytest.mark.parametrize("turn", [1, -1])
def test_what_was_weighed_goes_before_what_was_told_of_the_same_day(turn):
    same_day = [at(0, "61"), at(0, "58", told=True)][::turn]
    found = change_before([at(182, "60", told=True), *same_day], TODAY)
    assert found.kg == 1
    assert found.first.is_told
    assert not found.last.is_told
