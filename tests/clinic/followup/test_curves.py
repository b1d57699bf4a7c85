"""The curves: from zero, in time, inside their frame, and never steeper than they are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheal import knowledge
from wheal.clinic.followup.curves import MAIN, TOP, curve
from wheal.clinic.followup.models import Measure
from wheal.clinic.followup.series import Series, TableRow, Weighing
from wheal.outcomes import Followed, Reading

DAY = date(2025, 1, 6)


def series(code: str, *values: tuple[int, str]) -> Series:
    rows = [Measure(on=DAY + timedelta(days=day), value=Decimal(value)) for day, value in values]
    readings = tuple(Reading(one.on, float(one.value)) for one in rows)
    followed = Followed(DAY, DAY, None, readings)
    table = tuple(TableRow(one, (one.on - DAY).days, None, None, None) for one in rows)
    return Series(code, knowledge.current().instruments[code], "", "", "", table, followed, readings[0], None)


def test_a_thickness_is_drawn_from_zero_and_half_of_it_stands_half_as_high():
    drawn = curve(series("ultrasound", (0, "20"), (100, "10")), [DAY], [], "en")
    ground = TOP + MAIN
    high, low = (ground - point.y for point in drawn.main.points)
    assert high == pytest.approx(2 * low)
    assert drawn.main.ticks[0].words == "0"
    assert drawn.before == pytest.approx(drawn.main.points[0].y)
    assert drawn.weight is None


def test_the_weight_spans_ten_kilograms_so_that_one_looks_like_one():
    weights = [Weighing(DAY, Decimal(70)), Weighing(DAY + timedelta(days=100), Decimal(71))]
    drawn = curve(series("ultrasound", (0, "20"), (100, "19")), [DAY], weights, "fr")
    first, last = drawn.weight.points
    height = drawn.weight.ground - drawn.weight.top
    assert first.y - last.y == pytest.approx(height / 10)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(5, 2000)),
        min_size=2,
        max_size=12,
        unique_by=lambda it: it[0],
    ),
    st.lists(st.integers(0, 2000), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(400, 1800)), max_size=8),
)
def test_everything_lies_inside_the_frame_and_in_order(values, sessions, weighed):
    ordered = [(day, str(Decimal(tenths) / 10)) for day, tenths in sorted(values)]
    weights = [Weighing(DAY + timedelta(days=day), Decimal(tenths) / 10) for day, tenths in sorted(weighed)]
    drawn = curve(
        series("ultrasound", *ordered), [DAY + timedelta(days=day) for day in sorted(sessions)], weights, "en"
    )
    panels = [drawn.main, *([drawn.weight] if drawn.weight else [])]
    for panel in panels:
        assert all(drawn.left <= point.x <= drawn.right + 0.01 for point in panel.points)
        assert all(panel.top - 0.01 <= point.y <= panel.ground + 0.01 for point in panel.points)
        assert 2 <= len(panel.ticks) <= 12
        assert [point.x for point in panel.points] == sorted(point.x for point in panel.points)
    assert all(drawn.left <= x <= drawn.right + 0.01 for x in drawn.sessions)
