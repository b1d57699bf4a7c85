"""`wheal move`: what surrounds the moving, so that a folder never has two records that both seem to be the one."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from wheal.clinic import console, databases
from wheal.clinic.moved_away import CannotMove, refuse_who_may_not_close

SQLITE = "sqlite"
MOVED = ".moved"  # behind the name of what is kept and no longer used


def run(args: argparse.Namespace) -> int:
    """`args`: data, to. Prints each table with its rows and digest, then what `wheal verify` says there."""
    data, to = Path(args.data).resolve(), "" if args.to == SQLITE else str(args.to)
    if refusal := _refusal(data, to):
        return _told(refusal)
    console.as_its_account(data)
    os.environ |= {"WHEAL_DATA": str(data), "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings"}
    os.environ.setdefault("WHEAL_STATEMENT_TIMEOUT", "0")
    with TemporaryDirectory(prefix=".moving-", dir=data) as scratch:
        try:
            moved = _moved(Path(scratch), to)
        except (ImproperlyConfigured, CannotMove) as problem:
            return _told(str(problem))
        _print(moved)
        _switch(data, to, Path(scratch))
    return _verified(data)


def _moved(scratch: Path, to: str) -> list[Any]:
    """A new file is made in `scratch`, and put among the data when it is whole."""
    target = databases.at(to, os.environ, scratch)
    django.setup()
    moving = import_module("wheal.clinic.moving")  # it needs the models, which need the settings
    refuse_who_may_not_close(connection)
    moving.meet(target)
    _say("Making the tables there")
    _tables(scratch, to)
    moved = moving.move(_say)
    _say("")
    return moved


def _say(words: str) -> None:
    """How far it is, in one line that is written over; nothing where nobody sits before it."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def _tables(scratch: Path, to: str) -> None:
    """In a process for which the target is the only database: what migrations read and write is there."""
    named = {name: said for name, said in os.environ.items() if name != databases.URL}
    said = named | {"WHEAL_DATA": str(scratch)} | ({databases.URL: to} if to else {})
    command = [sys.executable, "-m", "django", "migrate", "-v0"]
    done = subprocess.run(command, env=said, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
    if done.returncode:
        raise CannotMove(f"the tables cannot be made there: {done.stderr.strip().splitlines()[-1]}")


def _refusal(data: Path, to: str) -> str:
    now = databases.url(os.environ, data)
    if not databases.holds_data(os.environ, data):
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


def _print(moved: list[Any]) -> None:
    for row in moved:
        print(f"{row.table:40} {row.rows:>12,}  {row.digest[:16]}")
    print(
        f"{sum(row.rows for row in moved):,} rows in {len(moved)} tables, the same on both sides", flush=True
    )


def _switch(data: Path, to: str, scratch: Path) -> None:
    """From now on the folder names the new place; what names or is the old one is kept under another name."""
    kept, file = data / databases.URL_FILE, databases.file(data)
    if to:
        unfinished = kept.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(f"{to}\n", "utf-8")
        unfinished.replace(kept)
        for each in _files(file):
            if each.exists():
                each.rename(each.with_name(each.name.replace(file.name, file.name + MOVED, 1)))
        print(f"The record is in PostgreSQL now. The file it came from is kept as {file.name}{MOVED}.")
    else:
        databases.file(scratch).rename(file)
        kept.rename(kept.with_name(kept.name + MOVED))
        print(f"The record is in {file.name} now. Where it came from is kept in {kept.name}{MOVED}.")
    print("Start `wheal serve` again: one that ran on the old place can write nothing more.", flush=True)


def _verified(data: Path) -> int:
    command = [sys.executable, "-m", "wheal.cli", "verify", "--only-look", "--data", str(data)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 (our own words)


def _files(file: Path) -> list[Path]:
    """With what SQLite keeps beside it."""
    return [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]


def _told(reason: str) -> int:
    print(f"wheal: {reason}", file=sys.stderr)
    return 1
