"""Statements that alter, remove or insert a fixed row behind the back of the site, drawn by chance."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps
from django.db import connection
from django.db.models import Model

from wheal.clinic.audit import chain

COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{}') WHERE name <> 'id'",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = '{}' AND column_name <> 'id'",
}
ANOTHER = {  # by engine and by what stands in the column: SQL of another value, {} being the column
    "sqlite": {
        "bytes": ["zeroblob(length({}))", "CAST(X'FFFE' AS TEXT)"],
        "JSONField": ["json_array({}, 'more')"],
        "DateTimeField": ["datetime({}, '-1 day')"],
        "DateField": ["date({}, '-1 day')"],
        "DecimalField": ["{} + 1"],
        "text": ["{} || '9'", "CAST(X'FFFE' AS TEXT)"],
    },
    "postgresql": {
        "bytes": ["decode(repeat('00', length({})), 'hex')", "''"],
        "JSONField": ["jsonb_build_array({}, 'more')"],
        "DateTimeField": ["{} - interval '1 day'", "'infinity'"],
        "DateField": ["{} - 1"],
        "DecimalField": ["{} + 1", "'NaN'"],
        "text": ["{} || '9'", "chr(65534)"],
    },
}
"""Among them no text, no number, no date: what a careless hand leaves."""


def fixed_tables() -> list[str]:
    return ["audit_event", "audit_whose", *(model._meta.db_table for model in chain.fixed_models())]


def held_tables() -> list[str]:
    """Of what records name. A row more among them is nobody's record, and is not looked for."""
    return [model._meta.db_table for model in chain.held_models()]


def drawn(chance: random.Random, rows: list[tuple[str, int]] | None = None) -> str:
    """`rows`: (table, id) of those that are fixed, where others stand beside them."""
    rows = rows or [(table, pk) for table in [*fixed_tables(), *held_tables()] for pk in ids(table)]
    tables = sorted({table for table, _ in rows})
    table = chance.choice(tables)
    pk = chance.choice([row for name, row in rows if name == table])
    how = chance.choice(["alter", "alter", "remove", "insert"])
    if how == "remove":
        return f"DELETE FROM {table} WHERE id = {pk}"
    if (
        how == "insert"
        and table not in held_tables()
        and table not in ("treatments_plan", "treatments_session")
    ):
        return copied(table, pk)
    return altered(table, pk, chance)


def altered(table: str, pk: int, chance: random.Random) -> str:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    names = [name for name in chain.columns_of(model) if name != "id" and of(table, pk, name) is not None]
    name = chance.choice(names)
    new = another(model, name, of(table, pk, name), chance)
    return f'UPDATE {table} SET "{name}" = {new} WHERE id = {pk}'


def another(model: type[Model], name: str, was: object, chance: random.Random) -> str:
    """SQL of a value that is not the one that stands."""
    if isinstance(was, bool):
        return f'NOT "{name}"'
    if isinstance(was, int | float):
        return str(was + 1 if was != 1 else 0)
    kind = {field.attname: field.get_internal_type() for field in model._meta.concrete_fields}[name]
    if isinstance(was, bytes):
        kind = "bytes"
    known = ANOTHER[connection.vendor]
    if isinstance(was, Decimal | datetime | date):
        assert kind in known, kind
    return chance.choice(known.get(kind, known["text"])).replace("{}", f'"{name}"')


def copied(table: str, pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS[connection.vendor].format(table))
        columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute(f"SELECT max(id) + 1 FROM {table}")
        (new,) = cursor.fetchone()
    unlike = {"treatments_mix": ('"label"', "'Z'")}.get(table, ("", ""))
    taken = columns.replace(*unlike) if unlike[0] else columns
    return f"INSERT INTO {table} (id, {columns}) SELECT {new}, {taken} FROM {table} WHERE id = {pk}"


def ids(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY id")
        return [pk for (pk,) in cursor.fetchall()]


def of(table: str, pk: int, name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{name}" FROM {table} WHERE id = {pk}')
        return cursor.fetchone()[0]
