"""A month of a shelf of clinics in one file for each table, where the store keeps one for each clinic.

To open thousands of small files takes longer than to count what is in them. A shelf is what is counted at once: some
dozens of clinics, of which each stays on its shelf until there are twice as many.

A merged file is a copy and says in its name of which letters: where a clinic has corrected its month, or left, it is of
others than are held, is not read any more, and goes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import duckdb

from wheal.measures.duck import reading
from wheal.measures.files import quoted

MEMORY: Final = "1GB"
SHELF: Final = 32  # clinics at most, on average: of 2,000 practitioners the quickest of 16, 32 and 64


_OF_A_SHELF: Final = re.compile(r"[0-9-]+\.([0-9]+)\.([0-9]+)\.")  # month, shelf, of so many


def shelves_for(clinics: int) -> int:
    """A power of two, so that it seldom changes: then all months are merged anew."""
    return 1 << max(0, -(-clinics // SHELF) - 1).bit_length()


def shelf_of(clinic: str, shelves: int) -> int:
    return int.from_bytes(hashlib.sha256(clinic.encode()).digest()[:4]) % shelves


class Merged:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _writer(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(config={"memory_limit": MEMORY, "threads": 2})

    def place(self, table: str, month: str, shelf: int, shelves: int, letters: Iterable[str]) -> Path:
        state = hashlib.sha256("".join(sorted(letters)).encode()).hexdigest()
        return self.folder / table / f"{month}.{shelf}.{shelves}.{state[:16]}.parquet"

    def drop(self, clinic: str) -> None:
        """Whatever may hold something of this clinic, and of no other shelf: the others need not be made anew."""
        for file in self.folder.glob("*/*"):
            named = _OF_A_SHELF.match(file.name)
            if named is None or shelf_of(clinic, int(named[2])) == int(named[1]):
                file.unlink(missing_ok=True)

    def keep_only(self, current: Iterable[Path]) -> None:
        for file in set(self.folder.glob("*/*")) - set(current):
            file.unlink(missing_ok=True)

    def write(self, place: Path, files: Sequence[Path]) -> bool:
        """False where one of them went meanwhile: a correction has come, and the next night merges that."""
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(".part")
        read = reading(place.parent.name, files)
        try:
            self._writer.execute(f"COPY ({read}) TO '{quoted(unfinished)}' (FORMAT parquet)")
        except duckdb.IOException:
            unfinished.unlink(missing_ok=True)
            return False
        unfinished.replace(place)
        return True
