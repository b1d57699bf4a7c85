"""Queries that are compiled once and asked again with other values.

Building the SQL of a query costs several times what SQLite takes to answer it, and a signature asks all of its
questions while it holds the write lock. Rows and their relations come out exactly as the ORM makes them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

from wheal.clinic import standby

_STAND_INS: tuple[int | str, ...] = (-7_000_000_001, -7_000_000_002, -7_000_000_003)  # no row has such a key
_LARGEST = 2**63 - 1  # what a key can be


class Prepared:
    """`build` makes the queryset from up to three keys; nothing else in it may change from one asking to the next.

    Keys are ids, unless `stand_ins` are something else that no row has.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], *stand_ins: int | str) -> None:
        self._build, self._stand_ins = build, stand_ins or _STAND_INS
        self._mine = threading.local()  # a compiled query belongs to the connection of its thread

    def __call__(self, *keys: int | str) -> list[Any]:
        if any(isinstance(key, int) and abs(key) > _LARGEST for key in keys):
            return []  # of an address that somebody made up
        held = self._mine.__dict__  # by the database that is read
        compiled = held.get(alias := standby.reads())
        if compiled is None:
            compiled = held[alias] = _Compiled(self._build(*self._stand_ins[: len(keys)]))
        return compiled.rows(dict(zip(self._stand_ins, keys, strict=False)))


class _Compiled:
    def __init__(self, queryset: QuerySet[Any]) -> None:
        self.using = queryset.db
        self.compiler = queryset.query.get_compiler(using=self.using)
        self.compiler.setup_query()
        self.sql, self.params = self.compiler.as_sql()
        fields = [column[0] for column in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(fields)
        self.make = self._models() if issubclass(queryset._iterable_class, ModelIterable) else list

    def rows(self, keys: dict[int | str, int | str]) -> list[Any]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, [keys.get(param, param) for param in self.params])
            found = cursor.fetchall()
        return self.make(self.compiler.apply_converters(found, self.converters) if self.converters else found)

    def _models(self) -> Callable[[Any], list[Any]]:
        info, select, using = self.compiler.klass_info, self.compiler.select, self.using
        begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[begin:end]]
        populators = get_related_populators(info, select, using)
        annotated = (self.compiler.annotation_col_map or {}).items()

        def make(rows: Any) -> list[Any]:
            made = []
            for row in rows:
                each = info["model"].from_db(using, names, row[begin:end])
                for populator in populators:
                    populator.populate(row, each)
                for name, column in annotated:
                    setattr(each, name, row[column])
                made.append(each)
            return made

        return make
