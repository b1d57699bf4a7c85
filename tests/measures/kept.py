"""Rows taken through what a clinic sends and what the registry keeps."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wheal import knowledge
from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed
from wheal.measures.counting import Row
from wheal.measures.store import Store
from wheal.measures.submissions import packed, signed

ALLOWED = Allowed.of(knowledge.current(), until="2100-01")
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


MORE = {  # what the formats before held besides
    "sessions": {"practitioner": 7, "country": "FR", "age_band": "30-39"},
    "passes": {"volume_ul": 4000, "points": 40},
    "courses": {"sessions": 3},
    "alarms": {"cases": 5},
}


def months_of(rows: dict[str, list[Row]]) -> dict[tuple[str, str], dict[str, list[Row]]]:
    found: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: {table: [] for table in TABLES})
    for table, held in rows.items():
        for row in held:
            found[row["clinic"], row["month"]][table].append(row)
    return found


def kept(rows: dict[str, list[Row]], folder: Path) -> Store:
    store = Store(folder / "registry")
    for (clinic, month), tables in months_of(rows).items():
        sent = packed(clinic, month, tables)
        for digest, body in sent.bodies.items():
            store.waiting.take(clinic, digest, body)
        store.accept(signed(sent.manifest, KEY), KEY.public_key(), ALLOWED)
    return store


def written_before(rows: dict[str, list[Row]], store: Store, clinics: set[str]) -> dict[str, list[Row]]:
    """The files of these clinics as they were before, with more columns and without one; the rows as they are read."""
    for receipt in store.receipts():
        for table in receipt.rows if receipt.clinic in clinics else ():
            file = store.file(table, receipt)
            new, columns = file.with_suffix(".new"), "* EXCLUDE (substance)" if table == "given" else "*"
            more = "".join(f", {value!r} AS {column}" for column, value in MORE.get(table, {}).items())
            held = f"read_parquet('{file}', hive_partitioning = false)"
            duckdb.execute(f"COPY (SELECT {columns}{more} FROM {held}) TO '{new}' (FORMAT parquet)")
            new.replace(file)
    given = [row | {"substance": ""} if row["clinic"] in clinics else row for row in rows["given"]]
    return rows | {"given": given}
