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


def close(source: BaseDatabaseWrapper) -> None:
    """Within the transaction that moved it. Whoever wants it back as it was drops `audit_event_has_moved`."""
    with source.cursor() as cursor:
        for statement in _CLOSE[source.vendor]:
            cursor.execute(statement)
