"""What became of a course is read from one measurement and one later one: measuring more often changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from wheal import knowledge
from wheal.measures.courses import response
from wheal.outcomes import Followed, Reading

KNOWN = knowledge.current().instruments
FIRST, LAST = date(2023, 1, 2), date(2023, 3, 6)
LATER = LAST + timedelta(days=900)


def _course(
    *readings: tuple[int, float] | tuple[int, float, str], until: int | None = None, code: str = "ultrasound"
):
    """Days after the last session, and what was measured; before the first session where below zero."""
    told = tuple(
        Reading((LAST if day > 0 else FIRST) + timedelta(days=day), *value) for day, *value in readings
    )  # type: ignore[arg-type]
    ends = None if until is None else LAST + timedelta(days=until)
    return {code: Followed(FIRST, LAST, ends, told, compares=KNOWN[code].compares)}


def _told(*readings, today: date = LATER, **said) -> tuple[str, str] | None:
    return response(LAST, _course(*readings, **said), KNOWN, today)


@pytest.mark.parametrize("place", ["", "left", "left midline, 2 cm in front"])
def test_what_came_back_is_seen_at_a_named_place_as_at_none(place) -> None:
    assert _told((0, 9.6, place), (84, 7.0, place), (700, 9.3, place)) == ("responded", "regained")
    assert _told((0, 9.6, place), (84, 7.0, place), (700, 7.0, place)) == ("responded", "kept")
    assert _told((0, 9.6, place), (84, 7.0, place)) == ("responded", "not_seen")


def test_each_place_is_compared_with_itself_and_several_count_as_their_mean() -> None:
    both = ((0, 20.0, "left"), (0, 10.0, "right"))
    assert _told(*both, (84, 12.0, "right")) == ("did_not", "")  # though the left was 20
    assert _told(*both, (84, 19.0, "left"), (84, 10.5, "right")) == ("responded", "not_seen")
    assert _told(*both, (84, 19.5, "left"), (84, 11.0, "right")) == ("did_not", "")
    fell = (*both, (84, 19.0, "left"), (84, 9.0, "right"))
    assert _told(*fell, (700, 19.0, "left"), (700, 9.6, "right")) == ("responded", "regained")
    assert _told(*fell, (700, 19.6, "left")) == ("responded", "regained")  # the other was not seen again


def test_of_several_measurements_the_nearest_to_twelve_weeks_decides_whatever_it_says() -> None:
    assert _told((0, 9.0), (60, 7.0), (80, 9.2), (120, 7.0)) == ("did_not", "")
    assert _told((0, 9.0), (60, 9.4), (80, 8.0), (120, 9.4)) == ("responded", "not_seen")


@pytest.mark.parametrize(
    ("day", "told"), [(55, "lost"), (56, "responded"), (140, "responded"), (141, "lost")]
)
def test_from_eight_to_twenty_weeks_after_the_last_session_a_result_is_measured(day, told) -> None:
    found = _told((0, 9.0), (day, 8.0))
    assert found is not None
    assert found[0] == told


def test_of_later_ones_the_last_before_another_course_decides() -> None:
    fell = ((0, 9.0), (84, 7.0))
    assert _told(*fell, (200, 9.0), (700, 7.0)) == ("responded", "kept")
    assert _told(*fell, (200, 7.0), (700, 9.0)) == ("responded", "regained")
    assert _told(*fell, (200, 7.0), (700, 9.0), until=700) == ("responded", "kept")
    assert _told(*fell, (140, 9.0)) == (
        "responded",
        "not_seen",
    )  # too early to say that it stayed, or that it did not


def test_without_a_measurement_before_or_then_a_course_is_lost_and_never_better() -> None:
    assert _told((84, 7.0)) == ("lost", "")
    assert _told((-61, 9.0), (84, 7.0)) == ("lost", "")
    assert response(LAST, {}, KNOWN, LATER) == ("lost", "")


def test_nothing_is_told_until_no_session_can_join_the_course() -> None:
    for days, told in ((84, None), (182, None), (183, ("responded", "not_seen"))):
        assert _told((0, 9.0), (84, 7.0), today=LAST + timedelta(days=days)) == told
        assert response(LAST, {}, KNOWN, LAST + timedelta(days=days)) == (told and ("lost", ""))


def test_one_whole_step_is_a_change_and_less_is_none() -> None:
    assert _told((0, 9.6), (84, 9.5)) == ("responded", "not_seen")  # 0.0999… in a machine
    assert _told((0, 9.6, "a"), (0, 9.6, "b"), (84, 9.5, "a"), (84, 9.6, "b")) == ("did_not", "")


def test_a_scale_that_says_itself_how_it_is_counts_and_its_fall_is_a_return() -> None:
    assert _told((84, 2), code="improvement_clinician") == ("responded", "not_seen")
    assert _told((84, 0), code="improvement_clinician") == ("did_not", "")
    assert _told((84, 2), (700, 0), code="improvement_clinician") == ("responded", "regained")
    assert _told((84, 2), (700, 3), code="improvement_clinician") == ("responded", "kept")


def test_the_preferred_way_that_was_measured_decides() -> None:
    both = _course((0, 9.0), (84, 9.0)) | _course((0, 80.0), (84, 70.0), code="tape")
    assert response(LAST, both, KNOWN, LATER) == ("did_not", "")
    tape = _course((0, 9.0)) | _course((0, 80.0), (84, 70.0), code="tape")
    assert response(LAST, tape, KNOWN, LATER) == ("responded", "not_seen")


DAYS = (84, 500, 60, 120, 200, 365, 28, 700)


@pytest.mark.parametrize(
    ("code", "error"), [("ultrasound", 0.3), ("tape", 0.5), ("submental_clinician", 0.6)]
)
def test_where_nothing_changes_measuring_more_often_makes_nobody_better_and_nobody_worse(code, error) -> None:
    """3,000 people of whom nothing changes but the error of measuring: what the words of the two measures say of it."""
    step = float(KNOWN[code].step)
    better, returned = [], []
    for times in (2, 4, 8):
        draw, told = Random(times), Counter[tuple[str, str] | None]()
        for _ in range(3_000):
            values = [round(round((10 + draw.gauss(0, error)) / step) * step, 2) for _ in range(times + 1)]
            days = sorted(DAYS[:times])
            told[_told((0, values[0]), *zip(days, values[1:], strict=True), code=code)] += 1
        responded = sum(number for found, number in told.items() if found and found[0] == "responded")
        better.append(responded / 3_000)
        returned.append(told["responded", "regained"] / responded)
    assert max(better) < 0.5
    assert max(returned) < 0.68
    assert max(better) - min(better) < 0.04
    assert max(returned) - min(returned) < 0.06
