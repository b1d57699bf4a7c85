"""Eight who save without a pause, in two processes: none is overtaken again and again while it waits."""

from __future__ import annotations

import bisect
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from serving import environment

EACH = 30
SAVES = 2 * 4 * EACH
PREEMPTED = (
    60  # overtakings of somebody whom the machine let stand before the line; a bare SQLite: several hundred
)

pytestmark = pytest.mark.crash


@pytest.fixture
def data(tmp_path: Path, migrated_file: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "wheal.sqlite3")
    with closing(sqlite3.connect(folder / "wheal.sqlite3")) as tables:
        tables.execute("PRAGMA journal_mode=WAL")  # as a served site has been since its first start
    return folder


def test_eight_writers_take_turns(data: Path) -> None:
    begin = time.monotonic() + 4  # by then both have started
    command = [sys.executable, "-m", "crash.writers", str(EACH), str(begin)]
    both = [
        subprocess.Popen(command, env=environment(data), stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    waits = [tuple(wait) for one in both for wait in json.loads(one.communicate(timeout=120)[0])]

    came = sorted(turn for _asked, turn in waits)
    overtaken = sorted(
        bisect.bisect_left(came, turn) - bisect.bisect_left(came, asked) for asked, turn in waits
    )
    assert len(waits) == SAVES
    assert overtaken[SAVES * 95 // 100] <= 20
    assert overtaken[-1] <= PREEMPTED
