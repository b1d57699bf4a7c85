"""How the registry keeps what clinics send: Parquet by table, clinic and month, and a receipt for each month.

    store = Store(folder)
    store.missing(manifest)              # digests of parts that have not come yet: only these are sent
    store.take(digest, body)             # a part; once is enough
    store.accept(letter, key)            # all parts are there: the month is written, or NotGenuine, NotWhole, Refused
    store.shelves()                      # for DuckDB, a shelf of clinics each, by table: months whose receipt stands
    store.files()                        # the same of all clinics, for Spark
    store.merge()                        # at night: the same in fewer files

A month is there when its receipt is: one file, put in its place by a rename. Killed before that, nothing has changed
but rubbish, which the next month of the clinic clears away. The same letter again changes nothing, also while it is
being written.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wheal.knowledge.measuring import TABLES
from wheal.measures.duck import SQL_TYPES
from wheal.measures.merging import Merged, shelf_of, shelves_for
from wheal.measures.submissions import MOST_BYTES, Manifest, NotWhole, opened, unpacked

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Refused(Exception):
    """The letter is genuine, and what it asks cannot be: an older edition, or parts that never came."""


@dataclass(frozen=True, slots=True)
class Receipt:
    clinic: str
    month: str
    edition: int
    letter: str  # SHA-256 of it
    rows: dict[str, int]

    @property
    def name(self) -> str:
        return f"{self.month}.{self.letter[:16]}"


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._merged = Merged(folder / "merged")

    def take(self, digest: str, body: bytes) -> None:
        """Raises NotWhole where the bytes are not those of the digest."""
        if not _DIGEST.fullmatch(digest) or hashlib.sha256(body).hexdigest() != digest:
            raise NotWhole("the bytes are not those of the digest")
        if len(body) > MOST_BYTES:
            raise NotWhole(f"a part of more than {MOST_BYTES >> 20} MB")
        place = self._part(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        _put(place, body)

    def missing(self, manifest: Manifest) -> list[str]:
        return [part.digest for part in manifest.parts if not self._part(part.digest).is_file()]

    def wanted(self, letter: bytes, key: Ed25519PublicKey) -> list[str]:
        """Digests of the parts that have not come; none where this very letter is held. Raises what `accept` does."""
        manifest = opened(letter, key)
        return [] if self._held(manifest, _named(letter)) else self.missing(manifest)

    def accept(self, letter: bytes, key: Ed25519PublicKey) -> Receipt:
        manifest, named = opened(letter, key), _named(letter)
        with self._alone(manifest.clinic):
            if held := self._held(manifest, named):
                return held
            if missing := self.missing(manifest):
                raise Refused(f"{len(missing)} of its parts have not come")
            return self._write(manifest, named)

    def _held(self, manifest: Manifest, named: str) -> Receipt | None:
        held = self.receipt(manifest.clinic, manifest.month)
        if held and held.letter == named:
            return held
        if held and manifest.edition <= held.edition:
            raise Refused(f"edition {held.edition} of {manifest.month} is held; a correction has a later one")
        return None

    def _write(self, manifest: Manifest, named: str) -> Receipt:
        rows: dict[str, int] = defaultdict(int)
        for part in manifest.parts:
            rows[part.table] += part.rows
        receipt = Receipt(manifest.clinic, manifest.month, manifest.edition, named, dict(rows))
        with duckdb.connect() as reader:
            for table in rows:
                self._write_table(table, receipt, manifest, reader)
        place = self._receipts(manifest.clinic) / f"{manifest.month}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        _put(place, json.dumps({"edition": receipt.edition, "letter": named, "rows": receipt.rows}).encode())
        self._clear(receipt, manifest)
        return receipt

    def _write_table(
        self, table: str, receipt: Receipt, manifest: Manifest, reader: duckdb.DuckDBPyConnection
    ) -> None:
        """Read part by part, so that a month of any size fits."""
        folder = self._month(table, receipt.clinic, receipt.month)
        folder.mkdir(parents=True, exist_ok=True)
        columns = TABLES[table]
        lines = folder / f"{receipt.letter[:16]}.jsonl"
        with lines.open("w", encoding="utf-8") as file:
            for part in manifest.parts:
                if part.table == table:
                    rows = unpacked(manifest, part, self._part(part.digest).read_bytes())
                    file.writelines(json.dumps(row) + "\n" for row in rows)
        typed = ", ".join(f"{column}: '{SQL_TYPES[kind]}'" for column, kind in columns.items())
        read = f"read_json('{_quoted(lines)}', format = 'newline_delimited', columns = {{{typed}}})"
        reader.execute(
            f"COPY (SELECT * FROM {read}) TO '{_quoted(self._file(table, receipt))}' (FORMAT parquet)"
        )
        lines.unlink()

    def _clear(self, receipt: Receipt, manifest: Manifest) -> None:
        """What an older edition or an interrupted writing left, and parts that are now written."""
        self._merged.drop(receipt.month)
        for table in TABLES:
            folder = self._month(table, receipt.clinic, receipt.month)
            for file in folder.glob("*") if folder.is_dir() else ():
                if file != self._file(table, receipt) or table not in receipt.rows:
                    file.unlink()
        for part in manifest.parts:
            self._part(part.digest).unlink(missing_ok=True)

    def forget(self, clinic: str) -> None:
        """A clinic that leaves takes all of its months with it."""
        with self._alone(clinic):
            for month in self.editions(clinic):
                self._merged.drop(month)
            rmtree(self._receipts(clinic), ignore_errors=True)
            for table in TABLES:
                rmtree(self.folder / table / f"clinic={clinic}", ignore_errors=True)

    def sweep(self, older_than: float) -> int:
        """Parts that came before this moment (a POSIX time) and whose month never did."""
        old = [part for part in self.folder.glob("parts/*/*") if part.stat().st_mtime < older_than]
        for part in old:
            part.unlink(missing_ok=True)
        return len(old)

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
                    whole = self._merged.place(table, month, (receipt.letter for receipt in theirs))
                    yield shelf, table, [self._file(table, receipt) for receipt in theirs], whole

    def _file(self, table: str, receipt: Receipt) -> Path:
        return self._month(table, receipt.clinic, receipt.month) / f"{receipt.letter[:16]}.parquet"

    def _month(self, table: str, clinic: str, month: str) -> Path:
        return self.folder / table / f"clinic={clinic}" / f"month={month}"

    def _receipts(self, clinic: str) -> Path:
        return self.folder / "receipts" / clinic

    def _part(self, digest: str) -> Path:
        return self.folder / "parts" / digest[:2] / digest


def _named(letter: bytes) -> str:
    return hashlib.sha256(letter).hexdigest()


def _put(place: Path, body: bytes) -> None:
    """Whole or not at all, and on the disk."""
    unfinished = place.with_name(f"{place.name}.{secrets.token_hex(4)}.part")
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(place)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
