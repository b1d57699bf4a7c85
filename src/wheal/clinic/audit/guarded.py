"""The triggers that keep fixed rows as they are: whether they stand."""

from __future__ import annotations

from django.db import connection

from wheal.clinic.audit import chain

_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


def tables() -> list[str]:
    """Those that the database must protect."""
    held = {model._meta.db_table for model in chain.fixed_models()}
    return ["audit_event", "audit_whose", *sorted(held)]


def standing() -> set[str]:
    """The names of the triggers that are there and switched on."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES[connection.vendor])
        return {row[0] for row in cursor.fetchall()}


def unguarded() -> list[str]:
    """Those of them that somebody could change now."""
    held = standing()
    return [table for table in tables() if not {f"{table}_refuses_update", f"{table}_refuses_delete"} <= held]
