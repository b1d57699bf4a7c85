"""The default engine: DuckDB over the store's Parquet files, on one machine and within so much memory.

    Duck(*store.shelves()).counts(measure)

No person is of two clinics, so that a measure is counted shelf by shelf and added up: the memory is that of one shelf,
and ten times the clinics take ten times as long. In one go it takes longer than that, for the tables of who was met
already outgrow the processor's memory and are fetched from the machine's, page by page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from wheal.knowledge.measuring import TABLES, Measure
from wheal.measures.asking import sql
from wheal.measures.counting import Apart, Count, Months, added
from wheal.measures.files import quoted
from wheal.measures.formats import ADDED

MEMORY = "3GB"


class Duck:
    """`shelves`: each by table, of clinics that are in no other; a table without a file is empty."""

    def __init__(
        self, *shelves: Mapping[str, Sequence[Path]], memory: str = MEMORY, threads: int = 2
    ) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory, "threads": threads}
        self._held, self._shelves = duckdb.connect(config=config), shelves
        self._held.execute("SET enable_progress_bar = false")

    def counts(self, measure: Measure, months: Months = None, apart: Apart | None = None) -> list[Count]:
        return added(_count(measure, row) for row in self.rows(sql(measure, months, apart)))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Of one shelf after the other: for questions that lead from no clinic to another."""
        return [row for files in self._shelves for row in self._of(files, sql)]

    def _of(self, files: Mapping[str, Sequence[Path]], sql: str) -> list[tuple[object, ...]]:
        for table in TABLES:
            self._held.execute(f"CREATE OR REPLACE VIEW {table} AS {reading(table, files.get(table, ()))}")
        return list(self._held.execute(sql).fetchall())


def _count(measure: Measure, row: Sequence[object]) -> Count:
    names = len(measure.by)
    return Count(tuple(str(name) for name in row[:names]), *(int(str(value)) for value in row[names:]))


def reading(table: str, files: Sequence[Path]) -> str:
    """Files of months of whichever format, in the columns of today."""
    columns = ", ".join(f"NULL::{SQL_TYPES[kind]} AS {column}" for column, kind in TABLES[table].items())
    none = f"SELECT {columns} WHERE false"
    if not files:
        return none
    named, added = ", ".join(f"'{quoted(file)}'" for file in files), ADDED.get(table, ())
    if not added:
        return f"SELECT {', '.join(TABLES[table])} FROM read_parquet([{named}], hive_partitioning = false)"
    known = ", ".join(f"coalesce({it}, '') AS {it}" if it in added else it for it in TABLES[table])
    held = f"read_parquet([{named}], hive_partitioning = false, union_by_name = true)"
    return f"SELECT {known} FROM ({none} UNION ALL BY NAME SELECT * FROM {held})"


SQL_TYPES = {"whole": "BIGINT", "text": "VARCHAR", "flag": "BOOLEAN"}
