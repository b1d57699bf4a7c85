"""Until when a record is kept: the country's years, the clinic's own where they are longer, and never a guess."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import knowledge
from wheal.keeping import term_of

LAWS = knowledge.current().jurisdictions
SEEN = date(2006, 11, 25)


@pytest.mark.parametrize(
    ("country", "own", "years"),
    [
        ("FR", None, 20),  # Ordre des médecins, after R.1112-7
        ("BR", None, 20),  # Law 13.787/2018
        ("GB", None, 8),
        ("ES", None, 5),  # Law 41/2002, 17.1
        ("ES", 15, 15),  # a region may ask for more
        ("FR", 5, 20),  # a clinic may lengthen and never shorten
        ("US", None, None),  # each state's own
        ("US", 10, 10),
    ],
)
def test_the_longer_term_holds_and_none_is_invented(country: str, own: int | None, years: int | None) -> None:
    assert term_of(LAWS[country], own).years == years


@pytest.mark.parametrize(
    ("today", "stands"),
    [(date(2026, 11, 24), "kept"), (date(2026, 11, 25), "kept"), (date(2026, 11, 26), "over")],
)
def test_a_french_record_is_kept_to_the_last_day_of_the_twentieth_year(today: date, stands: str) -> None:
    assert term_of(LAWS["FR"]).stands(SEEN, today) == stands


def test_where_no_term_is_known_no_day_is_late_enough() -> None:
    assert term_of(LAWS["US"]).stands(date(1950, 1, 1), date(2026, 1, 1)) == "unknown"


def test_a_visit_on_a_leap_day_is_kept_a_day_longer_and_not_a_day_less() -> None:
    assert term_of(LAWS["ES"]).until(date(2024, 2, 29)) == date(2029, 3, 1)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_a_term_is_as_many_years_and_at_most_a_day_more(day: date, years: int) -> None:
    until = term_of(LAWS["US"], years).until(day)
    assert until is not None
    assert until - date(day.year + years, day.month, min(day.day, 28)) <= timedelta(days=3)
    assert (until.year, until >= day) == (day.year + years, True)


@pytest.mark.parametrize(
    ("country", "own", "ground"),
    [
        ("BR", None, "law"), ("ES", None, "law"), ("FR", None, "advice"), ("GB", None, "advice"), ("ES", 15, "clinic"),
        ("US", 10, "clinic"), ("FR", 5, "advice"), ("US", None, None),
    ],
)  # fmt: skip
def test_a_term_says_by_what_right_it_holds(country: str, own: int | None, ground: str | None) -> None:
    assert term_of(LAWS[country], own).ground == ground


def test_each_term_says_whose_it_is() -> None:
    assert not term_of(LAWS["FR"], 5).from_clinic
    assert term_of(LAWS["US"], 10).from_clinic
    assert all(duty.sources for law in LAWS.values() for duty in term_of(law).duties)
