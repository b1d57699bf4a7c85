"""Eight people at one shelf, on each engine: nothing is given out twice, and the books balance afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from serving import run_on


def test_eight_writers_at_one_shelf(each_engine: Path) -> None:
    assert json.loads(run_on(each_engine, "engines.stock_writers")) == {
        "draw_from_one_container": "14 done, 10 refused",
        "open_the_last": "9 done, 7 refused",
        "receive_one_delivery": "1 line in the books",
        "take_one_back": "1 done, 7 refused",
        "throw_away_the_rest": "5 done, 3 refused",
        "arrive_once": "1 done, 7 refused",
        "sign": "all who drew",
        "left_in_it": 200,
        "books": [],
        "audit": 0,
    }


def test_a_clinic_from_before_the_ledger_gets_books_that_balance(empty_engine: Path) -> None:
    assert json.loads(run_on(empty_engine, "engines.from_before")) == {
        "books": [],
        "injected": 4_000,
        "found": [["B", 2_000, "carried over from before the ledger"]],
        "audit": 0,
        "called": ["Acid A", "Acid B", "old"],
        "called_otherwise": 0,
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder whose database has no tables yet."""
    data = tmp_path / "data"
    data.mkdir()
    if request.param == "postgresql":
        (data / "database-url").write_text(request.getfixturevalue("postgresql").empty())
    return data
