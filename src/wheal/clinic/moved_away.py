"""A record that has moved takes no more events, so that a server that still runs on it can acknowledge nothing."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

WORDS = "this record has moved to another database: restart the server"


class CannotMove(Exception):
    """Says what to mend. The record is where it was."""


_CLOSE = {
    "sqlite": (
        "CREATE TRIGGER audit_event_has_moved BEFORE INSERT ON audit_event "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_event_has_moved() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER audit_event_has_moved BEFORE INSERT ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_has_moved()",
    ),
}


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


def close(source: BaseDatabaseWrapper) -> None:
    """Within the transaction that moved it. Whoever wants it back as it was drops `audit_event_has_moved`."""
    with source.cursor() as cursor:
        for statement in _CLOSE[source.vendor]:
            cursor.execute(statement)
