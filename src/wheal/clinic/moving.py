"""`wheal move`: the whole record from one engine to the other, in one transaction, compared row by row afterwards.

Nobody writes meanwhile: the source is read in the turn of a writer, and takes no more events once it has moved. Nothing
is left in the target unless every table has the same rows, each with the same digest over all its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, zip_longest
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.db.models.fields import AutoFieldMixin

from wheal.clinic import databases, moved_away
from wheal.clinic.audit import chain, counting
from wheal.clinic.audit.models import Event
from wheal.clinic.moved_away import CannotMove

TARGET = "target"
AT_ONCE = 1000
MADE_BY_MIGRATE = ("contenttypes.ContentType", "auth.Permission")


@dataclass(frozen=True, slots=True)
class Moved:
    """`digest`: SHA-256 over the id and the digest of each row, in their order."""

    table: str
    rows: int
    digest: str


def meet(target: dict[str, object]) -> None:
    """`target`: where it shall go. Raises CannotMove where nobody answers there."""
    configured = connections.configure_settings({DEFAULT_DB_ALIAS: target})
    connections.settings[TARGET] = configured[DEFAULT_DB_ALIAS]
    if problem := databases.silent(connections[TARGET]):
        raise CannotMove(f"the target cannot be reached: {problem}")


def move(say: Callable[[str], None], *, again: bool = False) -> list[Moved]:
    """From the database of the settings to the one that was met, which has tables and no rows. Raises CannotMove.

    `say` is told how far it is, in words. `again`: a move was broken off here. The source may be closed then, and the
    target may have every row already, which is seen by comparing them."""
    source, new = connections[DEFAULT_DB_ALIAS], connections[TARGET]
    try:
        _refuse_what_does_not_fit(source, new)
        if moved_away.is_closed(source) and not again:
            raise CannotMove(f"{moved_away.HAS_MOVED}. To go on: {moved_away.way_out(source)}")
        full = _table_with_rows()
        if full and not again:
            raise CannotMove(f"the target is not empty: there are rows in {full}")
        with transaction.atomic(), transaction.atomic(using=TARGET):
            told = _found_there(say) if full else _filled(source, new, say)
            moved_away.close(source)
            return told
    except IntegrityError as problem:
        raise CannotMove(f"the target does not take a row as it is: {_first(problem)}") from problem
    except DatabaseError as problem:
        raise CannotMove(f"the target cannot be written: {_first(problem)}") from problem
    finally:
        new.close()
        source.close()  # the last one writes what SQLite keeps beside its file into it


def _first(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]


def _filled(source: BaseDatabaseWrapper, new: BaseDatabaseWrapper, say: Callable[[str], None]) -> list[Moved]:
    models = _models()
    with _unguarded(new):
        for model in reversed(models):
            model._base_manager.using(TARGET)._raw_delete(TARGET)
        for at, model in enumerate(models, 1):
            say(f"Copying table {at} of {len(models)}: {model._meta.db_table}")
            _copy(model, new)
        new.check_constraints()
    _go_on_counting(source, new)
    return _all_compared(models, say)


def _all_compared(models: list[type[Model]], say: Callable[[str], None]) -> list[Moved]:
    told = []
    for at, model in enumerate(models, 1):
        say(f"Reading both sides, table {at} of {len(models)}: {model._meta.db_table}")
        told.append(_compared(model))
    return told


def _models() -> list[type[Model]]:
    """All with a table of their own, those of many-to-many included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def _refuse_what_does_not_fit(source: BaseDatabaseWrapper, new: BaseDatabaseWrapper) -> None:
    """The same tables on both sides."""
    held, there = (set(MigrationRecorder(each).applied_migrations()) for each in (source, new))
    if held != there:
        raise CannotMove("the record is of another version: start `wheal serve` on it once, then move it")


def _table_with_rows() -> str:
    """Of the target, one with somebody's rows; "" where there are none."""
    for model in _models():
        if model._meta.label not in MADE_BY_MIGRATE and model._base_manager.using(TARGET).exists():
            return model._meta.db_table
    return ""


def _found_there(say: Callable[[str], None]) -> list[Moved]:
    """What a move that was broken off had brought there. Of a record that was written in since it is not all."""
    try:
        return _all_compared(_models(), say)
    except CannotMove as problem:
        raise CannotMove(
            f"the target is not empty, and does not hold the record as it is now ({problem}): an earlier move that was "
            "broken off filled it, or it is another's. Give an empty one"
        ) from problem


def _copy(model: type[Model], new: BaseDatabaseWrapper) -> None:
    fields = model._meta.concrete_fields
    rows = model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        size = new.ops.bulk_batch_size(fields, some)
        for begin in range(0, len(some), size):
            # raw: as it is, no moment of saving put in
            piece = some[begin : begin + size]
            model._base_manager.using(TARGET)._insert(piece, fields=fields, using=TARGET, raw=True)


@contextmanager
def _unguarded(new: BaseDatabaseWrapper) -> Iterator[None]:
    """Signed sessions come before their parts here, so the guards step aside. They belong to this transaction."""
    tables = [model._meta.db_table for model in _models()]
    with new.cursor() as cursor:
        if new.vendor == "postgresql":
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits would forbid to touch the table
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
            if isinstance(key := model._meta.pk, AutoFieldMixin):
                last = _last_id(old, source.vendor, model._meta.db_table, key.column)
                _begin_after(cursor, new.vendor, model, key.column, last)


def _begin_after(cursor: Any, vendor: str, model: type[Model], column: str, last: int) -> None:
    table = model._meta.db_table
    if vendor == "postgresql":
        if last:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, column, last])
        if model is Event:
            cursor.execute("UPDATE audit_counted SET last = %s", [last])
    else:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def _last_id(old: Any, vendor: str, table: str, column: str) -> int:
    if table == Event._meta.db_table:
        old.execute(counting.LAST[vendor])
    elif vendor == "postgresql":
        old.execute(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [table, column]
        )
    else:
        old.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    (last,) = old.fetchone() or (0,)
    return last or 0


def _compared(model: type[Model]) -> Moved:
    """Side by side, so that neither connection waits idle for long."""
    rows, whole, table = 0, sha256(), model._meta.db_table
    for here, there in zip_longest(_digests(model, DEFAULT_DB_ALIAS), _digests(model, TARGET)):
        if here != there:
            which = (here or there)[0]  # type: ignore[index]
            raise CannotMove(f"row {which} of {table} did not arrive as it was")
        rows += 1
        whole.update(":".join(here).encode())  # type: ignore[arg-type]
    return Moved(table, rows, whole.hexdigest())


def _digests(model: type[Model], using: str) -> Iterator[tuple[str, str]]:
    """Keys that are words are sorted here: the engines sort them differently."""
    columns = [field.attname for field in model._meta.concrete_fields]
    found = chain.each_digest(model._base_manager.using(using).all(), columns)
    return found if isinstance(model._meta.pk, AutoFieldMixin) else iter(sorted(found))
