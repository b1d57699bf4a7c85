"""`wheal doctor`: what is wrong with this installation, in words, and what to do about it. It changes nothing."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wheal.clinic import console, databases, examined_files, examined_left, examined_wall, moved_away
from wheal.clinic.examined import LOOK, WELL, WRONG, Told

if TYPE_CHECKING:
    from wheal.clinic.audit.models import NightlyJob

LARGE_LOG = 256 << 20
TO_BACK_UP = "name a folder in WHEAL_BACKUPS (docs/how-to/back-up-and-restore.md)"


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
    try:
        console.settle(args.data)
    except OSError as problem:
        return _summary([examined_files.closed(args.data, problem)])
    logging.disable(logging.CRITICAL)  # what a driver says beside it is in the answer, in words
    try:
        return _summary(examine(args.data.resolve(), datetime.now(UTC)))
    finally:
        logging.disable(logging.NOTSET)


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
    yield from _readable(data, lambda: examined_files.folder(data, now))
    yield from _settings()
    broken = list(_database(data))
    yield from broken or [Told(WELL, "the database answers, and its tables are those of this version")]
    if any(told.level == WRONG for told in broken):
        return
    checks: list[Callable[[], Iterator[Told]]] = [
        _holds_up,
        _standby,
        lambda: _clock(now),
        lambda: _guards(data),
        lambda: examined_wall.roles_and_wall(data),
        lambda: _checkpoints(data, now),
        lambda: _nights(data, now),
        lambda: examined_files.backups(data, now),
        lambda: examined_left.databases_left(data, now),
        lambda: examined_files.photographs(data),
    ]
    for check in checks:
        yield from _readable(data, check)


def _readable(data: Path, check: Callable[[], Iterator[Told]]) -> Iterator[Told]:
    """What cannot be read is told, and the next is looked at."""
    try:
        yield from check()
    except OSError as problem:
        yield examined_files.closed(data, problem)


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


def _database(data: Path) -> Iterator[Told]:
    """What keeps the site from answering."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        why = databases.silent(connection)
        yield examined_files.unreached(why) if why else examined_files.silent(data, problem)
        return
    if waiting:
        yield _waiting(data, len(waiting))
    if moved_away.is_closed(connection):
        yield Told(WRONG, moved_away.HAS_MOVED, moved_away.way_out(connection))
    if connection.vendor == "sqlite":
        yield from _file(Path(str(connection.settings_dict["NAME"])))


def _waiting(data: Path, count: int) -> Told:
    """Whoever went back does not want to be sent forward again."""
    upgrade = f"start `wheal serve --data {data}` once"
    if back := examined_left.taken_back(data):
        return Told(
            WRONG,
            f"{count} changes of the tables are waiting: `wheal back` returned on {back:%Y-%m-%d %H:%M} UTC to how the "
            "record was before an upgrade",
            f"to stay there, install the version of Wheal that you had before it; to upgrade, {upgrade}",
        )
    return Told(WRONG, f"{count} changes of the tables are waiting", upgrade)


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


def _holds_up() -> Iterator[Told]:
    from wheal.clinic import standby

    if (held_up := standby.holds_up()) is None:
        return
    if not held_up:
        yield Told(WELL, "the standby that has to have every entry follows")
        return
    yield Told(
        WRONG,
        "the standby that has to have every entry (synchronous_standby_names) does not follow: nothing can be saved",
        "start it; where it is lost, on the first: ALTER SYSTEM SET synchronous_standby_names = ''; "
        "SELECT pg_reload_conf(); and make a new one (docs/how-to/deploy.md, 4)",
    )


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


def _guards(data: Path) -> Iterator[Told]:
    """The triggers that keep fixed rows as they are."""
    from wheal.clinic.audit import guarded

    open_ones = guarded.unguarded()
    for table in open_ones:
        yield Told(
            WRONG,
            f"{table} is not protected by the database",
            f"run `wheal verify --data {data}`, ask who took it away, then `wheal manage --data {data} guards` puts it "
            "back (on PostgreSQL as the owner of the tables); verify again after it",
        )
    if not open_ones:
        yield Told(WELL, f"{len(guarded.tables())} tables of fixed rows are protected by the database")


def _checkpoints(data: Path, now: datetime) -> Iterator[Told]:
    from wheal.clinic import examined_checkpoints

    yield from examined_checkpoints.checkpoints_of(data, now)


def _nights(data: Path, now: datetime) -> Iterator[Told]:
    from wheal.clinic.audit.models import NightlyJob

    yield from _told_of(NightlyJob.objects.all(), f"wheal nightly --data {data}", now)


def _told_of(jobs: Iterable[NightlyJob], nightly: str, now: datetime) -> Iterator[Told]:
    """Those that have not run yet in one line: a new site has not run any."""
    from wheal.clinic.operations.nights import Stood, stood

    waiting = []
    for job in jobs:
        if not job.ended_at and stood(job, now) in (Stood.NEW, Stood.MISSED):
            waiting.append(job.name)
        else:
            yield _night(job, nightly, now)
    if waiting:
        yield Told(LOOK, f"{', '.join(waiting)}: not run yet", _to_run(nightly))


def _to_run(nightly: str) -> str:
    return f"the site must run at night, or run `{nightly}`"


def _night(job: NightlyJob, nightly: str, now: datetime) -> Told:
    from wheal.clinic.audit.verifying import in_words
    from wheal.clinic.operations.nights import Stood, stood

    ended = f"{job.ended_at:%Y-%m-%d %H:%M} UTC" if job.ended_at else ""
    begun = f"{job.begun_at:%Y-%m-%d %H:%M} UTC" if job.begun_at else ""
    match stood(job, now):
        case Stood.LEFT_OUT:
            why = job.outcome["left_out"]
            return Told(LOOK, f"{job.name} came up at {ended} and did nothing: {why}", TO_BACK_UP)
        case Stood.WELL:
            return Told(WELL, f"{job.name} ran at {ended}")
        case Stood.FAILED:
            told = str(job.outcome.get("error", "")).strip().splitlines()
            return Told(
                WRONG, f"{job.name} failed at {ended}: {told[-1] if told else ''}", f"{nightly} tells more"
            )
        case Stood.WRONG:
            first = "; ".join(in_words(said) for said in job.outcome.get("first", [])[:2])
            told = f"{job.name} found something wrong when it last ran{f' ({first})' if first else ''}"
            return Told(WRONG, told, f"{nightly} {job.name}")
        case Stood.UNDER_WAY:
            return Told(LOOK, f"{job.name} began at {begun} and has not ended yet", "look again later")
        case Stood.BROKEN_OFF:
            return Told(LOOK, f"{job.name} began at {begun} and was broken off", _to_run(nightly))
        case Stood.NEW | Stood.MISSED:
            return Told(LOOK, f"{job.name} has not run since {ended}", _to_run(nightly))
