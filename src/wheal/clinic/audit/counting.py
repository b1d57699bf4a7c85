"""PostgreSQL counts events beside the audit, as SQLite does by itself: a number never comes back after its row is gone.

Its sequences will not do: they also count what was rolled back.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LAST = {
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = 'audit_event'",
    "postgresql": "SELECT last FROM audit_counted",
}
"""SQL of the id of the last event that was ever added."""

_COUNT = (
    "CREATE TABLE audit_counted (last bigint NOT NULL)",
    "INSERT INTO audit_counted SELECT coalesce(max(id), 0) FROM audit_event",
    "CREATE FUNCTION audit_event_counts() RETURNS trigger AS $$ "
    "BEGIN UPDATE audit_counted SET last = NEW.id; RETURN NULL; END $$ LANGUAGE plpgsql SET search_path = {}, pg_temp",
    "CREATE TRIGGER audit_event_counts AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_counts()",
)
_FORGET = (
    "DROP TRIGGER audit_event_counts ON audit_event",
    "DROP FUNCTION audit_event_counts()",
    "DROP TABLE audit_counted",
)


def count(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in _COUNT:
            editor.execute(statement.replace("{}", schema_of(editor)))


def forget(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in _FORGET:
            editor.execute(statement)


def schema_of(editor: BaseDatabaseSchemaEditor) -> str:
    """Where the tables of the site are; functions of triggers look nowhere else."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])
