"""Writes whose SQL is built once, for what is written with every page and inside every signature.

What a field makes of its value before it is stored is asked of the field each time, exactly as the ORM does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model


class PreparedInsert:
    """One new row. `made`: of each column whose value the database itself makes, the SQL by the kind of database; a %s
    in it takes the value that is handed over under its name."""

    def __init__(self, model: type[Model], made: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._model, self._made = model, made or {}
        self._sql: dict[str, str] = {}  # by the kind of database

    @cached_property
    def _fields(self) -> list[Field]:
        return [one for one in self._model._meta.concrete_fields if not one.primary_key]

    def __call__(self, row: Model, **handed: object) -> None:
        """The row learns its number. What the database made is read when it is asked for."""
        kept_by = connections[DEFAULT_DB_ALIAS]  # once: the name that stands for it looks it up at every use
        values = [
            handed[one.name] if one.name in self._made else _kept(one, row, kept_by, is_new=True)
            for one in self._fields
        ]
        with kept_by.cursor() as cursor:
            cursor.execute(self._text(), values)
            row.pk = cursor.fetchone()[0] if kept_by.vendor == "postgresql" else cursor.lastrowid
        row._state.adding, row._state.db = False, kept_by.alias
        for name in self._made:
            row.__dict__.pop(name, None)

    def _text(self) -> str:
        vendor, quote = connection.vendor, connection.ops.quote_name
        if vendor not in self._sql:
            columns = ", ".join(quote(one.column) for one in self._fields)
            values = ", ".join(self._made.get(one.name, {}).get(vendor, "%s") for one in self._fields)
            answer = f" RETURNING {quote(self._model._meta.pk.column)}" if vendor == "postgresql" else ""
            table = quote(self._model._meta.db_table)
            self._sql[vendor] = f"INSERT INTO {table} ({columns}) VALUES ({values}){answer}"  # noqa: S608 (our own names)
        return self._sql[vendor]


class PreparedUpdate:
    """These fields of one row that is there."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self._model, self._names = model, names

    @cached_property
    def _fields(self) -> list[Field]:
        return [self._model._meta.get_field(name) for name in self._names]

    @cached_property
    def _text(self) -> str:
        quote, table = connection.ops.quote_name, self._model._meta.db_table
        columns = ", ".join(f"{quote(one.column)} = %s" for one in self._fields)
        return f"UPDATE {quote(table)} SET {columns} WHERE {quote(self._model._meta.pk.column)} = %s"  # noqa: S608

    def __call__(self, row: Model) -> None:
        """Raises the model's DoesNotExist where it is gone."""
        kept_by = connections[DEFAULT_DB_ALIAS]
        values = [_kept(one, row, kept_by, is_new=False) for one in self._fields]
        with kept_by.cursor() as cursor:
            cursor.execute(self._text, [*values, row.pk])
            if cursor.rowcount != 1:
                raise self._model.DoesNotExist


def _kept(field: Field, row: Model, by: BaseDatabaseWrapper, *, is_new: bool) -> object:
    return field.get_db_prep_save(field.pre_save(row, is_new), by)
