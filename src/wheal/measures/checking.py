"""What stands in the store and would be refused today: it came before a rule was made, or a disk failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed, once
from wheal.measures.duck import reading
from wheal.measures.holding import Receipt
from wheal.measures.store import Store

_AT_ONCE = 10_000  # rows


@dataclass(frozen=True, slots=True)
class Problem:
    receipt: Receipt
    words: str  # table, row and column

    def __str__(self) -> str:
        return f"{self.receipt.clinic} {self.receipt.month}: {self.words}"


def problems(store: Store, allowed: Allowed) -> Iterator[Problem]:
    """Of each month the first in each table."""
    with duckdb.connect() as reader:
        for receipt in store.receipts():
            if not allowed.has_month(receipt.month):
                yield Problem(receipt, "it is no month that may be told yet")
            for table in receipt.rows:
                if words := _wrong(reader, store, receipt, table, allowed):
                    yield Problem(receipt, f"{table}, {words}")


def _wrong(
    reader: duckdb.DuckDBPyConnection, store: Store, receipt: Receipt, table: str, allowed: Allowed
) -> str:
    columns, met, before = tuple(TABLES[table]), set[int](), 0
    try:
        held = reader.execute(reading(table, [store.file(table, receipt)]))
        while some := held.fetchmany(_AT_ONCE):
            rows = [dict(zip(columns, row, strict=True)) for row in some]
            for at, row in enumerate(rows, before + 1):
                if (row["clinic"], row["month"]) != (receipt.clinic, receipt.month):
                    return f"row {at}: it is of another clinic or month"
                if words := allowed.wrong(table, row):
                    return f"row {at}: {words}"
            if again := once(table, rows, met):
                return f"row {before + again}: it is told twice"
            before += len(rows)
    except duckdb.Error as problem:
        return f"it cannot be read: {str(problem).splitlines()[0][:200]}"
    return "" if before == receipt.rows[table] else f"{before} rows, its receipt says {receipt.rows[table]}"
