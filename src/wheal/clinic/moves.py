"""`wheal move`: what surrounds the moving, so that a folder never has two records that both seem to be the one.

It may be broken off at any step, and is said again then. Until both databases have committed the old one is in use.
From then on the old one is closed, and a mark among the data says that the folder is still to name the new one: whoever
moves again copies anew, or finds every row there already and only names it. Nothing is printed before that is done.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from wheal.clinic import console, databases
from wheal.clinic.moved_away import CannotMove, file_is_closed, refuse_who_may_not_close

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MOVED = ".moved"  # behind the name of what is kept and no longer used
MARK = ".moving"  # says which way a move goes that has not come to its end


def run(args: argparse.Namespace) -> int:
    """`args`: data, to. Prints each table with its rows and digest, then what `wheal verify` says there."""
    data, to = Path(args.data).resolve(), "" if args.to == SQLITE else str(args.to)
    console.as_its_account(data)
    if _is_to_be_tidied(data, to):
        _set_aside(data, to)
        return _ended(data, to, [])
    if refusal := _refusal(data, to):
        return _told(refusal)
    os.environ |= {"WHEAL_DATA": str(data), "DJANGO_SETTINGS_MODULE": "wheal.clinic.settings"}
    os.environ.setdefault("WHEAL_STATEMENT_TIMEOUT", "0")
    with TemporaryDirectory(prefix=".moving-", dir=data) as scratch:
        try:
            moved = _moved(data, Path(scratch), to)
        except (ImproperlyConfigured, CannotMove, OSError) as problem:
            return _told(str(problem))
        try:
            _switch(data, to, Path(scratch))
        except OSError as problem:
            return _told(
                f"every row is there, and {data} could not be changed to name the new place ({problem}). "
                "Mend that, and say the same again."
            )
    return _ended(data, to, moved)


def _moved(data: Path, scratch: Path, to: str) -> list[Any]:
    """A new file is made in `scratch`, and put among the data when it is whole."""
    was_begun = _is_marked(data, to)
    is_there = not to and was_begun and databases.file(data).exists()  # and the folder does not name it yet
    target = databases.at(to, os.environ, data if is_there else scratch)
    django.setup()
    moving = import_module("wheal.clinic.moving")  # it needs the models, which need the settings
    refuse_who_may_not_close(connection)
    moving.meet(target)
    if not is_there:
        _say("Making the tables there")
        _tables(scratch, to)
    _durably(data / MARK, POSTGRESQL if to else SQLITE)
    try:
        moved = moving.move(_say, again=was_begun)
    except CannotMove:
        if not was_begun:
            (data / MARK).unlink()
        raise
    _say("")
    return moved


def _say(words: str) -> None:
    """How far it is, in one line that is written over; nothing where nobody sits before it."""
    if sys.stderr.isatty():
        with suppress(OSError):  # a terminal that has gone away
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
    if not to and databases.file(data).exists() and not _is_marked(data, to):
        return f"{databases.file(data)} is there already: move it away first"
    return ""


def _is_marked(data: Path, to: str) -> bool:
    """Whether a move that way was begun here and has not come to its end."""
    mark = data / MARK
    return mark.exists() and mark.read_text("utf-8").strip() == (POSTGRESQL if to else SQLITE)


def _is_to_be_tidied(data: Path, to: str) -> bool:
    """The folder names the new place, and was broken off before what names or is the old one had its other name."""
    if databases.URL in os.environ or not _is_marked(data, to):
        return False
    file = databases.file(data)
    names_it = bool(databases.url(os.environ, data)) == bool(to) and databases.holds_data(os.environ, data)
    return names_it and not (to and file.exists() and not file_is_closed(file))


def _switch(data: Path, to: str, scratch: Path) -> None:
    """From now on the folder names the new place; what names or is the old one is kept under another name."""
    if to:
        _durably(data / databases.URL_FILE, to)
    elif databases.file(scratch).exists():  # else it was put there by the move that was broken off
        databases.file(scratch).replace(databases.file(data))
        _on_the_disk(data)
    _set_aside(data, to)


def _set_aside(data: Path, to: str) -> None:
    """Of SQLite the address goes last: until then the folder names the old place, and is moved again."""
    kept = [data / databases.URL_FILE] if not to else _files(databases.file(data))
    name = databases.file(data).name if to else databases.URL_FILE
    for each in kept:
        if each.exists():
            each.rename(each.with_name(each.name.replace(name, name + MOVED, 1)))
    (data / MARK).unlink(missing_ok=True)
    _on_the_disk(data)


def _durably(file: Path, said: str) -> None:
    """Whole under its name or not at all, and on the disk, for the account that serves alone."""
    unfinished = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
        written.write(f"{said}\n")
        written.flush()
        os.fsync(written.fileno())
    unfinished.replace(file)
    _on_the_disk(file.parent)


def _on_the_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _ended(data: Path, to: str, moved: list[Any]) -> int:
    """All is done: whether anybody hears so changes nothing."""
    file = databases.file(data).name
    told = [f"{row.table:40} {row.rows:>12,}  {row.digest[:16]}" for row in moved]
    if moved:
        told.append(f"{sum(row.rows for row in moved):,} rows in {len(moved)} tables, the same on both sides")
    if to:
        told.append(f"The record is in PostgreSQL now. The file it came from is kept as {file}{MOVED}.")
    else:
        told.append(
            f"The record is in {file} now. Where it came from is kept in {databases.URL_FILE}{MOVED}."
        )
    told.append("Start `wheal serve` again: one that ran on the old place can write nothing more.")
    _tell("\n".join(told))
    command = [sys.executable, "-m", "wheal.cli", "verify", "--only-look", "--data", str(data)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 (our own words)
    _tell(done.stdout.rstrip("\n"))
    return done.returncode


def _tell(words: str) -> None:
    try:
        print(words, flush=True)
    except OSError:  # nobody reads any more, and what is still to be written goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _files(file: Path) -> list[Path]:
    """With what SQLite keeps beside it."""
    return [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]


def _told(reason: str) -> int:
    print(f"wheal: {reason}", file=sys.stderr)
    return 1
