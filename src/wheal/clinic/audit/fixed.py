"""Rows that the database itself keeps from being changed or deleted, on every engine that is supported.

migrations.RunPython(*fixed("audit_event"))
migrations.RunPython(*fixed("patients_history", once="OLD.completed_at IS NOT NULL"))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def fixed(table: str, *, once: str = "", on: Sequence[str] = ("UPDATE", "DELETE")) -> tuple[Step, Step]:
    """Both directions of a migration that refuses `on` for rows of `table` where the SQL of `once` holds."""
    return partial(_refuse, table, once, tuple(on)), partial(_allow, table, tuple(on))


def irreplaceable(table: str, *keys: str) -> tuple[Step, Step]:
    """Both directions of a migration against SQLite's REPLACE, which takes a row away without a DELETE.

    No row may be inserted with, or moved to, an id (or another unique key) that is there already.
    PostgreSQL has no such statement: its upsert is an UPDATE, which `fixed` refuses.
    """
    return partial(_refuse_replacing, table, ("id", *keys)), partial(_allow_replacing, table)


def _refuse_replacing(
    table: str, keys: tuple[str, ...], apps: Apps, editor: BaseDatabaseSchemaEditor
) -> None:
    if editor.connection.vendor != "sqlite":
        return
    taken = " OR ".join(f"{key} = NEW.{key}" for key in keys)
    there = f"SELECT 1 FROM {table} WHERE {taken}"  # noqa: S608 (our own names)
    moved = " OR ".join(f"NEW.{key} IS NOT OLD.{key}" for key in keys)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_words(table)}'); END"
    editor.execute(
        f"CREATE TRIGGER {table}_refuses_replacing BEFORE INSERT ON {table} FOR EACH ROW "
        f"WHEN EXISTS ({there}) {refuse}"
    )
    editor.execute(
        f"CREATE TRIGGER {table}_refuses_moving BEFORE UPDATE ON {table} FOR EACH ROW WHEN {moved} {refuse}"
    )


def _allow_replacing(table: str, apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TRIGGER {table}_refuses_replacing")
        editor.execute(f"DROP TRIGGER {table}_refuses_moving")


def _refuse(table: str, once: str, on: tuple[str, ...], apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    write = {"sqlite": _sqlite, "postgresql": _postgresql}[editor.connection.vendor]
    for event in on:
        for statement in write(table, once, event):
            editor.execute(statement)


def _sqlite(table: str, once: str, event: str) -> list[str]:
    only = f"WHEN {once} " if once else ""
    return [
        f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} FOR EACH ROW {only}"
        f"BEGIN SELECT RAISE(ABORT, '{_words(table)}'); END"
    ]


def _postgresql(table: str, once: str, event: str) -> list[str]:
    name = _name(table, event)
    test = (
        f"IF {once} THEN RAISE EXCEPTION '{_words(table)}'; END IF;"
        if once
        else f"RAISE EXCEPTION '{_words(table)}';"
    )
    kept = "OLD" if event == "DELETE" else "NEW"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {test} RETURN {kept}; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _allow(table: str, on: tuple[str, ...], apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for event in on:
        name = _name(table, event)
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {name} ON {table}")
            editor.execute(f"DROP FUNCTION {name}()")
        else:
            editor.execute(f"DROP TRIGGER {name}")


def _name(table: str, event: str) -> str:
    return f"{table}_refuses_{event.lower()}"


def _words(table: str) -> str:
    return f"{table}: this row is fixed"
