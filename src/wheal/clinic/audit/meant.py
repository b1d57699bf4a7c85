"""The triggers that keep fixed rows as they are, as the migrations made them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import SeparateDatabaseAndState

from wheal.clinic.audit.fixed import Guard

_MADE = re.compile(r"CREATE TRIGGER (\w+) .*? ON (\w+) ", re.DOTALL)
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\)")
_DROPPED = re.compile(r"DROP TRIGGER (\w+)")


class _Listening:
    """In place of an editor of the schema: what a step would do, and nothing done."""

    def __init__(self) -> None:
        self.connection, self.said = connection, list[str]()

    def execute(self, statement: str) -> None:
        self.said.append(statement)


def table_of(said: Iterable[str]) -> str:
    """The table of a trigger."""
    return next(found[2] for each in said if (found := _MADE.match(each)))


def triggers() -> dict[str, tuple[str, list[str]]]:
    """By name of the trigger: its table, and the statements that make it, once every migration has run."""
    loader, held, functions = (
        MigrationLoader(connection),
        dict[str, tuple[str, list[str]]](),
        dict[str, str](),
    )
    for key in _in_order(loader):
        for statement in _said(loader.graph.nodes[key].operations):
            if found := _FUNCTION.match(statement):
                functions[found[1]] = statement
            elif found := _MADE.match(statement):
                before = [functions[found[1]]] if found[1] in functions else []
                held[found[1]] = (found[2], [*before, statement])
            elif found := _DROPPED.match(statement):
                held.pop(found[1], None)
    return held


def _in_order(loader: MigrationLoader) -> Iterator[tuple[str, str]]:
    done = set[tuple[str, str]]()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key not in done:
                done.add(key)
                yield key


def _said(operations: Iterable[Any]) -> Iterator[str]:
    for each in operations:
        if isinstance(each, SeparateDatabaseAndState):
            yield from _said(each.database_operations)
        elif isinstance(each, Guard):
            listening = _Listening()
            each.forwards(None, listening)  # type: ignore[arg-type]
            yield from listening.said
