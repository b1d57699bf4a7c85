"""`wheal restore`: a backup becomes a clinic's folder again, whole or not at all; and the trial of each backup."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from pyrage.x25519 import Identity

from wheal.clinic import databases
from wheal.clinic.backups import content, scratch, sealed


class NotRestored(Exception):
    """Says why. Nothing was left behind."""


def restore(backup: Path, identities: Sequence[Identity], data: Path, *, url: str = "") -> content.Manifest:
    """The clinic's folder as it was, in `data`, which must not be there or be empty.

    `url` leads to an empty database where the record was kept in PostgreSQL. Raises NotRestored.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise NotRestored(f"{data} is not empty: restore into a new folder, and look at it before you use it")
    part = data.with_name(f".{data.name}.part")
    try:
        if scratch.is_left(part):  # of one that was killed
            scratch.remove(part)
        part.mkdir(parents=True, mode=0o700)
    except FileExistsError as problem:
        raise NotRestored(f"{data} is being restored already: {part} is held by another process") from problem
    except OSError as problem:
        raise NotRestored(f"cannot write in {part}: {problem.strerror}") from problem
    try:
        with scratch.held(part):
            return _put(backup, identities, part, data, url)
    except OSError as problem:
        raise NotRestored(f"{problem.strerror}: {problem.filename or data}") from problem


def _put(backup: Path, identities: Sequence[Identity], part: Path, data: Path, url: str) -> content.Manifest:
    """Whole under its name at the end."""
    manifest = _open(backup, identities, part)
    if url and manifest.engine != "postgresql":
        raise NotRestored(
            "the record of this backup was kept in SQLite and becomes a file among the data: leave --database-url out, "
            f"then take it to PostgreSQL with `wheal move --data {data} --to URL`"
        )
    if manifest.engine == "postgresql":
        dump = part / content.database_name("postgresql")
        load(dump, url)
        dump.unlink()  # it would be a second copy of the record
        note(part / databases.URL_FILE, url)
    if data.exists():
        data.rmdir()
    part.rename(data)
    return manifest


@dataclass(frozen=True, slots=True)
class Tried:
    """`said`: what `wheal verify` told. `files`: in words where the files of patients are there and open, or else ""
    and `wrong` says why they do not."""

    said: str
    files: str
    wrong: tuple[str, ...]
    key_is_missing: bool


def verify(data: Path, url: str = "") -> Tried:
    """What is to be said of a restored folder. Raises NotRestored where the record is not what was fixed."""
    said = {name: value for name, value in os.environ.items() if name != databases.URL}
    if (data / "vault-key").exists():  # its own key, and not the one of the site that is running here
        said.pop("WHEAL_VAULT_KEY_FILE", None)
    done = subprocess.run(  # noqa: S603 (our own words)
        [sys.executable, "-m", "wheal.clinic.backups.tried", str(data)],
        env=said | ({databases.URL: url} if url else {}) | {"WHEAL_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = done.stderr.strip().splitlines()[-1:]  # and not the way to it
        raise NotRestored("\n".join(["what was restored cannot be read:", *told]))
    found = json.loads(done.stdout.splitlines()[-1])
    if not found.pop("is_whole"):
        raise NotRestored(f"what was restored is not whole:\n{found['said']}")
    return Tried(**found | {"wrong": tuple(found["wrong"])})


def try_out(backup: Path, identities: Sequence[Identity], *, beside: Path) -> Tried:
    """Restore to a scratch place next to the data, verify there, and clear it away. Raises NotRestored."""
    with scratch.folder(beside, ".trial-") as folder, _scratch_database(folder) as url:
        restore(backup, identities, folder / "data", url=url)
        return verify(folder / "data", url)


def _open(backup: Path, identities: Sequence[Identity], to: Path) -> content.Manifest:
    try:
        return sealed.read(backup, identities, partial(content.extract, to=to))
    except sealed.NotOpened as problem:
        raise NotRestored(
            f"{backup} cannot be opened ({problem}): another key, or a damaged file"
        ) from problem
    except content.Broken as problem:
        raise NotRestored(f"{backup}: {problem}") from problem


def load(dump: Path, url: str) -> None:
    """Into an empty database. Raises NotRestored."""
    if not url:
        raise NotRestored("the record was kept in PostgreSQL: name an empty database with --database-url")
    if tables := _tables(url):
        raise NotRestored(f"the database of --database-url is not empty: it has {tables} tables")
    where, secret = _apart(url)
    command = [
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        f"--dbname={where}",
        str(dump),
    ]
    try:
        done = subprocess.run(  # noqa: S603 (our own words)
            command, env=os.environ | secret, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as problem:
        raise NotRestored("pg_restore is not there: install the PostgreSQL client programs") from problem
    if done.returncode:
        raise NotRestored(f"pg_restore could not load the database: {done.stderr.strip()}")


def _apart(url: str) -> tuple[str, dict[str, str]]:
    """The password goes to a command where others do not see it."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # only where it is used

    said = conninfo_to_dict(url)
    password = said.pop("password", None)
    return make_conninfo(**said), {"PGPASSWORD": str(password)} if password else {}


def _tables(url: str) -> int:
    import psycopg  # only where it is used

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
    except psycopg.Error as problem:
        raise NotRestored(f"cannot reach the database: {problem}") from problem
    return int(found[0]) if found else 0


def note(file: Path, url: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as note:
        note.write(url + "\n")


@contextmanager
def _scratch_database(folder: Path) -> Iterator[str]:
    """Its URL: an empty database on the same server, gone afterwards; "" where the record is kept in a file.

    It is called after `folder`, so that the next trial knows those whose folder is gone, and drops them.
    """
    from django.conf import settings  # only where it is used
    from django.db import Error, connection

    if connection.vendor != "postgresql":
        yield ""
        return
    name = f"{_site(folder.parent)}_{folder.name.removeprefix('.trial-')}"
    try:
        with connection.cursor() as cursor:
            for each, _size in left_databases(folder.parent):
                cursor.execute(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
    except Error as problem:
        raise NotRestored(
            f"no scratch database to try the backup in ({str(problem).strip()}): "
            "allow it (ALTER ROLE … CREATEDB) or back up as a role that may"
        ) from problem
    try:
        yield databases.beside(databases.url(os.environ, settings.DATA), name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _site(data: Path) -> str:
    return f"wheal_trial_{sha256(str(data).encode()).hexdigest()[:8]}"


def left_databases(data: Path) -> list[tuple[str, int]]:
    """Scratch databases of this site whose trial is over, however it ended, with their size in bytes."""
    from django.db import connection  # only where it is used

    if connection.vendor != "postgresql":
        return []
    site = _site(data)
    under_way = {path.name for path in data.glob(".trial-*") if not scratch.is_left(path)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, pg_database_size(oid) FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1",
            [f"{site}_"],
        )
        found = cursor.fetchall()
    return [row for row in found if f".trial-{row[0].removeprefix(f'{site}_')}" not in under_way]
