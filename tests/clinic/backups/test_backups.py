"""A backup is opened by its key alone, is what was there, and is refused where a byte of it is not."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from base64 import b64encode
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import OperationalError
from pyrage.x25519 import Identity

from serving import environment, run_on
from wheal import cli
from wheal.clinic import console, databases, examined_files, snapshot
from wheal.clinic.backups import content, keys, making, names, restoring, scratch, sealed
from wheal.clinic.examined import WRONG, Told
from wheal.clinic.operations import starting
from wheal.clinic.vault import Vault
from wheal.clinic.vault_keys import Key

FILE = "ab" + 30 * "0"


@pytest.fixture
def site(each_engine: Path) -> Path:
    """The folder of a clinic with a person in its database and a file in its vault, as a server leaves it."""
    run_on(each_engine, "clinic.backups.one_person")
    (each_engine / "vault" / "ab").mkdir(exist_ok=True)
    (each_engine / "vault" / "ab" / "half.part").write_bytes(b"half")
    (each_engine / "static").mkdir(exist_ok=True)
    (each_engine / "static" / "wheal.css").write_text("x")
    return each_engine


@pytest.fixture
def wheal(site: Path, request):
    """A command in a process of its own: its exit status, and all it said."""
    said = environment(site)
    del said["WHEAL_DATA"]
    if (site / "database-url").exists():
        said["PATH"] = request.getfixturevalue("postgresql").programs + os.pathsep + said["PATH"]

    def run(*arguments: object) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "wheal.cli", *map(str, arguments)],
            env=said, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


def usernames(data: Path) -> list[str]:
    statement = "SELECT username FROM people_user"
    if (data / "database-url").exists():
        with psycopg.connect((data / "database-url").read_text().strip()) as connection:
            return [row[0] for row in connection.execute(statement)]
    with closing(sqlite3.connect(data / "wheal.sqlite3")) as connection:
        return [row[0] for row in connection.execute(statement)]


def test_a_backup_becomes_the_clinic_again_on_another_machine(site, wheal, tmp_path, request) -> None:
    (tmp_path / "out").mkdir()
    code, said = wheal("backup", "--data", site, "--to", tmp_path / "out")
    assert code == 1
    assert "no key to seal for" in said
    assert wheal("backup-key", tmp_path / "key", "--data", site)[0] == 0
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0

    for name in (".trial-killed", ".backup-killed"):
        (site / name).mkdir()
    (site / names.FILE).write_text("0a1b2c3d\n")
    for whose in ("0a1b2c3d", "99999999"):  # what another site is writing is left to it
        (tmp_path / "out" / f"wheal-{whose}-20261125T013000Z.backup.part").touch()
    code, said = wheal("backup", "--data", site, "--to", tmp_path / "out")
    assert code == 0, said
    assert "lies on the same disk as the data" in said
    theirs = tmp_path / "out" / "wheal-99999999-20261125T013000Z.backup.part"
    (made,) = set((tmp_path / "out").iterdir()) - {theirs}
    assert re.search(r"restored to a scratch place and read there: whole: 1 events of the audit", said)
    assert not [
        word for word in (b"SQLite format", b"people_user", b"logged_in") if word in made.read_bytes()
    ]
    assert not [path for path in site.iterdir() if path.name.startswith((".backup", ".trial"))]

    url = ()
    if (site / "database-url").exists():
        url = ("--database-url", request.getfixturevalue("postgresql").empty())
    elsewhere = tmp_path / "elsewhere" / "data"
    code, said = wheal("restore", made, "--key", tmp_path / "key", "--data", elsewhere, *url)
    assert code == 0, said
    assert "whole: 1 events of the audit" in said
    assert usernames(elsewhere) == usernames(site) == ["Zoe"]
    (kept,) = (path.relative_to(site) for path in site.glob("vault/??/" + 32 * "?"))
    assert (elsewhere / kept).read_bytes() == (site / kept).read_bytes()
    left_out = ["static", "half.part", "database-url", "snapshots"]
    found = [path.name for path in elsewhere.rglob("*") if path.name in left_out]
    assert found == (["database-url"] if url else [])
    assert all(path.stat().st_mode & 0o077 == 0 for path in elsewhere.rglob("*") if path.is_file())

    code, said = wheal("restore", made, "--key", tmp_path / "key", "--data", elsewhere, *url)
    assert code == 1
    assert "is not empty" in said


def test_a_backup_whose_files_nobody_can_open_is_kept_and_says_so(tmp_path, migrated_file) -> None:
    """The key was lost, or is another one: the record has a copy, and nobody is told that photographs are safe."""
    data, out = tmp_path / "data", tmp_path / "out"
    for folder in (data, out):
        folder.mkdir(mode=0o700)
    shutil.copy(migrated_file, data / "wheal.sqlite3")
    Vault(data / "vault", (Key(bytes(32)),)).put([b"a leaflet"], about="anything")
    (data / "vault-key").write_text(b64encode(b"another key that opens no file. ").decode())
    (data / "vault-key").chmod(0o600)
    keys.add(data, str(Identity.generate().to_public()))
    (data / names.FILE).write_text("0a1b2c3d")
    last = names.of_backup("0a1b2c3d", datetime.now(UTC) - timedelta(seconds=2), is_whole=True)
    (out / last).write_bytes(names.SEALED)  # of last night, when the key was there
    done = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "backup", "--data", str(data), "--to", str(out), "--keep", "1,0,0"],
        env=environment(data), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    for words in (
        "1 files were sealed with key",
        "nobody can open them",
        "The backup is kept",
        "no older one was dropped",
    ):
        assert words in done.stderr
    assert len(list(out.iterdir())) == 2
    assert (out / last).exists()


def test_the_doctor_says_what_is_missing_and_is_content_once_it_is_there(site, wheal, tmp_path) -> None:
    site.chmod(0o755)
    (site / "vault-key").chmod(0o644)
    code, said = wheal("doctor", "--data", site)
    assert code == 1
    for words in (
        "data can be read by others",
        "vault-key can be read by others",
        "no backup is made at night",
    ):
        assert words in said
    assert "protected by the database" in said


PLAIN = {"wheal.sqlite3": b"a database", "vault/ab/" + FILE: b"a photograph" * 9000, "secret-key": b"secret"}


@pytest.fixture
def one(tmp_path) -> tuple[Path, Identity]:
    """A sealed backup of three files, made without a site."""
    data, identity = tmp_path / "data", Identity.generate()
    for name, held in PLAIN.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(held)
    manifest = content.Manifest(made_at="2026-11-25", wheal="0", engine="sqlite", vault_key=False)
    write = partial(content.write, data=data, database=data / "wheal.sqlite3", manifest=manifest)
    sealed.write(tmp_path / "one.age", [identity.to_public()], write)
    return tmp_path / "one.age", identity


def test_what_a_kill_left_of_a_restore_does_not_stand_in_the_way(one, tmp_path) -> None:
    (tmp_path / ".new.part").mkdir()
    (tmp_path / ".new.part" / "half").touch()
    assert restored(*one, tmp_path / "new") == PLAIN


def test_what_somebody_is_restoring_is_left_to_them(one, tmp_path) -> None:
    (tmp_path / ".new.part").mkdir()
    with (
        scratch.held(tmp_path / ".new.part"),
        pytest.raises(restoring.NotRestored, match="being restored already"),
    ):
        restored(*one, tmp_path / "new")


def test_only_what_nobody_holds_is_cleared_away(tmp_path) -> None:
    (tmp_path / ".trial-killed").mkdir()
    with scratch.folder(tmp_path, ".trial-") as ours:
        scratch.clear(tmp_path, *scratch.OF_THE_DATA)
        assert list(tmp_path.iterdir()) == [ours]
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_the_disk_refuses_says_so_and_leaves_nothing(tmp_path) -> None:
    (tmp_path / "wheal.sqlite3").write_bytes(b"no database, but as long as one" * 300)
    database = {"ENGINE": "sqlite", "NAME": tmp_path / "wheal.sqlite3"}
    with pytest.raises(snapshot.CannotCopy, match="cannot be copied to"):
        snapshot.take(database, tmp_path / "snapshots")
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path) -> None:
    """Its disk is not mounted: what was written there would fill another one, and be nowhere after the next mount."""
    with pytest.raises(making.NotMade, match="is its disk mounted"):
        making.make(tmp_path / "mnt" / "other-machine")
    assert list(tmp_path.iterdir()) == []


def test_root_is_sent_to_the_account_whose_record_it_is(tmp_path, monkeypatch) -> None:
    (tmp_path / "wheal.sqlite3").touch()
    if os.geteuid() == 0:
        os.chown(tmp_path / "wheal.sqlite3", 12345, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(PermissionError, match="what root writes there"):
        console.as_its_account(tmp_path)
    with pytest.raises(PermissionError, match="what root writes there"):
        starting.writable(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["wheal.sqlite3"]


def restored(backup: Path, identity: Identity, to: Path) -> dict[str, bytes]:
    restoring.restore(backup, [identity], to)
    return {path.relative_to(to).as_posix(): path.read_bytes() for path in to.rglob("*") if path.is_file()}


def test_an_address_for_a_record_that_was_kept_in_a_file_is_refused_and_the_way_is_named(
    one, tmp_path
) -> None:
    backup, identity = one
    with pytest.raises(restoring.NotRestored, match="wheal move --data"):
        restoring.restore(backup, [identity], tmp_path / "new", url="postgresql://h/d")
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / ".new.part").exists()


def test_what_is_restored_is_closed_to_others_at_every_level(one, tmp_path) -> None:
    before = os.umask(0o022)
    try:
        restored(*one, tmp_path / "new")
    finally:
        os.umask(before)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").rglob("*"))


def test_no_address_of_a_database_of_now_or_before_is_in_a_backup(tmp_path) -> None:
    for name in ("database-url", "database-url.moved", "database-url.before-20261126T013000Z", "secret-key"):
        (tmp_path / name).touch()
    assert [path.name for path in content.files_of(tmp_path)] == ["secret-key"]


def test_the_trial_reaches_the_server_in_every_way_that_the_address_says() -> None:
    """After a failover the first address is the standby's, which takes no changes."""
    from psycopg.conninfo import conninfo_to_dict

    said = (
        "postgresql://w:p@a,b/clinic?target_session_attrs=read-write&sslcert=/c&sslkey=/k&options=-cx.y%3D1"
    )
    assert conninfo_to_dict(databases.beside(said, "trial")) == {
        "host": "a,b", "user": "w", "password": "p", "dbname": "trial", "target_session_attrs": "read-write",
        "sslcert": "/c", "sslkey": "/k", "options": "-cx.y=1", "sslmode": "verify-full",
        "port": ",",
    }  # fmt: skip


def test_every_file_comes_back_as_it_was(one, tmp_path) -> None:
    assert restored(*one, tmp_path / "new") == PLAIN


@pytest.mark.parametrize("at", [0, 40, 200, 5000, 70_000, -1])
def test_one_altered_byte_is_noticed_and_nothing_is_left(one, tmp_path, at) -> None:
    backup, identity = one
    held = bytearray(backup.read_bytes())
    held[at] ^= 1
    backup.write_bytes(held)
    with pytest.raises(restoring.NotRestored, match="cannot be opened"):
        restored(backup, identity, tmp_path / "new" / "data")
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_backup_that_was_cut_off_is_noticed(one, tmp_path, share) -> None:
    backup, identity = one
    held = backup.read_bytes()
    backup.write_bytes(held[: int(len(held) * share)])
    with pytest.raises(restoring.NotRestored, match="cannot be opened"):
        restored(backup, identity, tmp_path / "new")


def test_another_key_opens_nothing(one, tmp_path) -> None:
    with pytest.raises(restoring.NotRestored, match="another key"):
        restored(one[0], Identity.generate(), tmp_path / "new")


def test_what_reaches_out_of_the_folder_is_refused(tmp_path) -> None:
    """Somebody with the public key can seal whatever they like."""
    identity = Identity.generate()

    def write(stream) -> None:
        import tarfile

        with tarfile.open(mode="w|", fileobj=stream) as archive:
            told = tarfile.TarInfo("../outside")
            archive.addfile(told)

    sealed.write(tmp_path / "bad.age", [identity.to_public()], write)
    with pytest.raises(restoring.NotRestored, match="no plain file of the clinic's folder"):
        restored(tmp_path / "bad.age", identity, tmp_path / "new" / "data")
    assert not (tmp_path / "new" / "outside").exists()


def test_a_file_that_the_list_does_not_name_is_refused(tmp_path) -> None:
    identity = Identity.generate()

    def write(stream) -> None:
        import tarfile

        with tarfile.open(mode="w|", fileobj=stream) as archive:
            archive.addfile(tarfile.TarInfo("secret-key"))
            content._add_bytes(
                archive, content.MANIFEST, b'{"made_at":"","wheal":"","engine":"sqlite","vault_key":true}'
            )

    sealed.write(tmp_path / "bad.age", [identity.to_public()], write)
    with pytest.raises(restoring.NotRestored, match="secret-key is not listed"):
        restored(tmp_path / "bad.age", identity, tmp_path / "new")


@pytest.mark.parametrize("text", ["", "# a remark\n", "age1nonsense\n", "AGE-SECRET-KEY-1\n"])
def test_without_a_key_to_seal_for_nothing_is_written(tmp_path, text) -> None:
    (tmp_path / keys.FILE).write_text(text)
    with pytest.raises(keys.KeyRefused):
        keys.recipients(tmp_path)


def test_a_disk_that_is_full_is_told_and_nothing_half_sealed_is_taken_for_a_backup() -> None:
    def much(stream) -> None:
        for _ in range(64):
            stream.write(os.urandom(1 << 16))

    with pytest.raises(OSError, match="No space left"):
        sealed.write(Path("/dev/full"), [Identity.generate().to_public()], much)


@pytest.mark.parametrize("command", ["verify", "check-stock", "nightly", "rejudge", "backup"])
def test_a_mistyped_folder_is_told_and_none_is_made(tmp_path, monkeypatch, capsys, command) -> None:
    monkeypatch.delenv(databases.URL, raising=False)
    typed, to = tmp_path / "mistyped", ["--to", str(tmp_path)] if command == "backup" else []
    assert cli.main([command, "--data", str(typed), *to]) == 1
    assert (typed.exists(), "holds no clinic's data" in capsys.readouterr().err) == (False, True)


def test_a_key_is_never_written_over(tmp_path) -> None:
    keys.make(tmp_path / "key")
    with pytest.raises(keys.KeyRefused, match="File exists"):
        keys.make(tmp_path / "key")


def failing(cause: Exception) -> OperationalError:
    problem = OperationalError("disk I/O error")
    problem.__cause__ = cause
    return problem


def of_sqlite(code: int) -> sqlite3.OperationalError:
    problem = sqlite3.OperationalError("disk I/O error")
    problem.sqlite_errorcode = code
    return problem


@pytest.mark.parametrize(
    ("cause", "free", "what", "do"),
    [
        (of_sqlite(sqlite3.SQLITE_IOERR), 0, "the disk is full", "make room"),
        (of_sqlite(sqlite3.SQLITE_FULL), 1 << 30, "the disk is full", "make room"),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), 1 << 30, "cannot be opened", "whose the files"),
        (of_sqlite(sqlite3.SQLITE_CORRUPT), 1 << 30, "is damaged", "restore the last backup"),
        (psycopg.errors.InsufficientPrivilege(), 1 << 30, "may not read the tables", "as their owner"),
        (psycopg.OperationalError(), 1 << 30, "does not answer", "start it"),
    ],
)
def test_each_reason_for_which_a_database_is_silent_has_its_own_cure(
    tmp_path, monkeypatch, cause, free, what, do
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    told = examined_files.silent(tmp_path, failing(cause))
    assert (told.level, what in told.what, do in told.do) == (WRONG, True, True), told
    assert isinstance(told, Told)
