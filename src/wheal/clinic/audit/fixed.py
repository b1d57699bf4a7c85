"""Rows that the database itself keeps from being changed or deleted, on every engine that is supported.

Guard(*fixed("audit_event"))
Guard(*fixed("patients_history", once="OLD.completed_at IS NOT NULL"))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from wheal.clinic.audit.counting import schema_of

Step = Callable[[Apps | None, BaseDatabaseSchemaEditor], None]


class Guard(Operation):
    """A step of a migration that makes or drops triggers. RunPython would build every model anew before each of them,
    for nothing: making the tables of a new clinic took twice as long."""

    def __init__(self, forwards: Step, backwards: Step) -> None:
        self.forwards, self.backwards = forwards, backwards

    def deconstruct(self) -> tuple[str, list[Step], dict[str, object]]:
        return type(self).__name__, [self.forwards, self.backwards], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model changes."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        self.forwards(None, editor)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, before: ProjectState, after: ProjectState
    ) -> None:
        self.backwards(None, editor)

    def describe(self) -> str:
        return "Make or drop a guard of fixed rows"


def fixed(table: str, *, once: str = "", on: Sequence[str] = ("UPDATE", "DELETE")) -> tuple[Step, Step]:
    """Both directions of a migration that refuses `on` for rows of `table` where the SQL of `once` holds."""
    return partial(_refuse, table, once, tuple(on)), partial(_allow, table, tuple(on))


def irreplaceable(table: str, *keys: str) -> tuple[Step, Step]:
    """Both directions of a migration against what takes a row away without a DELETE.

    SQLite's REPLACE: no row may be inserted with an id (or another of the unique `keys`) that is there already.
    PostgreSQL's upsert is an UPDATE, which `fixed` refuses; its TRUNCATE is refused. On both no id may change.
    """
    return partial(_refuse_replacing, table, ("id", *keys)), partial(_allow_replacing, table)


def _refuse_replacing(
    table: str, keys: tuple[str, ...], apps: Apps, editor: BaseDatabaseSchemaEditor
) -> None:
    if editor.connection.vendor == "postgresql":
        moved = " OR ".join(f"NEW.{key} IS DISTINCT FROM OLD.{key}" for key in keys)
        statements = [
            *_postgresql(editor, table, moved, "MOVING"),
            *_postgresql(editor, table, "", "TRUNCATE"),
        ]
    else:
        statements = _sqlite_replacing(table, keys)
    for statement in statements:
        editor.execute(statement)


def _sqlite_replacing(table: str, keys: tuple[str, ...]) -> list[str]:
    """Each key is looked for by itself: told of a column that is almost empty, `a = … OR b = …` reads all rows."""
    taken = " OR ".join(
        f"(NEW.{key} IS NOT NULL AND EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}))"  # noqa: S608 (our own names)
        for key in keys
    )
    moved = " OR ".join(f"NEW.{key} IS NOT OLD.{key}" for key in keys)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_words(table)}'); END"
    return [
        f"CREATE TRIGGER {table}_refuses_replacing BEFORE INSERT ON {table} FOR EACH ROW "
        f"WHEN {taken} {refuse}",
        f"CREATE TRIGGER {table}_refuses_moving BEFORE UPDATE ON {table} FOR EACH ROW WHEN {moved} {refuse}",
    ]


def _allow_replacing(table: str, apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    names = {"postgresql": ("MOVING", "TRUNCATE"), "sqlite": ("REPLACING", "MOVING")}
    _allow(table, names[editor.connection.vendor], apps, editor)


def _refuse(table: str, once: str, on: tuple[str, ...], apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    write = {"sqlite": _sqlite, "postgresql": _postgresql}[editor.connection.vendor]
    for event in on:
        for statement in write(editor, table, once, event):
            editor.execute(statement)


def _sqlite(editor: BaseDatabaseSchemaEditor, table: str, once: str, event: str) -> list[str]:
    only = f"WHEN {once} " if once else ""
    return [
        f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} FOR EACH ROW {only}"
        f"BEGIN SELECT RAISE(ABORT, '{_words(table)}'); END"
    ]


def _postgresql(editor: BaseDatabaseSchemaEditor, table: str, once: str, event: str) -> list[str]:
    """The tables that a test looks into are those of the schema: a temporary one of the same name is not seen."""
    name = _name(table, event)
    refuse = f"RAISE EXCEPTION '{_words(table)}' USING ERRCODE = 'integrity_constraint_violation';"
    test = f"IF {once} THEN {refuse} END IF;" if once else refuse
    row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(event, "NEW")
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {test} RETURN {row}; END $$ "
        f"LANGUAGE plpgsql SET search_path = {schema_of(editor)}, pg_temp",
        f"CREATE TRIGGER {name} BEFORE {'UPDATE' if event == 'MOVING' else event} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION {name}()",
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
