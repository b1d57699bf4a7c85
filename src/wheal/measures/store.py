"""How the registry keeps what clinics send: Parquet by table, clinic and month, and a receipt for each month.

    store = Store(folder)
    store.waiting.missing(manifest)      # digests of parts that have not come yet: only these are sent
    store.waiting.take(clinic, digest, body)   # a part; once is enough
    store.accept(letter, key, allowed)   # all parts are there: the month is written, or NotGenuine, NotWhole, Refused
    store.shelves()                      # for DuckDB, a shelf of clinics each, by table: months whose receipt stands
    store.files()                        # the same of all clinics, for Spark
    store.merge()                        # at night: the same in fewer files

A month is there when its receipt is: one file, put in its place by a rename. Killed before that, nothing has changed
but rubbish, which the next month of the clinic clears away. The same letter again changes nothing, also while it is
being written. Of a month in which one row is refused nothing stays, its parts included.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed, once
from wheal.measures.duck import SQL_TYPES
from wheal.measures.files import put, quoted, taken_out
from wheal.measures.holding import Held, Holding, Receipt
from wheal.measures.merging import Merged, shelf_of, shelves_for
from wheal.measures.submissions import Manifest, NotWhole, opened, unpacked
from wheal.measures.waiting import Waiting


class Refused(Exception):
    """The letter is genuine, and what it asks cannot be: an older edition, or parts that never came."""


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._merged = Merged(folder / "merged")
        self.waiting = Waiting(folder / "parts")
        self._holding = Holding(folder)

    def held(self) -> Held:
        """What there is, without a look at every receipt."""
        return self._holding.now(self.receipts)

    def wanted(self, letter: bytes, key: Ed25519PublicKey, allowed: Allowed) -> list[str]:
        """Digests of the parts that have not come; none where this very letter is held. Raises what `accept` does."""
        manifest = _opened(letter, key, allowed)
        return [] if self._held(manifest, _named(letter)) else self.waiting.missing(manifest)

    def accept(self, letter: bytes, key: Ed25519PublicKey, allowed: Allowed) -> Receipt:
        manifest, named = _opened(letter, key, allowed), _named(letter)
        with self._alone(manifest.clinic):
            if held := self._held(manifest, named):
                return held
            if missing := self.waiting.missing(manifest):
                raise Refused(f"{len(missing)} of its parts have not come")
            return self._write(manifest, named, allowed)

    def _held(self, manifest: Manifest, named: str) -> Receipt | None:
        held = self.receipt(manifest.clinic, manifest.month)
        if held and held.letter == named:
            return held
        if held and manifest.edition <= held.edition:
            raise Refused(f"edition {held.edition} of {manifest.month} is held; a correction has a later one")
        return None

    def _write(self, manifest: Manifest, named: str, allowed: Allowed) -> Receipt:
        rows: dict[str, int] = defaultdict(int)
        for part in manifest.parts:
            rows[part.table] += part.rows
        receipt = Receipt(manifest.clinic, manifest.month, manifest.edition, named, dict(rows))
        try:
            with duckdb.connect() as reader:
                for table in rows:
                    self._write_table(table, receipt, manifest, reader, allowed)
        except NotWhole:
            self._undo(receipt, manifest)
            raise
        place = self._receipts(manifest.clinic) / f"{manifest.month}.json"
        told = {"edition": receipt.edition, "letter": named, "rows": receipt.rows}
        with self._holding.changing(lambda: self.receipts(receipt.clinic)):
            put(place, json.dumps(told).encode())
        self._clear(receipt, manifest)
        return receipt

    def _write_table(
        self, table: str, receipt: Receipt, manifest: Manifest, reader: duckdb.DuckDBPyConnection, allowed: Allowed
    ) -> None:  # fmt: skip
        """Read part by part, so that a month of any size fits."""
        folder = self._month(table, receipt.clinic, receipt.month)
        folder.mkdir(parents=True, exist_ok=True)
        columns = TABLES[table]
        lines, met = folder / f"{receipt.letter[:16]}.jsonl", set[int]()
        with lines.open("w", encoding="utf-8") as file:
            for part in manifest.parts:
                if part.table == table:
                    body = self.waiting.read(manifest.clinic, part.digest)
                    rows = unpacked(manifest, part, body, allowed)
                    if again := once(table, rows, met):
                        raise NotWhole(f"{table}, row {again}: it is told twice")
                    file.writelines(json.dumps(row) + "\n" for row in rows)
        typed = ", ".join(f"{column}: '{SQL_TYPES[kind]}'" for column, kind in columns.items())
        read = f"read_json('{quoted(lines)}', format = 'newline_delimited', columns = {{{typed}}})"
        reader.execute(
            f"COPY (SELECT * FROM {read}) TO '{quoted(self.file(table, receipt))}' (FORMAT parquet)"
        )
        lines.unlink()

    def _undo(self, receipt: Receipt, manifest: Manifest) -> None:
        for table in TABLES:
            for file in self._month(table, receipt.clinic, receipt.month).glob(f"{receipt.letter[:16]}.*"):
                file.unlink()
        self.waiting.spend(manifest)

    def _clear(self, receipt: Receipt, manifest: Manifest) -> None:
        """What an older edition or an interrupted writing left, and parts that are now written. A merged file with the
        older edition is not read any more, and goes with the night."""
        for table in TABLES:
            folder = self._month(table, receipt.clinic, receipt.month)
            for file in folder.glob("*") if folder.is_dir() else ():
                if file != self.file(table, receipt) or table not in receipt.rows:
                    file.unlink()
        self.waiting.spend(manifest)

    def forget(self, clinic: str) -> None:
        """A clinic that leaves takes all of its months with it, and the parts that wait for one."""
        with self._alone(clinic):
            self._merged.drop(clinic)
            with self._holding.changing(lambda: self.receipts(clinic)):
                taken_out(self._receipts(clinic))
            self.waiting.forget(clinic)
            for table in TABLES:
                taken_out(self.folder / table / f"clinic={clinic}")

    def holds(self, clinic: str) -> bool:
        """Anything of it: a month, a part that waits for one, or what an interrupted writing left."""
        places = [self._receipts(clinic), *(self.folder / table / f"clinic={clinic}" for table in TABLES)]
        return self.waiting.holds(clinic) or any(place.exists() for place in places)

    def drop(self, clinic: str, month: str) -> None:
        """One month, which the clinic sends again as soon as it asks what is held."""
        with self._alone(clinic):
            with self._holding.changing(lambda: self.receipts(clinic)):
                (self._receipts(clinic) / f"{month}.json").unlink(missing_ok=True)
            self._merged.drop(clinic)
            for table in TABLES:
                taken_out(self._month(table, clinic, month))

    @contextmanager
    def _alone(self, clinic: str) -> Iterator[None]:
        """One process at a time writes what is of this clinic."""
        place = self.folder / "locks" / clinic
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("w") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def receipt(self, clinic: str, month: str) -> Receipt | None:
        place = self._receipts(clinic) / f"{month}.json"
        return Receipt(clinic, month, **json.loads(place.read_bytes())) if place.is_file() else None

    def editions(self, clinic: str) -> dict[str, int]:
        """By month, what is held of one clinic."""
        return {one.month: one.edition for one in self.receipts(clinic)}

    def receipts(self, clinic: str = "*") -> Iterator[Receipt]:
        for place in sorted(self.folder.glob(f"receipts/{clinic}/*.json")):
            yield Receipt(place.parent.name, place.stem, **json.loads(place.read_bytes()))

    def files(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {table: [] for table in TABLES}
        for shelf in self.shelves():
            for table, files in shelf.items():
                found[table] += files
        return found

    def shelves(self) -> list[dict[str, list[Path]]]:
        found: dict[int, dict[str, list[Path]]] = defaultdict(lambda: {table: [] for table in TABLES})
        for shelf, table, apart, whole in self._by_month():
            found[shelf][table] += [whole] if whole.is_file() else apart
        return list(found.values())

    def merge(self) -> int:
        """Every month of more than one clinic of a shelf in one file for each table; how many were made anew."""
        made = sum(
            self._merged.write(whole, apart)
            for _shelf, _table, apart, whole in self._by_month()
            if len(apart) > 1 and not whole.is_file()
        )
        self._merged.keep_only(whole for _shelf, _table, _apart, whole in self._by_month())
        return made

    def _by_month(self) -> Iterator[tuple[int, str, list[Path], Path]]:
        """Shelf, table, the clinics' files of a month, and where they lie in one, if they do."""
        receipts = list(self.receipts())
        shelves = shelves_for(len({one.clinic for one in receipts}))
        months: dict[tuple[int, str], list[Receipt]] = defaultdict(list)
        for receipt in receipts:
            months[shelf_of(receipt.clinic, shelves), receipt.month].append(receipt)
        for (shelf, month), held in sorted(months.items(), key=lambda pair: pair[0]):
            for table in TABLES:
                theirs = [receipt for receipt in held if table in receipt.rows]
                if theirs:
                    letters = (receipt.letter for receipt in theirs)
                    whole = self._merged.place(table, month, shelf, shelves, letters)
                    yield shelf, table, [self.file(table, receipt) for receipt in theirs], whole

    def file(self, table: str, receipt: Receipt) -> Path:
        return self._month(table, receipt.clinic, receipt.month) / f"{receipt.letter[:16]}.parquet"

    def _month(self, table: str, clinic: str, month: str) -> Path:
        return self.folder / table / f"clinic={clinic}" / f"month={month}"

    def _receipts(self, clinic: str) -> Path:
        return self.folder / "receipts" / clinic


def _opened(letter: bytes, key: Ed25519PublicKey, allowed: Allowed) -> Manifest:
    manifest = opened(letter, key)
    if not allowed.has_month(manifest.month):
        raise NotWhole(f"{manifest.month} is no month that may be told yet")
    return manifest


def _named(letter: bytes) -> str:
    return hashlib.sha256(letter).hexdigest()
