"""`wheal doctor`: what is wrong with this installation, in words, and what to do about it. It changes nothing."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wheal.clinic import console, databases

WRONG, LOOK, WELL = "wrong", "look", "well"
LEAST_FREE = 1 << 30  # bytes; and never less than the data twice, which a backup's trial needs
LARGE_LOG = 256 << 20


@dataclass(frozen=True, slots=True)
class Told:
    """`level`: wrong (something is lost or open), look (it may become so), well. `do`: what mends it."""

    level: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.what}" + (f"\n       → {self.do}" if self.do else "")


def doctor(args: argparse.Namespace) -> int:
    """`args`: data. 1 where something is wrong, and 0 where there is at most something to look at."""
    if not args.data.is_dir():
        print(f"wheal: {args.data} is no folder", file=sys.stderr)
        return 1
    if gone := databases.lost(os.environ, args.data):
        return _summary([Told(WRONG, gone, databases.TO_FIND_IT)])
    if not databases.holds_data(os.environ, args.data):
        print(f"wheal: {args.data} holds no clinic's data", file=sys.stderr)
        return 1
    _without_a_secret(args.data)
    console.settle(args.data)
    return _summary(examine(args.data.resolve(), datetime.now(UTC)))


def _without_a_secret(data: Path) -> None:
    """Whoever only looks makes none: the settings would."""
    if not (data / "secret-key").exists():
        os.environ.setdefault("WHEAL_SECRET_KEY", secrets.token_urlsafe(50))


def _summary(found: Iterable[Told]) -> int:
    levels = []
    for told in found:
        print(told, flush=True)
        levels.append(told.level)
    print(f"{levels.count(WRONG)} wrong, {levels.count(LOOK)} to look at, {levels.count(WELL)} well")
    return int(WRONG in levels)


def examine(data: Path, now: datetime) -> Iterator[Told]:
    """Everything, as it is found. What needs a database that answers is left out where none does."""
    yield from _folder(data)
    yield from _settings()
    broken = list(_database())
    yield from broken or [Told(WELL, "the database answers, and its tables are those of this version")]
    if any(told.level == WRONG for told in broken):
        return
    checks: list[Callable[[], Iterator[Told]]] = [
        _standby,
        lambda: _clock(now),
        _guards,
        lambda: _checkpoints(data, now),
        lambda: _nights(now),
        lambda: _backups(data, now),
        _vault,
    ]
    for check in checks:
        yield from check()


def _folder(data: Path) -> Iterator[Told]:
    if data.stat().st_mode & 0o077:
        yield Told(WRONG, f"{data} can be read by others than its owner", f"chmod 700 {data}")
    for name in ("secret-key", "vault-key", "checkpoint-key.pem", "database-url"):
        path = data / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield Told(WRONG, f"{path} can be read by others than its owner", f"chmod 600 {path}")
    held = sum(path.stat().st_size for path in data.rglob("*") if path.is_file() and not path.is_symlink())
    free = shutil.disk_usage(data).free
    size = f"{free >> 20} MiB are free beside {held >> 20} MiB of data"
    if free < max(LEAST_FREE, 2 * held):
        yield Told(LOOK, size, "make room: a backup needs as much as the data once more while it is tried")
    else:
        yield Told(WELL, size)
    if os.access(data, os.W_OK):
        return
    yield Told(WRONG, f"{data} cannot be written", "give it to the account that serves")


def _settings() -> Iterator[Told]:
    from django.conf import settings

    if settings.DEBUG:
        yield Told(WRONG, "WHEAL_DEBUG is on: pages of errors show what nobody should see", "unset it")
    others = [host for host in settings.ALLOWED_HOSTS if host not in settings.HERE_ITSELF]
    if others and not settings.HTTPS:
        yield Told(
            WRONG,
            f"browsers on other machines reach {', '.join(others)} without encryption",
            "put a proxy with TLS before it and set WHEAL_HTTPS=1",
        )
    if not settings.PUBLIC_ADDRESS:
        yield Told(
            LOOK,
            "WHEAL_ADDRESS is not set: patients' links carry the address by which staff reached the site, "
            "and reminders no link to refuse them",
            "set it to the address that phones reach",
        )


def _database() -> Iterator[Told]:
    """What keeps the site from answering."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        yield _silent(problem)
        return
    if waiting:
        yield Told(WRONG, f"{len(waiting)} changes of the tables are waiting", "start `wheal serve` once")
    if connection.vendor == "sqlite":
        yield from _file(Path(str(connection.settings_dict["NAME"])))


def _silent(problem: Exception) -> Told:
    from wheal.clinic.operations.troubles import Trouble, trouble

    said = str(problem).strip()
    if trouble(problem) is Trouble.DAMAGED:
        return Told(WRONG, f"the database is damaged: {said}", "stop the site and restore the last backup")
    return Told(WRONG, f"the database does not answer: {said}", "start it, or restore a backup")


def _file(path: Path) -> Iterator[Told]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
            told = [row[0] for row in opened.execute("PRAGMA quick_check")]
    except sqlite3.Error as problem:
        told = [str(problem)]
    if told != ["ok"]:
        yield Told(WRONG, f"{path} is damaged: {told[0]}", "stop the site and restore the last backup")
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        yield Told(LOOK, f"{log} is large: something reads without an end", "restart the site")


def _standby() -> Iterator[Told]:
    from wheal.clinic import standby

    if not standby.is_named():
        return
    missing = standby.behind()
    if missing is None:
        yield Told(
            LOOK,
            "the standby that lists are read from does not answer, or follows nobody: they are read from the first",
            "see to it, or take WHEAL_REPLICA_URL away",
        )
    else:
        yield Told(WELL, f"the standby that lists are read from is {missing} bytes behind")


def _clock(now: datetime) -> Iterator[Told]:
    from wheal.clinic.operations import clock

    if last := clock.look(now):
        yield Told(
            WRONG,
            f"the clock stands at {now:%Y-%m-%d %H:%M} UTC, and the audit has an event of {last:%Y-%m-%d %H:%M}",
            "set the clock: what is written meanwhile bears the wrong day",
        )
    else:
        yield Told(WELL, "the clock does not stand before what was written last")


def _guards() -> Iterator[Told]:
    """The triggers that keep fixed rows as they are."""
    from wheal.clinic.audit import guarded

    open_ones = guarded.unguarded()
    for table in open_ones:
        yield Told(
            WRONG, f"{table} is not protected by the database", "run `wheal verify`, and ask who took it away"
        )
    if not open_ones:
        yield Told(WELL, f"{len(guarded.tables())} tables of fixed rows are protected by the database")


def _checkpoints(data: Path, now: datetime) -> Iterator[Told]:
    from wheal.clinic.audit import standing

    yield from (Told(*each) for each in standing.standing(data, now))


def _nights(now: datetime) -> Iterator[Told]:
    from wheal.clinic.audit.models import NightlyJob
    from wheal.clinic.operations import nights

    for job in NightlyJob.objects.all():
        if job.failed:
            told = str(job.outcome.get("error", "")).strip().splitlines()
            yield Told(
                WRONG, f"{job.name} failed last night: {told[-1] if told else ''}", "wheal nightly tells more"
            )
        elif job.outcome.get("wrong"):
            yield Told(WRONG, f"{job.name} found something wrong last night", f"wheal nightly {job.name}")
        elif job.ended_at is None or nights.has_missed(job, now):
            since = f"since {job.ended_at:%Y-%m-%d %H:%M} UTC" if job.ended_at else "yet"
            yield Told(
                LOOK, f"{job.name} has not run {since}", "the site must run at night, or run `wheal nightly`"
            )
        else:
            yield Told(WELL, f"{job.name} ran at {job.ended_at:%Y-%m-%d %H:%M} UTC")


def _backups(data: Path, now: datetime) -> Iterator[Told]:
    from django.conf import settings

    from wheal.clinic.backups import keys, making
    from wheal.clinic.operations.nights import NIGHT

    if not settings.BACKUPS:
        yield Told(LOOK, "no backup is made at night", "set WHEAL_BACKUPS to a folder of another machine")
        return
    try:
        keys.recipients(data)
    except keys.KeyRefused as problem:
        yield Told(WRONG, str(problem))
    if any(b"AGE-SECRET-KEY-" in path.read_bytes() for path in _small_files(data)):
        yield Told(WRONG, f"the key that opens the backups lies in {data}", "move it off this machine")
    newest = max(making.backups(Path(settings.BACKUPS)), default=None)
    if newest is None or newest < now - 2 * NIGHT:
        found = f"the newest is of {newest:%Y-%m-%d %H:%M} UTC" if newest else "there is none"
        yield Told(
            WRONG, f"{settings.BACKUPS} holds no backup of the last two nights: {found}", "wheal backup"
        )
    else:
        yield Told(WELL, f"the newest backup is of {newest:%Y-%m-%d %H:%M} UTC")


def _small_files(data: Path) -> Iterator[Path]:
    return (path for path in data.iterdir() if path.is_file() and path.stat().st_size < 10_000)


def _vault() -> Iterator[Told]:
    from wheal.clinic.photographs import checking

    looked = checking.look()
    how = (
        "docs/how-to/keep-the-key-of-the-files.md"
        if looked.key_is_missing
        else "wheal manage check_photographs"
    )
    for said in looked.wrong[: checking.TOLD]:
        yield Told(WRONG, said, how)
    if (more := len(looked.wrong) - checking.TOLD) > 0:
        yield Told(WRONG, f"and {more} more of the files of photographs", how)
    if not looked.wrong:
        yield Told(WELL, str(looked))
    if looked.photographs:
        yield _read_to_the_end(looked.photographs)


def _read_to_the_end(count: int) -> Told:
    from wheal.clinic.audit.models import NightlyJob
    from wheal.clinic.photographs import checking

    job = NightlyJob.objects.filter(name=checking.JOB).first()
    told = job.outcome if job else {}
    far = f"{told.get('this_round', 0)} of {count} in this round"
    if ended := told.get("last_round_ended"):
        return Told(
            WELL, f"every photograph was read to its end at night, the last round ended on {ended}; {far}"
        )
    return Told(
        LOOK, f"not every photograph was read to its end at night yet: {far}", "a round takes up to 7 nights"
    )
