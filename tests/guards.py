"""The triggers of the database that a test runs on, seen and taken away by plain SQL."""

from __future__ import annotations

from django.db import connection

TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


def triggers() -> list[tuple[str, str]]:
    """Each with its table."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return list(cursor.fetchall())


def take_away_triggers() -> None:
    held = triggers()
    connection.check_constraints()  # what waits for the end of the transaction would be in the way
    with connection.cursor() as cursor:
        for name, table in held:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{on}')
