"""The default engine: DuckDB over the store's Parquet files, on one machine and within so much memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from wheal.knowledge.measuring import TABLES, Measure
from wheal.measures.asking import sql
from wheal.measures.counting import Count, Months

MEMORY = "3GB"


class Duck:
    """`files`: by table, those of the store; a table without one is empty."""

    def __init__(
        self, files: Mapping[str, Sequence[Path]], *, memory: str = MEMORY, threads: int = 2
    ) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory, "threads": threads}
        self._held = duckdb.connect(config=config)
        for table in TABLES:
            self._held.execute(f"CREATE VIEW {table} AS {_read(table, files.get(table, ()))}")

    def counts(self, measure: Measure, months: Months = None) -> list[Count]:
        return sorted(_count(measure, row) for row in self.rows(sql(measure, months)))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return list(self._held.execute(sql).fetchall())


def _count(measure: Measure, row: Sequence[object]) -> Count:
    names = len(measure.by)
    of, count, lost, times, days = (int(str(value)) for value in row[names:])
    return Count(tuple(str(name) for name in row[:names]), of, count, lost=lost, times=times, days=days)


def _read(table: str, files: Sequence[Path]) -> str:
    if files:
        named = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        return f"SELECT {', '.join(TABLES[table])} FROM read_parquet([{named}], hive_partitioning = false)"
    columns = ", ".join(f"NULL::{SQL_TYPES[kind]} AS {column}" for column, kind in TABLES[table].items())
    return f"SELECT {columns} WHERE false"


SQL_TYPES = {"whole": "BIGINT", "text": "VARCHAR", "flag": "BOOLEAN"}
