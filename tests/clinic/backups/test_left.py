"""What holds patients' data beside the record is named by the doctor, with how it may go; and nothing where nothing is
left. Each is left as it really happens."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from serving import environment, run_on
from wheal.clinic import examined_left
from wheal.clinic.examined import LOOK, Told

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MIB = b"x" * (1 << 20)
TABLES_OF_BEFORE = ("DELETE FROM django_migrations WHERE app = 'mfa'", "DROP TABLE mfa_authenticator")


class Site:
    """A clinic's folder on either engine, and commands on it."""

    def __init__(self, data: Path, said: dict[str, str]) -> None:
        self.data, self.said = data, said
        self.out, self.key = data.with_name("out"), data.with_name("key")
        self.out.mkdir()
        self.on_postgresql = (data / "database-url").exists()

    def command(self, *arguments: object) -> list[str]:
        return [
            sys.executable,
            "-m",
            "wheal.cli",
            arguments[0],
            "--data",
            str(self.data),
            *map(str, arguments[1:]),
        ]

    def wheal(self, *arguments: object) -> str:
        done = subprocess.run(
            self.command(*arguments), env=self.said, capture_output=True, text=True, timeout=120, check=False
        )
        assert arguments[0] == "doctor" or done.returncode == 0, done.stderr
        return done.stdout

    def doctor(self) -> list[str]:
        """What it tells, each with what is to be done."""
        return self.wheal("doctor").replace("\n       → ", " → ").splitlines()

    def sql(self, *statements: str) -> list[tuple[object, ...]]:
        if self.on_postgresql:
            with psycopg.connect((self.data / "database-url").read_text().strip(), autocommit=True) as held:
                found = [held.execute(each) for each in statements][-1]
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.data / "wheal.sqlite3", isolation_level=None)) as held:
            return [held.execute(each) for each in statements][-1].fetchall()


@pytest.fixture
def site(each_engine: Path, request) -> Site:
    run_on(each_engine, "clinic.backups.one_person")
    each_engine.chmod(0o700)
    said = environment(each_engine) | {"WHEAL_BACKUPS": str(each_engine.with_name("out"))}
    if (each_engine / "database-url").exists():
        said["PATH"] = request.getfixturevalue("postgresql").programs + os.pathsep + said["PATH"]
    return Site(each_engine, said)


def of_patients(told: list[str]) -> list[str]:
    return [line for line in told if "patients' data" in line]


def test_the_way_back_is_told_with_what_it_set_aside_and_nobody_is_sent_forward_again(site, request) -> None:
    assert of_patients(site.doctor()) == []
    site.sql(*TABLES_OF_BEFORE)
    subprocess.run([sys.executable, "-m", "crash.upgrade"], env=site.said, check=True, timeout=300)
    (line,) = of_patients(site.doctor())
    assert line.startswith("well: 1 copies of the record from before upgrades are in ")

    empty = request.getfixturevalue("postgresql").empty() if site.on_postgresql else ""
    site.wheal("back", *(["--database-url", empty] if empty else []))
    told = site.doctor()
    (waiting,) = [line for line in told if "changes of the tables are waiting" in line]
    assert "`wheal back` returned on " in waiting
    assert "to stay there, install the version of Wheal that you had before it" in waiting
    aside, _snapshots = of_patients(told)
    name = "database-url.before-" if site.on_postgresql else "wheal.sqlite3.before-"
    assert aside.startswith(f"look: {site.data / name}")
    assert "0 h old)" in aside
    assert (": rm " in aside, "DROP DATABASE" in aside) == (not empty, bool(empty))
    if not empty:
        next(site.data.glob("*.before-*")).unlink()  # as it says
    else:
        assert "patients' data as they were then are still there" in aside


def test_a_backup_that_was_killed_is_named_with_all_it_left_and_the_next_one_clears_it(site) -> None:
    site.wheal("backup-key", site.key)
    begun = subprocess.Popen(site.command("backup", "--to", site.out), env=site.said, start_new_session=True)
    until = time.monotonic() + 60
    while not list(site.data.glob(".trial-*/data")):
        assert time.monotonic() < until
        assert begun.poll() is None
        time.sleep(0.005)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    told = site.doctor()
    (trial,) = [line for line in told if "/.trial-" in line]
    assert trial.startswith("look: ")
    assert "MiB, 0 h old) was left by a backup that was broken off, with patients' data" in trial
    assert "the next backup clears it away" in trial
    assert [line for line in told if ".backup.part was left by a backup that was broken off" in line]
    scratch = [line for line in told if line.startswith("look: the database wheal_trial_")]
    assert len(scratch) == site.on_postgresql, told

    site.wheal("backup", "--to", site.out)
    told = site.doctor()
    assert of_patients(told) == []
    assert not [line for line in told if "broken off" in line]


@pytest.mark.parametrize(
    ("name", "what", "do"),
    [
        (
            "snapshots/wheal-20261120T120000000000Z.part",
            "(1.0 MiB, 7 days old) is a copy of the record that was broken off, with patients' data",
            "if neither an upgrade nor `wheal back` is under way: rm {path}",
        ),
        (
            "snapshots/wheal-20261120T120000000000Z.part-journal",
            "(1.0 MiB, 7 days old) is a copy of the record that was broken off, with patients' data",
            "if neither an upgrade nor `wheal back` is under way: rm {path}",
        ),
        (
            "wheal.sqlite3.before-20261127T020000Z",
            "(1.0 MiB, 10 h old) is the record as it stood when `wheal back` took its place, with patients' data",
            "what was entered between the upgrade and then is in no other place; once nobody needs it: rm {path}",
        ),
        (
            ".moving-x/wheal.sqlite3",
            "(1.0 MiB, 3 days old) holds the record: `wheal move` is at work there, or was broken off",
            "if it is not at work: rm -r {path}",
        ),
    ],
)
def test_what_is_left_is_told_with_its_size_its_age_and_how_it_may_go(tmp_path, name, what, do) -> None:
    data = tmp_path / "data"
    path = data / name
    path.parent.mkdir(parents=True)
    path.write_bytes(MIB)
    top = data / name.split("/")[0] if name.startswith(".") else path
    three_days = (NOW - timedelta(days=3)).timestamp()
    os.utime(top, (three_days, three_days))
    assert list(examined_left.left(data, NOW)) == [Told(LOOK, f"{top} {what}", do.format(path=top))]


def test_what_a_killed_restore_left_is_told_and_one_that_is_at_work_is_not(tmp_path) -> None:
    from wheal.clinic.backups import scratch

    data, part = tmp_path / "data", tmp_path / ".data.part"
    data.mkdir()
    part.mkdir()
    (told,) = examined_left.left(data, NOW)
    assert "was left by a `wheal restore` that was broken off" in told.what
    assert told.do == f"rm -r {part}"
    with scratch.held(part):
        assert list(examined_left.left(data, NOW)) == []


def test_a_sealed_file_that_never_arrived_is_told_once_it_cannot_be_arriving_any_more(tmp_path) -> None:
    part = tmp_path / "vault" / "ab" / "ab00.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    for hours, count in ((0.5, 0), (30, 1)):
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(part, (at, at))
        assert len(list(examined_left.left(tmp_path, NOW))) == count


def test_the_address_that_a_move_left_is_told_without_its_password(tmp_path) -> None:
    (tmp_path / "database-url.moved").write_text("postgresql://wheal_owner:geheim@db.example/clinic")
    (told,) = examined_left.left(tmp_path, NOW)
    assert "of the database clinic on db.example, which `wheal move` left" in told.what
    assert "geheim" not in str(told)
