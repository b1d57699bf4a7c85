"""The tables become those of this version: a copy of the data first, one process at a time, and on again after a break.

A file marks an upgrade that has begun and holds the name of the copy. It goes away when all is done, so that whoever
starts the site after a power cut goes on where it broke off, and the copy is of the data as they were before all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor

from wheal.clinic import databases, moved_away, snapshot
from wheal.clinic.operations.starting import CannotStart

MARK = ".upgrading"
TURN = 0x57686562
"""The advisory lock of those who change tables, on PostgreSQL; two servers may start at the same moment."""


class WholeSteps(MigrationExecutor):
    """A step and the note that it was taken are one transaction. Django may note it afterwards, and whoever is killed
    between the two finds at the next start that the tables are there already."""

    def apply_migration(self, state: Any, migration: Any, *how: bool, **named: bool) -> Any:
        if not migration.atomic:
            return super().apply_migration(state, migration, *how, **named)
        connection.disable_constraint_checking()  # within a transaction SQLite would not hear it
        try:
            with transaction.atomic():
                return super().apply_migration(state, migration, *how, **named)
        finally:
            connection.enable_constraint_checking()


def reach() -> None:
    """Raises CannotStart where the database does not answer, or is one that the record has moved away from."""
    if problem := databases.silent(connection):
        raise CannotStart(f"cannot reach the database. {problem}")
    try:
        is_closed = moved_away.is_closed(connection)
    except DatabaseError as problem:
        raise CannotStart(_not_readable(problem)) from problem
    finally:
        let_go()
    if is_closed:
        raise CannotStart(f"{moved_away.HAS_MOVED}. To go on: {moved_away.way_out(connection)}.")


def upgrade() -> None:
    """Raises CannotStart, which says how the data stand."""
    mark = settings.DATA / MARK
    try:
        with _in_turn():
            if _waiting() or mark.exists():
                _change(mark)
    except DatabaseError as problem:
        raise CannotStart(_not_readable(problem)) from problem
    finally:
        let_go()


def let_go() -> None:
    """Workers open connections of their own."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def name_what_was_made() -> None:
    """After the owner of the tables changed them by hand: what that fixed is named in the audit, as after an upgrade
    by the site itself. Else every verification would take it for put in."""
    if not _waiting():
        import_module("wheal.clinic.audit.actions").adopt()


def _waiting() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _change(mark: Path) -> None:
    kept = _kept(mark)
    if connection.vendor == "postgresql":  # a large table may take its time
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    try:
        executor = WholeSteps(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        call_command("migrate", verbosity=0, interactive=False)  # all is done; who wants to hear so does
        import_module("wheal.clinic.audit.actions").adopt()
    except (ProgrammingError, MigrationSchemaMissing) as problem:
        mark.unlink(missing_ok=True)
        raise CannotStart(
            f"this version needs other tables, and this user may not change them ({str(problem).splitlines()[0]}). "
            "Run `wheal manage --data DIR migrate` as their owner."
        ) from problem
    except (DatabaseError, OSError) as problem:
        as_before = f" The data as they were are in {kept}: `wheal back` returns to them." if kept else ""
        raise CannotStart(
            f"the tables could not be changed ({str(problem).strip()}).{as_before} "
            "Mend the reason and start again: it goes on where it broke off."
        ) from problem
    mark.unlink(missing_ok=True)


def _kept(mark: Path) -> str:
    """Where the data are kept as they were before; "" where there was nothing to lose, or nobody wanted a copy."""
    if mark.exists():
        kept = mark.read_text("utf-8")
        print(f"An upgrade was broken off and goes on; the data as they were are kept in {kept}", flush=True)
        return kept
    kept = ""
    if MigrationExecutor(connection).loader.applied_migrations:
        if not settings.WITHOUT_SNAPSHOT:
            kept = _copy()
        mark.write_text(kept, "utf-8")
    return kept


def _copy() -> str:
    try:
        kept = snapshot.take(connection.settings_dict, settings.DATA / "snapshots")
    except (snapshot.CannotCopy, OSError) as problem:
        raise CannotStart(
            f"the tables must change, and a copy of the data cannot be kept first. {problem}. "
            "With a backup of your own, start once with WHEAL_WITHOUT_SNAPSHOT=1."
        ) from problem
    print(f"The tables change; the data as they were are kept in {kept}", flush=True)
    return str(kept)


@contextmanager
def _in_turn() -> Iterator[None]:
    """A folder has one server; a database of PostgreSQL may have more, and the second finds all done."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute(f"SELECT pg_advisory_lock({TURN})")
        try:
            yield
        finally:
            if connection.is_usable():
                cursor.execute(f"SELECT pg_advisory_unlock({TURN})")


def _not_readable(problem: DatabaseError) -> str:
    return (
        f"the database cannot be read ({str(problem).strip()}). Nothing was changed. "
        "`wheal doctor` tells more; where it says that the file is damaged, restore the last backup."
    )
