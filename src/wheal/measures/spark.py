"""The same questions on a cluster, where the store outgrows one machine. Spark and Java do not come with Wheal.

session = SparkSession.builder.master("spark://127.0.0.1:7077").getOrCreate()
Spark(session, files).counts(measure)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wheal.knowledge.measuring import TABLES, Measure
from wheal.measures.asking import sql
from wheal.measures.counting import Apart, Count, Months

_DDL = {"whole": "BIGINT", "text": "STRING", "flag": "BOOLEAN"}


class Spark:
    """`session`: a pyspark.sql.SparkSession. `files`: by table, those of the store, on paths that every worker sees."""

    def __init__(self, session: Any, files: Mapping[str, Sequence[Path]]) -> None:
        self._session = session
        for table, columns in TABLES.items():
            schema = ", ".join(f"{column} {_DDL[kind]}" for column, kind in columns.items())
            named = [f"file://{file}" for file in files.get(table, ())]
            read = session.read.schema(schema)
            held = read.parquet(*named) if named else session.createDataFrame([], schema)
            held.createOrReplaceTempView(table)

    def counts(self, measure: Measure, months: Months = None, apart: Apart | None = None) -> list[Count]:
        names = len(measure.by)
        return sorted(
            Count(tuple(row[:names]), row[names], row[names + 1], *row[names + 2 :])
            for row in self.rows(sql(measure, months, apart))
        )

    def rows(self, sql: str) -> list[Any]:
        return list(self._session.sql(sql).collect())
