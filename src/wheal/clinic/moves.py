"""`wheal move`: what surrounds the moving itself, so that a folder never has two records that both seem to be the one."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from wheal.clinic import databases

SQLITE = "sqlite"
MOVED = ".moved"  # behind the name of what is kept and no longer used


def run(args: argparse.Namespace) -> int:
    """`args`: data, to. Prints each table with its rows and digest, then what `wheal verify` says there."""
    data, to = Path(args.data).resolve(), "" if args.to == SQLITE else str(args.to)
    if refusal := _refusal(data, to):
        return _told(refusal)
    os.environ |= {"WHEAL_DATA": str(data), "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings"}
    os.environ.setdefault("WHEAL_STATEMENT_TIMEOUT", "0")
    try:
        target = databases.at(to, os.environ, data)
        django.setup()
        moving = import_module("wheal.clinic.moving")
        moved = moving.move(target)
    except (ImproperlyConfigured, moving_refused()) as problem:
        if not to:
            _remove(databases.file(data))
        return _told(str(problem))
    for row in moved:
        print(f"{row.table:40} {row.rows:>12,}  {row.digest[:16]}")
    print(f"{sum(row.rows for row in moved):,} rows in {len(moved)} tables, the same on both sides")
    _switch(data, to)
    return _verified(data)


def moving_refused() -> type[Exception]:
    """It needs the models, which need the settings: asked for only when something was raised."""
    return import_module("wheal.clinic.moving").CannotMove  # type: ignore[no-any-return]


def _refusal(data: Path, to: str) -> str:
    now = databases.url(os.environ, data)
    if not now and not databases.file(data).is_file():
        return f"{data} holds no clinic's data"
    if databases.URL in os.environ:
        return (
            f"{databases.URL} is set here, and would go on naming the old place. Put it into "
            f"{data / databases.URL_FILE} and unset it; then the move changes that file."
        )
    if bool(now) == bool(to):
        return "the record is in PostgreSQL already" if to else "the record is in SQLite already"
    if not to and databases.file(data).exists():
        return f"{databases.file(data)} is there already: move it away first"
    return ""


def _switch(data: Path, to: str) -> None:
    """From now on the folder names the new place; what names or is the old one is kept under another name."""
    kept, file = data / databases.URL_FILE, databases.file(data)
    if to:
        unfinished = kept.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(f"{to}\n", "utf-8")
        unfinished.replace(kept)
        file.rename(file.with_name(file.name + MOVED))
        print(f"The record is in PostgreSQL now. The file it came from is kept as {file.name}{MOVED}")
    else:
        kept.rename(kept.with_name(kept.name + MOVED))
        print(f"The record is in {file.name} now. Where it came from is kept in {kept.name}{MOVED}")


def _verified(data: Path) -> int:
    command = [sys.executable, "-m", "wheal.cli", "verify", "--data", str(data)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 (our own words)


def _remove(file: Path) -> None:
    for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        each.unlink(missing_ok=True)


def _told(reason: str) -> int:
    print(f"wheal: {reason}", file=sys.stderr)
    return 1
