"""From which day on somebody may agree: from both sides of the limit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wheal.reflection import earliest

HANDED = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("days", "first"), [(0, date(2026, 3, 1)), (1, date(2026, 3, 3)), (15, date(2026, 3, 17))]
)
def test_that_many_whole_days_lie_between_handing_over_and_signing(days, first):
    assert earliest(HANDED, days) == first


@given(some.dates(max_value=date(9000, 1, 1)), some.integers(1, 60), some.integers(0, 90))
def test_it_is_open_from_its_day_on_and_never_before(handed, days, later):
    today = date.fromordinal(handed.toordinal() + later)
    assert (today >= earliest(handed, days)) == (later > days)
