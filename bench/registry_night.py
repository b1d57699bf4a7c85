"""What a registry does beside counting: take months in, look at its receipts, run the watch over all clinics."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wheal import knowledge
from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed
from wheal.measures.duck import Duck
from wheal.measures.plain import Plain
from wheal.measures.releasing import release
from wheal.measures.store import Store
from wheal.measures.submissions import packed, signed
from wheal.measures.watching import cells
from wheal.surveillance.across import looked, released

Told = TypeVar("Told")
ALLOWED = Allowed.of(knowledge.current(), until="2027-01")
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def run(folder: Path, merged: list[dict[str, list[Path]]]) -> None:
    clinics = len(list(folder.glob("sessions/*")))
    _rows(folder)
    _receipts(clinics)
    _watch(merged)
    _release(merged, clinics)


def _rows(folder: Path) -> None:
    counted = {
        table: duckdb.sql(f"SELECT count(*) FROM read_parquet('{folder}/{table}/*/*/*.parquet')").fetchall()[
            0
        ][0]
        for table in TABLES
    }
    print(
        f"\nrows of all tables: {sum(counted.values()):,}, {sum(counted.values()) / counted['sessions']:.1f} a session"
    )


def _receipts(clinics: int) -> None:
    """Of a year. A page reads what is held; until a small file said it, it read them all."""
    with TemporaryDirectory() as scratch:
        store = Store(Path(scratch))
        for clinic in range(clinics):
            for month in MONTHS:
                place = Path(scratch, "receipts", f"clinic-{clinic}", f"{month}.json")
                place.parent.mkdir(parents=True, exist_ok=True)
                letter = hashlib.sha256(f"{clinic}{month}".encode()).hexdigest()
                place.write_text(
                    json.dumps({"edition": 1, "letter": letter, "rows": dict.fromkeys(TABLES, 700)})
                )
        _timed(f"all {clinics * len(MONTHS):,} receipts read", lambda: list(store.receipts()))
        _timed("what is held, made anew from them", store.held)
        _timed("what is held, as a page reads it", store.held)
        _timed("shelves laid for a count", store.shelves)


def _watch(merged: list[dict[str, list[Path]]]) -> None:
    told = _timed("cells of the watch asked for", lambda: cells(Duck(*merged), {}))
    on = max(cell.month for cell in told)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = _timed(f"{len(told):,} cells judged", lambda: looked(released(told), on=on))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{len(found)} products found; {grown:,.0f} MB more than before it")


def _release(merged: list[dict[str, list[Path]]], clinics: int) -> None:
    """What everybody may read: the public measures by clinic."""
    engine, measures = Duck(*merged), knowledge.current().measures
    told = _timed(
        "a release made",
        lambda: release(
            measures, engine.counts, clinics=clinics, between=(MONTHS[0], MONTHS[-1]), on=date(2027, 2, 1)
        ),
    )
    groups = sum(len(section.lines) + len(section.delays) for section in told.told.values()) if told else 0
    print(f"{groups} groups told in it")


def ingest(folder: Path) -> None:
    """Months of one clinic through the whole way: packed, signed, sent, checked, written; and by the reference."""
    key, source = Ed25519PrivateKey.generate(), next(it for it in folder.iterdir() if it.name.isdigit())
    with TemporaryDirectory() as scratch:
        store, rows, bytes_sent = Store(Path(scratch)), 0, 0
        begun, worked = time.perf_counter(), time.process_time()
        for month in ("2026-02", "2026-03", "2026-04"):
            tables = {table: _held(source, table, month) for table in TABLES}
            sent = packed("clinic-0", month, tables)
            for digest, body in sent.bodies.items():
                store.waiting.take("clinic-0", digest, body)
                bytes_sent += len(body)
            rows += sum(store.accept(signed(sent.manifest, key), key.public_key(), ALLOWED).rows.values())
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        print(f"\ningest: {rows:,} rows of 3 months of a clinic in {seconds:.1f} s = "
              f"{rows / seconds:,.0f} rows a second ({rows / worked:,.0f} a second of the processor), "
              f"{bytes_sent / rows:.0f} bytes a row on the way")  # fmt: skip
        held = {table: [row for month in ("2026-02", "2026-03", "2026-04") for row in _held(source, table, month)]
                for table in TABLES}  # fmt: skip
        measure = knowledge.current().measures["infection_by_lot"]
        print("the reference agrees:", Plain(held).counts(measure) == Duck(store.files()).counts(measure))


def _held(source: Path, table: str, month: str) -> list[dict[str, object]]:
    files = list((source / table / "of_clinic=clinic-0" / f"of_month={month}").glob("*.parquet"))
    if not files:
        return []
    found = duckdb.read_parquet([str(file) for file in files], hive_partitioning=False)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _timed(what: str, ask: Callable[[], Told]) -> Told:
    begun, worked = time.perf_counter(), time.process_time()
    told = ask()
    print(
        f"{what}: {time.perf_counter() - begun:.3f} s ({time.process_time() - worked:.3f} s of the processor)",
        flush=True,
    )
    return told
