"""The record goes from SQLite to PostgreSQL and back, every row as it was, and the old place takes nothing more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

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


def test_a_folder_without_data_is_said(tmp_path: Path) -> None:
    assert "holds no clinic's data" in move(tmp_path, "sqlite").stderr
