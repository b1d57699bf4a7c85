"""A folder that lost its database is told to have lost it, and nothing is begun beside what is left."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from wheal import cli
from wheal.clinic import databases
from wheal.clinic.operations import going_back

LEFT = ("checkpoints.jsonl", "vault/ab/ab00", "wheal.sqlite3-wal", "wheal.sqlite3.before-20261126T013000Z")


@pytest.fixture(autouse=True)
def _here(monkeypatch) -> None:
    monkeypatch.delenv(databases.URL, raising=False)


def put(data: Path, name: str) -> None:
    (data / name).parent.mkdir(parents=True, exist_ok=True)
    (data / name).write_bytes(b"x")


def held(data: Path) -> set[str]:
    return {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize(
    "command", [["doctor"], ["verify"], ["nightly"], ["manage", "migrate"], ["backup", "--to", "/nowhere"]]
)
def test_what_a_record_left_behind_is_named_and_no_file_is_made(tmp_path, capsys, left, command) -> None:
    put(tmp_path, left)
    (tmp_path / "wheal.sqlite3").touch()  # as a command makes it that only looks
    before = held(tmp_path)
    assert cli.main([command[0], "--data", str(tmp_path), *command[1:]]) == 1
    said = "".join(capsys.readouterr())
    assert f"the database is missing: {tmp_path} holds {left}" in said
    assert "restore the last backup" in said
    assert held(tmp_path) == before


def test_a_server_does_not_start_on_it(tmp_path, capsys) -> None:
    put(tmp_path, "checkpoints.jsonl")
    assert cli.main(["serve", "--data", str(tmp_path), "--port", "0"]) == 1
    assert "Nothing was begun anew" in capsys.readouterr().err
    assert not (tmp_path / "wheal.sqlite3").exists()


def test_a_doctor_of_an_empty_folder_makes_nothing(tmp_path, capsys) -> None:
    assert cli.main(["doctor", "--data", str(tmp_path)]) == 1
    assert "holds no clinic's data" in capsys.readouterr().err
    assert held(tmp_path) == set()


@pytest.mark.parametrize(
    ("there", "elsewhere"),
    [((), ""), (("checkpoints.jsonl", "wheal.sqlite3"), ""), (("checkpoints.jsonl",), "postgresql://h/d")],
)
def test_a_new_folder_a_whole_one_and_one_whose_record_is_elsewhere_are_not_missed(
    tmp_path, there, elsewhere
) -> None:
    for name in there:
        put(tmp_path, name)
    assert databases.lost({databases.URL: elsewhere}, tmp_path) == ""


def test_on_the_way_back_there_is_a_database_at_every_moment(tmp_path, monkeypatch) -> None:
    """Killed between the two steps that give the new one the old one's name."""
    for name in ("wheal.sqlite3", "copy.sqlite3"):
        with sqlite3.connect(tmp_path / name) as made:
            made.execute("CREATE TABLE people_clinic (id)")
            made.execute("CREATE TABLE django_migrations (id)")
            made.execute("CREATE TABLE audit_event (id)")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(Killed):
        going_back._file(tmp_path, tmp_path / "copy.sqlite3")
    assert databases.file(tmp_path).stat().st_size


def test_the_way_back_says_where_something_has_the_database_open_and_changes_nothing(tmp_path) -> None:
    for name in ("wheal.sqlite3", "copy.sqlite3"):
        with closing(sqlite3.connect(tmp_path / name)) as made:
            made.execute("PRAGMA journal_mode=WAL")
            for table in sorted(going_back.OURS):
                made.execute(f"CREATE TABLE {table} (id)")
            made.commit()
    with closing(sqlite3.connect(tmp_path / "wheal.sqlite3")) as reads:
        reads.execute("BEGIN")
        reads.execute("SELECT * FROM people_clinic").fetchall()
        before = held(tmp_path)
        with pytest.raises(going_back.NoWayBack, match=r"cannot be set aside .* end what has it open"):
            going_back._file(tmp_path, tmp_path / "copy.sqlite3")
        assert held(tmp_path) == before
