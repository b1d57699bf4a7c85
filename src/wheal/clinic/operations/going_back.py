"""`wheal back`: the way back from an upgrade. The copy that was kept before it becomes the record again.

What was entered since is not in the copy; the record as it stands now is set aside beside it, and never lost.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from wheal.clinic import console, databases
from wheal.clinic.backups import restoring
from wheal.clinic.operations import alone
from wheal.clinic.operations.upgrading import MARK

OURS = {"django_migrations", "people_clinic", "audit_event"}


class NoWayBack(Exception):
    """Says why. Nothing was changed."""


def back(args: argparse.Namespace) -> int:
    """`args`: data, to (a snapshot, or None: the last), database_url."""
    data = args.data.resolve()
    try:
        if not data.is_dir():
            raise NoWayBack(f"{data} is no folder")
        console.as_its_account(data)
        if other := alone.hold(data):
            raise NoWayBack(f"{data} is served, by {other}. End that first.")
        kept = _snapshot(data, args.to)
        aside = _file(data, kept) if kept.suffix == ".sqlite3" else _dump(data, kept, args.database_url)
    except (NoWayBack, restoring.NotRestored, OSError) as problem:
        print(f"wheal: {problem}", file=sys.stderr)
        return 1
    (data / MARK).unlink(missing_ok=True)
    print(f"The record is as it was in {kept.name}. What stood there until now: {aside}")
    print(
        "Install the version of Wheal that made it before you serve; this one would change the tables again."
    )
    return 0


def _snapshot(data: Path, asked: Path | None) -> Path:
    suffix = ".pgdump" if databases.url(os.environ, data) else ".sqlite3"
    held = sorted((data / "snapshots").glob(f"wheal-*{suffix}"))
    found = asked or (held[-1] if held else None)
    if found is None or not found.is_file():
        raise NoWayBack(f"there is no {found or f'copy in {data}/snapshots'}: restore a backup")
    return found


def _file(data: Path, kept: Path) -> Path:
    """Whole under its name or not at all: the copy is on the disk before it takes the place."""
    database = databases.file(data)
    aside = database.with_name(f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    new = database.with_name(f"{database.name}.part")
    _sound(kept)
    _in_one_file(database)
    shutil.copyfile(kept, new)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    os.link(database, aside)  # at no moment is there no database
    new.replace(database)
    return aside


def _in_one_file(database: Path) -> None:
    """What its log holds goes into the file, which nobody else may have open for that."""
    try:
        with closing(sqlite3.connect(database)) as opened:
            opened.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as problem:
        raise NoWayBack(
            f"{database} cannot be set aside ({problem}): end what has it open, and try again"
        ) from problem


def _sound(kept: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{kept}?mode=ro&immutable=1", uri=True)) as opened:
            told = opened.execute("PRAGMA quick_check").fetchone()[0]
            names = {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as problem:
        told, names = str(problem), set()
    if told != "ok":
        raise NoWayBack(f"{kept} is damaged ({told}): choose an earlier one with --to, or restore a backup")
    if not names >= OURS:
        raise NoWayBack(f"{kept} is no record of Wheal: name one of the copies in snapshots")


def _dump(data: Path, kept: Path, url: str) -> str:
    """Into another, empty database, whose address the folder names from now on."""
    if databases.URL in os.environ:
        raise NoWayBack(f"{databases.URL} is set: take it away, for it goes before what the folder names")
    file = data / databases.URL_FILE
    before = file.with_name(f"{file.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    restoring.load(kept, url)
    shutil.copy2(file, before)
    restoring.note(file, url)
    return str(before)
