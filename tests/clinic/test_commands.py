"""The site starts by itself on an empty folder, on an older one, and says what is wrong when it cannot."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest

from serving import environment, free_port, has_open
from wheal.clinic import snapshot
from wheal.clinic.commands import DEMO_MARK

PATIENCE = 180  # a first start makes every table, on a machine that may be busy


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "wheal.cli", *arguments]


@contextmanager
def started(data: Path, *arguments: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own, and what it said until it took connections."""
    port = free_port()
    said = data.with_name("said.log")
    with said.open("w") as log:
        process = subprocess.Popen(
            command(*arguments, "--data", str(data), "--port", str(port)),
            stdout=log, stderr=log, text=True, start_new_session=True, env=environment(data) | settings,
        )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while answer_of(port) == 0 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        process.port = port
        yield process, said.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)


def answer_of(port: int, path: str = "/accounts/login/") -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status
    except HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def refused(*arguments: str, data: Path, **settings: str) -> str:
    done = subprocess.run(
        command(*arguments, "--data", str(data)),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(data) | settings,
    )
    assert done.returncode == 1
    return done.stderr


@pytest.fixture(params=["sqlite", "postgresql"])
def unused(request, tmp_path) -> Path:
    """A data folder before its first start, with either engine."""
    data = tmp_path / "data"
    if request.param == "postgresql":
        data.mkdir()
        (data / "database-url").write_text(request.getfixturevalue("postgresql").empty())
    return data


def test_an_empty_site_prints_a_code_and_ends_cleanly(unused, tmp_path) -> None:
    with started(unused, "serve") as (process, said):
        assert re.search(r"set-up code:\s+[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", said)
        assert answer_of(process.port, "/people/setup/") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "Traceback" not in (tmp_path / "said.log").read_text()


def test_a_port_in_use_is_said_clearly(tmp_path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused("serve", "--port", str(port), data=tmp_path / "data")
    assert f"port {port} on 127.0.0.1 is not free" in said
    assert "Traceback" not in said


def test_a_folder_that_cannot_be_written_is_said_clearly(tmp_path) -> None:
    (tmp_path / "a-file").touch()
    said = refused("serve", "--port", str(free_port()), data=tmp_path / "a-file" / "data")
    assert "cannot write in" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://wheal@127.0.0.1:9/clinic", "cannot reach the database. connection"),
        ("postgresql://wheal@127.0.0.1:9/", "names no database"),
        ("mysql://wheal@127.0.0.1/clinic", "WHEAL_DATABASE_URL cannot be read"),
    ],
)
def test_a_database_that_is_not_there_is_said_clearly(tmp_path, url, told) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "database-url").write_text(url)
    said = refused("serve", "--port", str(free_port()), data=data)
    assert told in said
    assert "Traceback" not in said


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path) -> None:
    precious = tmp_path / "data" / "precious"
    precious.parent.mkdir()
    precious.touch()
    for arguments in (["demo"], ["demo", "--fresh"]):
        assert "not a demo folder" in refused(*arguments, data=tmp_path / "data")
    assert precious.exists()


def test_the_demo_keeps_what_was_entered_until_it_is_asked_to_start_anew(tmp_path, migrated_file) -> None:
    data = tmp_path / "demo"
    data.mkdir()
    (data / DEMO_MARK).touch()
    shutil.copy(migrated_file, data / "wheal.sqlite3")  # begun, and broken off before anybody was invented
    with started(data, "demo", WHEAL_REGISTRY="http://127.0.0.1:9") as (process, said):
        assert answer_of(process.port) == 200
        assert "alice" in said
        assert list((data / "registry").glob("receipts/clinic-*/*"))  # what is invented is sent nowhere else
        keeps_no_database_open(process.pid, data)
    rename(data, "Entered by hand")
    with started(data, "demo"):
        assert "Entered by hand" in names(data)
    with started(data, "demo", "--fresh"):
        assert "Entered by hand" not in names(data)
    assert not (data / "snapshots").exists()


def keeps_no_database_open(first: int, data: Path) -> None:
    """Its workers fork, and would hold for locked what is not."""
    assert not has_open(first, data / "wheal.sqlite3")
    workers = psutil.Process(first).children(recursive=True)
    assert any(has_open(worker.pid, data / "wheal.sqlite3") for worker in workers)


def names(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "wheal.sqlite3")) as database:
        return {row[0] for row in database.execute("SELECT family_name FROM patients_patient")}


def rename(data: Path, name: str) -> None:
    with closing(sqlite3.connect(data / "wheal.sqlite3")) as database, database:
        database.execute("UPDATE patients_patient SET family_name = ? WHERE id = 1", [name])


def test_before_its_tables_change_a_copy_of_the_data_is_kept(tmp_path, migrated_file) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated_file, data / "wheal.sqlite3")
    with closing(sqlite3.connect(data / "wheal.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE app = 'mfa'")
        for table in database.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE 'mfa_%' AND type = 'table'"
        ).fetchall():
            database.execute(f"DROP TABLE {table[0]}")
    with started(data, "serve") as (_, said):
        assert "the data as they were are kept in" in said
    (kept,) = (data / "snapshots").iterdir()
    with closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("SELECT count(*) FROM django_migrations WHERE app = 'mfa'").fetchone() == (0,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with started(data, "serve") as (_, said):
        assert "kept in" not in said


def test_on_postgresql_the_copy_is_a_dump_and_nothing_changes_without_one(tmp_path, postgresql) -> None:
    data, url = tmp_path / "data", postgresql.migrated()
    data.mkdir()
    (data / "database-url").write_text(url)
    postgresql.run("DELETE FROM django_migrations WHERE app = 'mfa'; DROP TABLE mfa_authenticator", url)
    nowhere = {"PATH": str(tmp_path)}
    assert "pg_dump is not there" in refused("serve", "--port", str(free_port()), data=data, **nowhere)
    with started(data, "serve", PATH=f"{postgresql.programs}:{os.environ['PATH']}") as (_, said):
        assert "the data as they were are kept in" in said
    (kept,) = (data / "snapshots").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    again = postgresql.empty()
    done = subprocess.run(
        [f"{postgresql.programs}/pg_restore", f"--dbname={again}", str(kept)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    tables = postgresql.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", again)
    assert ("treatments_session",) in tables
    assert ("mfa_authenticator",) not in tables


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "wheal.sqlite3"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE kept (value)")
        made.execute("INSERT INTO kept VALUES (7)")
    return path


def named(database: Path) -> dict[str, object]:
    return {"ENGINE": "wheal.clinic.sqlite", "NAME": database}


def test_a_snapshot_is_whole_while_somebody_writes(database, tmp_path) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("INSERT INTO kept VALUES (8)")
        copy = snapshot.take(named(database), tmp_path / "snapshots")
        writer.commit()
    with closing(sqlite3.connect(copy)) as held:
        assert held.execute("SELECT value FROM kept").fetchall() == [(7,)]
    assert copy.stat().st_mode & 0o077 == 0


def test_the_last_ten_snapshots_are_kept(database, tmp_path) -> None:
    taken = [snapshot.take(named(database), tmp_path / "snapshots") for _ in range(13)]
    assert sorted((tmp_path / "snapshots").iterdir()) == taken[-10:]
