"""Copies of the database, taken before its tables change. A copy is whole even while others write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from wheal.clinic import walls
from wheal.clinic.databases import NAMED

KEPT = 10


class CannotCopy(Exception):
    """Says what to mend."""


def take(database: Mapping[str, object], folder: Path) -> Path:
    """Copy `database`, as the settings name it, into `folder` under the present moment (UTC).

    All but the last ten copies are dropped. Raises CannotCopy.
    """
    is_file = "sqlite" in str(database["ENGINE"])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = ".sqlite3" if is_file else ".pgdump"
    copy = folder / f"wheal-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}{suffix}"
    unfinished = copy.with_suffix(".part")
    unfinished.touch(mode=0o600)
    try:
        _copy_file(Path(str(database["NAME"])), unfinished) if is_file else _dump(database, unfinished)
        unfinished.rename(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"wheal-*{suffix}"))[:-KEPT]:
        old.unlink()
    return copy


def _copy_file(database: Path, to: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as held, closing(sqlite3.connect(to)) as kept:
            held.backup(kept)
    except sqlite3.Error as problem:
        free = shutil.disk_usage(to.parent).free >> 20
        raise CannotCopy(
            f"the database cannot be copied to {to.parent} ({problem}; {free} MiB are free there)"
        ) from problem


def _dump(database: Mapping[str, object], to: Path) -> None:
    """As `pg_restore` reads it. The password goes to the command where others do not see it."""
    from psycopg.conninfo import make_conninfo  # only where it is used

    where = {name: database.get(key) or None for key, name in NAMED.items() if key != "PASSWORD"}
    more = {name: said for name, said in database["OPTIONS"].items() if name not in ("pool", "options")}  # type: ignore[attr-defined]
    command = [
        "pg_dump",
        "--format=custom",
        "--enable-row-security",
        f"--file={to}",
        f"--dbname={make_conninfo(**where, **more)}",
    ]
    all_clinics = {"PGOPTIONS": f"{os.environ.get('PGOPTIONS', '')} -c {walls.SETTING}={walls.EVERY}".strip()}
    secret = {"PGPASSWORD": str(database["PASSWORD"])} if database.get("PASSWORD") else {}
    try:
        done = subprocess.run(  # noqa: S603 (our own words)
            command, env=os.environ | all_clinics | secret, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as problem:
        raise CannotCopy("pg_dump is not there: install the PostgreSQL client programs") from problem
    if done.returncode:
        raise CannotCopy(f"pg_dump could not copy the database: {done.stderr.strip()}")
