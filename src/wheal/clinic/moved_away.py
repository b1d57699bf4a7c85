"""A record that has moved takes no more events, so that a server that still runs on it can acknowledge nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

WORDS = "this record has moved to another database: restart the server"


class CannotMove(Exception):
    """Says what to mend. The record is where it was."""


_CLOSE = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS audit_event_has_moved BEFORE INSERT ON audit_event "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_event_has_moved() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE TRIGGER audit_event_has_moved BEFORE INSERT ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_has_moved()",
    ),
}

_CLOSED = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'audit_event_has_moved'",
    "postgresql": "SELECT 1 FROM pg_trigger WHERE tgname = 'audit_event_has_moved' "
    "AND tgrelid = to_regclass('audit_event')",
}
_OPEN_AGAIN = {
    "sqlite": 'sqlite3 wheal.sqlite3 "DROP TRIGGER audit_event_has_moved"',
    "postgresql": "DROP TRIGGER audit_event_has_moved ON audit_event (in psql, as the owner of the tables)",
}
HAS_MOVED = "this record has moved to another database and takes nothing more here"

MAY_CLOSE = "SELECT has_schema_privilege(current_schema(), 'CREATE') AND has_table_privilege('audit_event', 'TRIGGER')"


def refuse_who_may_not_close(source: BaseDatabaseWrapper) -> None:
    """Before anything is copied. Raises CannotMove."""
    if source.vendor != "postgresql":
        return
    with source.cursor() as cursor:
        cursor.execute(MAY_CLOSE)
        (may,) = cursor.fetchone()
    if not may:
        raise CannotMove(
            "the old place cannot be closed by this role, which does not own its tables: "
            "write the URL of their owner into database-url, and move again"
        )


def is_closed(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED[connection.vendor])
        return cursor.fetchone() is not None


def file_is_closed(file: Path) -> bool:
    """Of a file of SQLite that the settings do not name."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        return opened.execute(_CLOSED["sqlite"]).fetchone() is not None


def way_out(connection: BaseDatabaseWrapper) -> str:
    """For whoever runs the server: what to do where the folder names a record that is closed."""
    return (
        "where `wheal move` was broken off, say it again with the same --to; where it came to its end, let the folder "
        "name the new place; to go on here, without what was entered there, take the bar away: "
        f"{_OPEN_AGAIN[connection.vendor]}"
    )


def close(source: BaseDatabaseWrapper) -> None:
    """Within the transaction that moved it, also where it is closed already. Whoever wants it back as it was drops
    `audit_event_has_moved`."""
    with source.cursor() as cursor:
        for statement in _CLOSE[source.vendor]:
            cursor.execute(statement)
