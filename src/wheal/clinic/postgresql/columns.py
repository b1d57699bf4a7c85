"""Columns that are searched by their first letters compare by code point, whatever language the database sorts in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def by_code_point(table: str, column: str) -> tuple[Step, Step]:
    """Both directions of a migration. SQLite compares so by itself."""
    return partial(_collate, table, column, '"C"'), partial(_collate, table, column, '"default"')


def _collate(table: str, column: str, collation: str, apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            found = editor.connection.introspection.get_table_description(cursor, table)
        size = next(one.display_size for one in found if one.name == column)
        editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({size}) COLLATE {collation}")
