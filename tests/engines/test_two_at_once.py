"""One transaction writes at a time, on each engine, and reading waits for nobody."""

from __future__ import annotations

import json
from pathlib import Path

from serving import run_on


def test_two_at_once(each_engine: Path) -> None:
    assert json.loads(run_on(each_engine, "engines.two_at_once", WHEAL_LOCK_TIMEOUT="2")) == {
        "check_then_write": "1 clinic",
        "read_while_writing": "written True, seen 0, then 1",
        "many_events": "200 events, 0 broken",
        "arrive_once": "1 patient",
        "wait_in_vain": "refused: held, after",
    }
