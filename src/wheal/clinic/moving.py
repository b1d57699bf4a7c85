"""`wheal move`: the whole record from one engine to the other, in one transaction, compared row by row afterwards.

Nobody writes meanwhile: the source is read in the turn of a writer. Nothing is left in the target unless every table
has the same number of rows and the same digest over all its columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.db.models.fields import AutoFieldMixin

from wheal.clinic.audit import chain, counting
from wheal.clinic.audit.models import Event

TARGET = "target"
AT_ONCE = 1000
LISTS = ("contenttypes.ContentType", "auth.Permission")
"""What `migrate` itself writes into new tables."""


class CannotMove(Exception):
    """Says what to mend. The record is where it was."""


@dataclass(frozen=True, slots=True)
class Moved:
    table: str
    rows: int
    digest: str


def move(target: dict[str, object]) -> list[Moved]:
    """From the database of the settings to `target`, which is empty or not there yet. Raises CannotMove."""
    connections.settings[TARGET] = connections.configure_settings({DEFAULT_DB_ALIAS: target})[DEFAULT_DB_ALIAS]
    source, new = connections[DEFAULT_DB_ALIAS], connections[TARGET]
    _prepared(source, new)
    try:
        with transaction.atomic(), transaction.atomic(using=TARGET):
            with _unguarded(new):
                for model in reversed(_models()):
                    model._base_manager.using(TARGET)._raw_delete(TARGET)
                for model in _models():
                    _copy(model)
                new.check_constraints()
            _go_on_counting(source, new)
            return [_compared(model) for model in _models()]
    except DatabaseError as problem:
        raise CannotMove(f"the target did not take a row as it is: {str(problem).strip()}") from problem
    finally:
        new.close()


def _models() -> list[type[Model]]:
    """All with a table of their own, those of many-to-many included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def _prepared(source: BaseDatabaseWrapper, new: BaseDatabaseWrapper) -> None:
    """The same tables on both sides, and nobody's rows in the target."""
    held = set(MigrationRecorder(source).applied_migrations())
    try:
        call_command("migrate", database=TARGET, verbosity=0, interactive=False)
    except DatabaseError as problem:
        raise CannotMove(f"the target cannot be prepared: {str(problem).strip()}") from problem
    if held != set(MigrationRecorder(new).applied_migrations()):
        raise CannotMove("the record is of another version: start `wheal serve` on it once, then move it")
    for model in _models():
        if model._meta.label not in LISTS and model._base_manager.using(TARGET).exists():
            raise CannotMove(f"the target is not empty: there are rows in {model._meta.db_table}")


def _copy(model: type[Model]) -> None:
    fields = model._meta.concrete_fields
    rows = model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        # raw: as it is, no moment of saving put in
        model._base_manager.using(TARGET)._insert(some, fields=fields, using=TARGET, raw=True)


@contextmanager
def _unguarded(new: BaseDatabaseWrapper) -> Iterator[None]:
    """Signed sessions come before their parts here, so the guards step aside. They belong to this transaction."""
    tables = [model._meta.db_table for model in _models()]
    with new.cursor() as cursor:
        if new.vendor == "postgresql":
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            held = cursor.fetchall()
            for name, _sql in held:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _name, sql in held:
                cursor.execute(sql)


def _go_on_counting(source: BaseDatabaseWrapper, new: BaseDatabaseWrapper) -> None:
    """No id that was ever given is given again, on the other side neither."""
    with source.cursor() as old, new.cursor() as cursor:
        for model in _models():
            key, table = model._meta.pk, model._meta.db_table
            if not isinstance(key, AutoFieldMixin):
                continue
            last = _last_id(old, source.vendor, table, key.column)
            if new.vendor == "postgresql":
                if last:
                    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, key.column, last])
                if model is Event:
                    cursor.execute("UPDATE audit_counted SET last = %s", [last])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def _last_id(old: Any, vendor: str, table: str, column: str) -> int:
    if table == Event._meta.db_table:
        old.execute(counting.LAST[vendor])
    elif vendor == "postgresql":
        old.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [table, column])
    else:
        old.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    (last,) = old.fetchone() or (0,)
    return last or 0


def _compared(model: type[Model]) -> Moved:
    here, there = (_digest(model, using) for using in (DEFAULT_DB_ALIAS, TARGET))
    if here != there:
        raise CannotMove(f"{model._meta.db_table} did not arrive as it was: {here[0]} rows here, {there[0]} there")
    return Moved(model._meta.db_table, *here)


def _digest(model: type[Model], using: str) -> tuple[int, str]:
    rows, whole = 0, sha256()
    columns = [field.attname for field in model._meta.concrete_fields]
    for pk, digest in chain.each_digest(model._base_manager.using(using).all(), columns):
        rows += 1
        whole.update(f"{pk}:{digest}\n".encode())
    return rows, whole.hexdigest()
