"""A product that harms in many clinics is seen where their counts meet, and the counts give nobody away."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal.surveillance.across import LEAST_TREATED, Cell, looked, released

MONTHS = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(18)]
PRODUCTS = [f"P{number}" for number in range(12)]


def quiet(draw: random.Random, clinics: int, rate: float = 0.001) -> list[Cell]:
    """Each clinic treats 20 people a month with each of half the products."""
    cells = []
    for clinic in range(clinics):
        for product in draw.sample(PRODUCTS, 6):
            for month in MONTHS:
                events = sum(draw.random() < rate for _ in range(20))
                cells.append(Cell(month, f"c{clinic}", product, 20, events))
    return cells


def outbreak(draw: random.Random, cases: int, clinics: int, months: int) -> list[Cell]:
    """`cases` people among those treated with the bad product in `clinics` clinics over the last `months` months."""
    cells = {(month, clinic): 0 for month in MONTHS[-months:] for clinic in range(clinics)}
    for _ in range(cases):
        cells[draw.choice(list(cells))] += 1
    return [Cell(month, f"c{clinic}", "bad", 20, min(20, ill)) for (month, clinic), ill in cells.items()]


def first_word(cells: list[Cell], level: str) -> date | None:
    for month in [*MONTHS[1:], date(2026, 7, 1)]:
        if any(found.product == "bad" and found.level == level for found in looked(cells, on=month)):
            return month
    return None


@pytest.mark.parametrize(
    ("name", "cases", "clinics", "months"),
    [
        ("Mexico 2019: 42 cases in nine states", 42, 9, 5),
        ("Nayarit 2018: 29 cases in eight clinics", 29, 8, 4),
    ],
)
def test_a_product_across_clinics_alarms_within_two_months_of_its_first_cases(name, cases, clinics, months):
    """What is not published (who was treated, which month) is drawn at random, six times."""
    told = []
    for seed in range(6):
        draw = random.Random(seed)
        cells = quiet(draw, 30) + outbreak(draw, cases, clinics, months)
        word = first_word(cells, "alarm")
        assert word is not None, (name, seed)
        told.append(MONTHS.index(MONTHS[-months]) + 2 >= [*MONTHS, date(2026, 7, 1)].index(word))
    assert sum(told) >= 5


def test_quiet_years_of_thirty_clinics_seldom_speak():
    """Looked at every month of a year; 12 such years, so hardly ever an alarm."""
    alarms = watches = 0
    for seed in range(12):
        cells = quiet(random.Random(1000 + seed), 30)
        said = {(found.product, found.level) for month in MONTHS[6:] for found in looked(cells, on=month)}
        alarms += sum(level == "alarm" for _product, level in said)
        watches += sum(level == "watch" for _product, level in said)
    assert alarms <= 1
    assert watches <= 8


def test_what_one_clinic_sees_alone_is_not_said_here():
    draw = random.Random(7)
    cells = [*quiet(draw, 10, rate=0), Cell(MONTHS[-1], "c1", "bad", 20, 6)]
    assert looked(cells, on=date(2026, 7, 1)) == ()


@pytest.mark.parametrize(("clinics", "said"), [(1, False), (2, False), (3, True)])
def test_of_two_clinics_each_would_know_the_other_s_count_so_nothing_is_said(clinics, said):
    cells = [Cell(MONTHS[-1], f"c{number}", "bad", 20, 4) for number in range(clinics)]
    assert bool(looked(cells, on=date(2026, 7, 1))) is said


def test_a_month_that_has_not_begun_is_not_known():
    cells = [Cell(MONTHS[-1], f"c{number}", "bad", 20, 3) for number in range(4)]
    assert looked(cells, on=MONTHS[-1]) == ()
    (found,) = looked(cells, on=date(2026, 6, 2))
    assert (found.level, found.events, found.clinics, found.treated) == ("alarm", 12, 4, 80)
    assert found.expected == pytest.approx(0.08)


def test_few_people_wait_until_they_are_more():
    month, later = MONTHS[0], MONTHS[1]
    few = Cell(month, "c1", "P", LEAST_TREATED - 1, 1)
    assert released([few]) == ()
    assert released([few, Cell(later, "c1", "P", 2, 0)]) == (Cell(later, "c1", "P", LEAST_TREATED + 1, 1),)
    assert released([few, Cell(later, "c2", "P", 2, 0)]) == ()


def test_more_events_than_people_are_refused():
    with pytest.raises(ValueError, match="6 events among 5 people"):
        released([Cell(MONTHS[0], "c1", "P", 5, 6)])


COUNTS = st.lists(
    st.tuples(st.sampled_from(MONTHS), st.sampled_from("ab"), st.sampled_from("PQ"), st.integers(0, 9)),
    max_size=30,
)


@given(COUNTS)
def test_nothing_small_leaves_and_nothing_is_lost_or_invented(rows):
    cells = [Cell(month, clinic, product, treated, treated // 3) for month, clinic, product, treated in rows]
    left = released(cells)
    assert all(cell.treated >= LEAST_TREATED for cell in left)
    for clinic in "ab":
        for product in "PQ":
            of = [cell for cell in cells if (cell.clinic, cell.product) == (clinic, product)]
            gone = [cell for cell in left if (cell.clinic, cell.product) == (clinic, product)]
            waits = sum(cell.treated for cell in of) - sum(cell.treated for cell in gone)
            assert 0 <= waits < LEAST_TREATED
            assert sum(cell.events for cell in gone) <= sum(cell.events for cell in of)


def labelled(draw: random.Random, rate: float, clinics: int = 5) -> list[Cell]:
    """A product of whose nodules the label says 13 of 100 people, 20 people a month: so many have one."""
    cells = []
    for month in MONTHS:
        for clinic in range(clinics):
            usual = sum(draw.random() < rate for _ in range(20))
            ill = min(20, usual + (draw.random() < 0.02))
            cells.append(Cell(month, f"c{clinic}", "bad", 20, ill, min(ill, usual), 0.13))
    return cells


@pytest.mark.parametrize(("rate", "alarmed"), [(0.13, 0), (0.16, 0), (0.4, 4)])
def test_as_many_nodules_as_a_label_promises_raise_no_alarm_and_many_more_do(rate, alarmed):
    words = [first_word(labelled(random.Random(seed), rate), "alarm") for seed in range(4)]
    assert sum(word is not None for word in words) == alarmed


def test_an_infection_is_seen_among_the_nodules_that_a_label_promises():
    """Eight abscesses in four clinics, beside three nodules in each of which the label tells."""
    draw = random.Random(3)
    last = [Cell(MONTHS[-1], f"c{number}", "bad", 20, 5, 3, 0.13) for number in range(4)]
    cells = [cell for cell in labelled(draw, 0.13) if cell.month < MONTHS[-1]] + last
    (found,) = [one for one in looked(cells, on=date(2026, 7, 1)) if one.product == "bad"]
    assert found.level == "alarm"
    assert (found.events, found.clinics, found.set_aside) == (8, 4, 12)


def test_what_a_label_promises_waits_and_leaves_with_the_people():
    few = Cell(MONTHS[0], "c1", "P", 4, 1, 1, 0.13)
    (left,) = released([few, Cell(MONTHS[1], "c1", "P", 4, 1, 0, 0.13)])
    assert (left.treated, left.events, left.usual, left.promised) == (8, 2, 1, 0.13)
