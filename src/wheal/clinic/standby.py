"""A standby of PostgreSQL that lists are read from, where one is named (WHEAL_REPLICA_URL): `lists.from_standby`.

Nothing is ever written there, and nothing that is read inside a transaction is read there. And whether one that has to
have every entry before it is acknowledged holds up all saving (postgresql/waits.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.models import Model

STANDBY: Final = "standby"
_READS: ContextVar[bool] = ContextVar("this is read from the standby", default=False)

# what is on the first's disk, and the last event of its audit. Both, since after a change of the first the positions of
# a standby that follows nobody any more mean nothing; the seal of an event stands for all events before it
_FIRST = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_flush_lsn()::text END, id, seal "
    "FROM audit_event ORDER BY id DESC LIMIT 1"
)
_HAS_IT = (
    "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn "
    "AND EXISTS (SELECT 1 FROM audit_event WHERE id = %s AND seal = %s)"
)
_BEHIND = "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn())"


class Router:
    """Named in the settings where a standby is."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        return reads()

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: object) -> bool:
        return True  # both hold the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == DEFAULT_DB_ALIAS


def is_named() -> bool:
    return STANDBY in connections.settings


def reads() -> str:
    """The database that is read from here and now."""
    return STANDBY if _READS.get() and not connection.in_atomic_block else DEFAULT_DB_ALIAS


@contextmanager
def read() -> Iterator[None]:
    """Inside, rows come from the standby."""
    before = _READS.set(True)
    try:
        yield
    finally:
        _READS.reset(before)


def has_everything() -> bool:
    """Whether all that was acknowledged until now can be read there. Raises a database's error where it is away."""
    first = _row(DEFAULT_DB_ALIAS, _FIRST)
    if not first or not first[0]:
        return False
    found = _row(STANDBY, _HAS_IT, *first)
    return bool(found and found[0])


def behind() -> int | None:
    """Bytes that it has not taken over yet; None where it does not answer, or follows nobody."""
    try:
        first = _row(DEFAULT_DB_ALIAS, "SELECT pg_current_wal_flush_lsn()::text")
        follows, missing = _row(STANDBY, _BEHIND, *(first or ())) or (False, None)
    except (DatabaseError, InterfaceError):
        return None
    return max(0, int(missing)) if follows and missing is not None else None


def holds_up() -> bool | None:
    """Whether saving waits for one that does not follow; None where none has to have every entry."""
    if connection.vendor != "postgresql":
        return None
    from wheal.clinic.postgresql.waits import HELD_UP  # only where it is used

    asked = f"SELECT {HELD_UP}, current_setting('synchronous_standby_names') <> ''"
    held_up, is_named = _row(DEFAULT_DB_ALIAS, asked) or (False, False)
    return bool(held_up) if held_up or is_named else None


def _row(alias: str, statement: str, *values: object) -> tuple[Any, ...] | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
