"""The current fails: files are cut off, or hold rubbish where nothing had been forced to the disk yet. Whatever was
acknowledged is there, whatever was not is there whole or not at all, and a file that is damaged is said to be.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from serving import environment, run_on

WRITTEN, CUTS, TORN = 60, 80, 20

pytestmark = pytest.mark.crash


@pytest.fixture
def data(tmp_path: Path, migrated_file: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "wheal.sqlite3")
    return folder


def events(database: Path, *, check: bool = False) -> int:
    with closing(sqlite3.connect(database)) as opened:
        if check:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return opened.execute("SELECT count(*) FROM audit_event").fetchone()[0]


def put(database: Path, file: bytes, log: bytes) -> Path:
    for name in (database, database.with_name(database.name + "-shm")):
        name.unlink(missing_ok=True)
    database.write_bytes(file)
    database.with_name(database.name + "-wal").write_bytes(log)
    return database


def test_a_log_cut_off_anywhere_holds_all_that_was_acknowledged_before(data: Path, tmp_path: Path) -> None:
    lengths = json.loads(run_on(data, "crash.power", str(WRITTEN)))
    file, log = (data / "wheal.sqlite3").read_bytes(), (data / "wheal.sqlite3-wal").read_bytes()
    assert lengths == sorted(lengths)
    assert lengths[-1] == len(log)
    seed = random.SystemRandom().randrange(1, 10**6)
    draw = random.Random(seed)
    for number in range(CUTS):
        cut = draw.choice([draw.randint(lengths[0], len(log)), draw.choice(lengths)])
        acknowledged = sum(length <= cut for length in lengths)
        rubbish = draw.randbytes(draw.choice([0, 0, 7, 4096, 9000]))
        found = events(put(tmp_path / "cut.sqlite3", file, log[:cut] + rubbish), check=number % 10 == 0)
        assert found == 2 * acknowledged, f"seed {seed}, cut at {cut} of {len(log)}"


def test_a_file_half_way_through_taking_in_its_log_loses_nothing(data: Path, tmp_path: Path) -> None:
    """Pages arrive on the disk in any order; until all have, the log is kept."""
    run_on(data, "crash.power", str(WRITTEN))
    before, log = (data / "wheal.sqlite3").read_bytes(), (data / "wheal.sqlite3-wal").read_bytes()
    with closing(sqlite3.connect(data / "wheal.sqlite3")) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = opened.execute("PRAGMA page_size").fetchone()[0]
    after = (data / "wheal.sqlite3").read_bytes()
    seed = random.SystemRandom().randrange(1, 10**6)
    draw = random.Random(seed)
    for _ in range(TORN):
        pages = (draw.choice([before, after])[at : at + size] for at in range(0, len(after), size))
        torn = b"".join(page or bytes(size) for page in pages)
        assert events(put(tmp_path / "torn.sqlite3", torn, log), check=True) == 2 * WRITTEN, f"seed {seed}"


def test_a_damaged_file_is_said_to_be_damaged(data: Path) -> None:
    file = data / "wheal.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "is damaged" in told(data, "doctor")
    file.write_bytes(b"rubbish" * 100 + whole[700:])
    said = told(data, "serve", "--port", "0")
    assert "the database cannot be read (file is not a database). Nothing was changed" in said
    assert "restore the last backup" in said
    assert "Traceback" not in said


def told(data: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "wheal.cli", *arguments, "--data", str(data)],
        env=environment(data), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    return done.stdout + done.stderr
