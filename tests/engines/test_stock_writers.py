"""Eight people at one shelf, on each engine: nothing is given out twice, and the books balance afterwards."""

from __future__ import annotations

import json
from pathlib import Path

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
