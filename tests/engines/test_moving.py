"""The record goes from SQLite to PostgreSQL and back, every row as it was, and the old place takes nothing more."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from postgresql import Server as Database
from serving import environment, run_on


@pytest.fixture
def data(tmp_path: Path, migrated_file: Path) -> Path:
    """A clinic in SQLite."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "wheal.sqlite3")
    return folder


def move(data: Path, to: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wheal.cli", "move", "--data", str(data), "--to", to],
        env=environment(data) | settings, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def move_back(data: Path, made: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engines.moved_back", str(made), "--data", str(data)],
        env=environment(data), capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def doctor(data: Path) -> str:
    command = [sys.executable, "-m", "wheal.cli", "doctor", "--data", str(data)]
    return subprocess.run(command, env=environment(data), capture_output=True, text=True, timeout=60).stdout


def tables(told: str) -> dict[str, str]:
    """What was said of each table: rows and digest."""
    rows = [line.split() for line in told.splitlines()]
    return {row[0]: f"{row[1]} {row[2]}" for row in rows if len(row) == 3 and "_" in row[0]}


def test_a_record_moves_there_and_back_with_every_row_as_it_was(
    data: Path, postgresql: Database, migrated_file: Path
) -> None:
    run_on(data, "engines.signed_once")
    address = postgresql.migrated()
    there = move(data, address)
    assert there.returncode == 0, there.stderr
    assert "the same on both sides" in there.stdout
    assert "whole: " in there.stdout  # by `wheal verify`, on PostgreSQL
    told = tables(there.stdout)
    assert told["treatments_session"].startswith("1 ")
    assert len(told) > 60
    assert run_on(data, "engines.signed_once", "more") == "written\n"
    assert "is the record as it was before `wheal move` took it to PostgreSQL, with patients' data" in doctor(
        data
    )

    old = data.with_name("old")
    old.mkdir()
    shutil.copy(data / "wheal.sqlite3.moved", old / "wheal.sqlite3")
    assert "has moved to another database" in run_on(old, "engines.signed_once", "more")

    back = move_back(data, migrated_file)
    assert back.returncode == 0, back.stderr
    assert "whole: " in back.stdout
    again = tables(back.stdout)
    assert "which `wheal move` left: patients' data as they were then are still there" in doctor(data)
    assert {name for name in told if told[name] != again[name]} == {"audit_event"}
    assert run_on(data, "engines.signed_once", "more") == "written\n"
    (old / "wheal.sqlite3").unlink()
    (old / "database-url").write_text(address)
    assert "has moved to another database" in run_on(old, "engines.signed_once", "more")
    assert "the target is not empty" in move(data, address).stderr
    assert (data / "wheal.sqlite3").exists()


@pytest.mark.parametrize(
    ("to", "named", "said"),
    [
        ("sqlite", {}, "the record is in SQLite already"),
        ("postgresql://nobody@127.0.0.1:1/x", {}, "the target cannot be reached"),
        ("postgresql://nobody@127.0.0.1:1/x?connect_timeout=2", {}, "the target cannot be reached"),
        ("mysql://nobody@127.0.0.1/x", {}, "cannot be read"),
        ("sqlite", {"WHEAL_DATABASE_URL": "postgresql://nobody@127.0.0.1/x"}, "is set here"),
    ],
)
def test_what_cannot_be_moved_stays_where_it_is(data: Path, to: str, named: dict, said: str) -> None:
    before = (data / "wheal.sqlite3").read_bytes()
    refused = move(data, to, **named)
    assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    assert (data / "wheal.sqlite3").read_bytes() == before


NOT_LEFT = ("Traceback", "BrokenPipe")
CLOSED = "this record has moved to another database and takes nothing more here"


def broken_off(step: str, data: Path, made: Path, to: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engines.broken_off", step, str(made), "--data", str(data), "--to", to],
        env=environment(data), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 9, done.stderr


def is_closed(data: Path) -> bool:
    """Whether the record that the folder names takes nothing more."""
    if (data / "database-url").exists():
        with psycopg.connect((data / "database-url").read_text().strip()) as opened:
            found = opened.execute(
                "SELECT 1 FROM pg_trigger WHERE tgname = 'audit_event_has_moved'"
            ).fetchone()
    else:
        with closing(sqlite3.connect(data / "wheal.sqlite3")) as opened:
            found = opened.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'audit_event_has_moved'"
            ).fetchone()
    return found is not None


def write(data: Path) -> str:
    return run_on(data, "engines.signed_once", "more")


def test_a_move_to_postgresql_goes_on_wherever_it_was_killed(
    data: Path, postgresql: Database, migrated_file: Path
) -> None:
    run_on(data, "engines.signed_once")
    address = postgresql.migrated()
    broken_off("copied", data, migrated_file, address)
    assert not is_closed(data)
    broken_off("there", data, migrated_file, address)
    assert not is_closed(data), "the old one is in use until it is closed"
    broken_off("both", data, migrated_file, address)
    assert is_closed(data)
    broken_off("named", data, migrated_file, address)
    assert not is_closed(data), "the new one is in use"
    assert (data / "wheal.sqlite3").exists()
    done = move(data, address)
    assert done.returncode == 0, done.stderr
    assert "whole: " in done.stdout
    assert "The record is in PostgreSQL now" in done.stdout
    assert (data / "wheal.sqlite3.moved").exists()
    assert not any((data / f"wheal.sqlite3{end}").exists() for end in ("", "-wal", "-shm"))
    assert not (data / ".moving").exists()
    assert write(data) == "written\n"


def test_what_was_entered_after_a_move_that_was_killed_is_not_left_behind(
    data: Path, postgresql: Database, migrated_file: Path
) -> None:
    run_on(data, "engines.signed_once")
    address = postgresql.migrated()
    broken_off("there", data, migrated_file, address)
    assert write(data) == "written\n"
    refused = move(data, address)
    assert (refused.returncode, "does not hold the record as it is now" in refused.stderr) == (1, True)
    assert not is_closed(data)
    assert "`wheal move` is at work here, or was broken off before its end" in doctor(data)


def test_a_move_to_sqlite_goes_on_wherever_it_was_killed(
    tmp_path: Path, postgresql: Database, migrated_file: Path
) -> None:
    data, address = tmp_path / "data", postgresql.migrated()
    data.mkdir()
    (data / "database-url").write_text(address)
    run_on(data, "engines.signed_once")
    for step, closed in (("there", False), ("both", True), ("named", True), ("aside", False)):
        broken_off(step, data, migrated_file, "sqlite")
        assert is_closed(data) is closed, step
    done = move(data, "sqlite")
    assert done.returncode == 0, done.stderr
    assert "whole: " in done.stdout
    assert (data / "database-url.moved").read_text().strip() == address
    assert not (data / "database-url").exists()
    assert not (data / ".moving").exists()
    assert write(data) == "written\n"


def test_a_reader_that_goes_away_changes_nothing(
    data: Path, postgresql: Database, migrated_file: Path
) -> None:
    """As with `| head -1`."""
    run_on(data, "engines.signed_once")
    to = ["-m", "wheal.cli", "move", "--data", str(data), "--to", postgresql.migrated()]
    back = ["-m", "engines.moved_back", str(migrated_file), "--data", str(data)]
    for command, gone, named in (
        (to, "wheal.sqlite3", "database-url"),
        (back, "database-url", "wheal.sqlite3"),
    ):
        moving = subprocess.Popen(
            [sys.executable, *command], env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )  # fmt: skip
        moving.stdout.close()
        said = moving.stderr.read()
        assert moving.wait(timeout=300) == 0, said
        assert not any(words in said for words in NOT_LEFT), said
        assert (data / named).exists()
        assert not (data / gone).exists()
        assert not (data / ".moving").exists()
        assert not is_closed(data)


def test_an_old_record_that_was_brought_back_is_not_moved_once_more_as_if_it_were_the_one(
    data: Path, postgresql: Database
) -> None:
    run_on(data, "engines.signed_once")
    assert move(data, postgresql.migrated()).returncode == 0
    (data / "wheal.sqlite3.moved").rename(data / "wheal.sqlite3")
    (data / "database-url").unlink()
    refused = move(data, postgresql.migrated())
    assert (refused.returncode, CLOSED in refused.stderr) == (1, True)
    assert "DROP TRIGGER audit_event_has_moved" in refused.stderr


def test_a_folder_without_data_is_said(tmp_path: Path) -> None:
    assert "holds no clinic's data" in move(tmp_path, "sqlite").stderr
