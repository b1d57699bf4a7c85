"""An upgrade that is killed half-way goes on at the next start; and there is a way back from one that went through."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from serving import environment
from wheal.clinic.operations import upgrading

pytestmark = pytest.mark.crash


@pytest.fixture
def data(tmp_path: Path, migrated_file: Path) -> Path:
    """As an older version left it, without the tables of second factors, and with something entered."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "wheal.sqlite3")
    with closing(sqlite3.connect(folder / "wheal.sqlite3")) as held, held:
        held.execute("DELETE FROM django_migrations WHERE app = 'mfa'")
        held.execute("DROP TABLE mfa_authenticator")
        held.execute("INSERT INTO django_session VALUES ('entered', 'before', '2026-01-01')")
    return folder


def run(data: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(
        command, env=environment(data), capture_output=True, text=True, timeout=300, check=False
    )


def held(database: Path) -> tuple[list[str], int]:
    """What is entered, and how many changes the database knows."""
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        keys = [row[0] for row in opened.execute("SELECT session_key FROM django_session ORDER BY 1")]
        return keys, opened.execute("SELECT count(*) FROM django_migrations").fetchone()[0]


def test_a_killed_upgrade_goes_on_and_an_upgrade_has_a_way_back(data: Path, migrated_file: Path) -> None:
    database, before, whole = data / "wheal.sqlite3", held(data / "wheal.sqlite3"), held(migrated_file)[1]
    draw = random.SystemRandom()
    for last in (1, draw.randint(2, 10)):
        assert run(data, "crash.upgrade", str(last)).returncode == -signal.SIGKILL
        assert (data / upgrading.MARK).exists()
        assert held(database)[0] == ["entered"]

    went_on = run(data, "crash.upgrade")
    assert went_on.returncode == 0, went_on.stderr
    assert "was broken off and goes on" in went_on.stdout
    assert held(database) == (["entered"], whole)
    assert not (data / upgrading.MARK).exists()
    (kept,) = (data / "snapshots").iterdir()
    assert held(kept) == before

    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute("INSERT INTO django_session VALUES ('later', 'after', '2026-01-01')")
    back = run(data, "wheal.cli", "back", "--data", str(data))
    assert back.returncode == 0, back.stderr
    assert held(database) == before
    (aside,) = data.glob("wheal.sqlite3.before-*")
    assert held(aside) == (["entered", "later"], whole)
