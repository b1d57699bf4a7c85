"""Photographs on the axis of a curve: which view, where each lies, and who may see them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

from wheal import knowledge
from wheal.clinic.followup.curves import LEFT, RIGHT, WIDTH
from wheal.clinic.followup.strips import APART, SIDE, strip

FIRST, LAST = date(2024, 1, 1), date(2026, 1, 1)


def photograph(pk: int, after: int, pose: str = "head_left") -> SimpleNamespace:
    return SimpleNamespace(pk=pk, pose=pose, taken_on=FIRST + timedelta(days=after))


def laid(*days: int):
    held = [photograph(pk, day) for pk, day in enumerate(days)]
    return strip(held, "submental", FIRST, LAST, knowledge.current())  # type: ignore[arg-type]


def test_each_lies_under_its_day_and_within_the_drawing():
    made = laid(0, 365, 731)
    assert [round(each.x) for each in made.laid] == [
        LEFT,
        round(LEFT + 365 / 731 * (WIDTH - LEFT - RIGHT)),
        WIDTH - RIGHT,
    ]
    assert all(0 <= each.left <= WIDTH - SIDE for each in made.laid)
    assert made.left_out == 0


@pytest.mark.parametrize(
    "days", [(0, 10, 20, 731), (0, 300, 700, 731), tuple(range(0, 732, 7)), (0, 1), (0, 0, 0)]
)
def test_none_covers_another_the_first_and_the_last_stay_and_the_others_are_counted(days):
    made = laid(*days)
    lefts = [each.left for each in made.laid]
    assert all(after - before >= APART for before, after in pairwise(lefts))
    assert made.laid[0].photograph.pk == 0
    assert len(made.laid) == 1 or made.laid[-1].photograph.pk == len(days) - 1
    assert len(made.laid) + made.left_out == len(days)


def test_the_view_of_the_area_that_was_taken_most_is_shown_and_another_area_s_is_none():
    held = [photograph(1, 5, "head_front"), photograph(2, 9), photograph(3, 400)]
    made = strip(held, "submental", FIRST, LAST, knowledge.current())  # type: ignore[arg-type]
    assert made.pose == "head_left"
    assert strip(held, "knees", FIRST, LAST, knowledge.current()) is None  # type: ignore[arg-type]
    early = [photograph(4, -40)]
    assert strip(early, "submental", FIRST, LAST, knowledge.current()) is None  # type: ignore[arg-type]


def test_the_piece_shows_them_to_the_clinic_and_to_no_other(client, patient, alice, charlie):
    address = f"/follow-up/patients/{patient.pk}/submental/photographs/?first=2024-01-01&last=2026-01-01"
    client.force_login(alice)
    assert client.get(address).status_code == 200
    assert client.get(address.replace("2026-01-01", "soon")).status_code == 404
    assert client.get(address.replace("submental", "moon")).status_code == 404
    client.force_login(charlie)
    assert client.get(address).status_code == 404
