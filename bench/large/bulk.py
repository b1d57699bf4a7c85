"""Rows by the million into either engine: guards and indexes off, rows in, indexes and guards on again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any, Protocol

Rows = Iterable[Sequence[Any]]


class Bulk(Protocol):
    """`zone` goes behind a moment written as text."""

    zone: str

    def template(self, table: str, pk: int) -> dict[str, Any]: ...
    def begin(self) -> None: ...
    def load(self, table: str, columns: Sequence[str], rows: Rows) -> None: ...
    def end(self) -> None: ...
    def size(self) -> dict[str, int]: ...


def bulk() -> Bulk:
    from django.db import connection

    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


class SQLite:
    zone = ""

    def __init__(self) -> None:
        from django.conf import settings

        self.connection = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
        self.later: list[str] = []

    def template(self, table: str, pk: int) -> dict[str, Any]:
        return dict(self.connection.execute(f"SELECT * FROM {table} WHERE id = ?", [pk]).fetchone())

    def begin(self) -> None:
        held = "FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type"
        for kind, name, sql in self.connection.execute(f"SELECT type, name, sql {held}").fetchall():
            self.connection.execute(f"DROP {kind} {name}")
            self.later.append(sql)

    def load(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        named, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        self.connection.execute("BEGIN")
        self.connection.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)
        self.connection.execute("COMMIT")

    def end(self) -> None:
        for sql in self.later:
            self.connection.execute(sql)
        self.connection.executescript("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")
        self.connection.close()

    def size(self) -> dict[str, int]:
        """Bytes of each table with its indexes."""
        from django.conf import settings

        sizes = "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
        with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as connection:
            return dict(connection.execute(sizes).fetchall())


class PostgreSQL:
    zone = "+00"

    def __init__(self) -> None:
        from django.db import connection

        parameters = connection.get_connection_params() | {"options": "", "cursor_factory": None}
        self.connection = connection.Database.connect(
            **{name: value for name, value in parameters.items() if name != "cursor_factory"}, autocommit=True
        )
        self.connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        self.tables = [
            name for (name,) in self._all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        self.later: list[str] = []

    def _all(self, sql: str) -> list[Any]:
        return self.connection.execute(sql).fetchall()

    def template(self, table: str, pk: int) -> dict[str, Any]:
        """As text, which COPY reads."""
        named = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
        columns = [name for (name,) in self._all(f"{named} ORDER BY ordinal_position")]
        told = ", ".join(f'"{name}"::text' for name in columns)
        return dict(zip(columns, self._all(f"SELECT {told} FROM {table} WHERE id = {pk}")[0], strict=True))

    def begin(self) -> None:
        for table in self.tables:
            self.connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        free = "indexname NOT IN (SELECT conname FROM pg_constraint) AND schemaname = 'public'"
        for name, sql in self._all(f"SELECT indexname, indexdef FROM pg_indexes WHERE {free}"):
            self.connection.execute(f'DROP INDEX "{name}"')
            self.later.append(sql)

    def load(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        named = ", ".join(f'"{name}"' for name in columns)
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def end(self) -> None:
        for sql in self.later:
            self.connection.execute(sql)
        for table in self.tables:
            self.connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        counted = "SELECT table_name FROM information_schema.columns WHERE column_name = 'id' AND is_identity = 'YES'"
        for (table,) in self._all(counted):
            self.connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM {table}"
            )
        self.connection.execute("UPDATE audit_counted SET last = (SELECT max(id) FROM audit_event)")
        self.connection.execute("VACUUM ANALYZE")
        self.connection.close()

    def size(self) -> dict[str, int]:
        """Bytes of each table with its indexes and what is kept out of line."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = 'public'::regnamespace"
            )
            return dict(cursor.fetchall())
