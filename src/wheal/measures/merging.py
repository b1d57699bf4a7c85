"""A month of all clinics in one file for each table, where the store keeps one for each clinic.

To open thousands of small files takes longer than to count what is in them.

A merged file is a copy and says in its name of which letters: where a clinic has corrected its month, or left, it is of
others than are held, is not read any more, and goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import duckdb

MEMORY: Final = "1GB"


class Merged:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, table: str, month: str, letters: Iterable[str]) -> Path:
        state = hashlib.sha256("".join(sorted(letters)).encode()).hexdigest()
        return self.folder / table / f"{month}.{state[:16]}.parquet"

    def drop(self, month: str) -> None:
        for file in self.folder.glob(f"*/{month}.*"):
            file.unlink(missing_ok=True)

    def keep_only(self, current: Iterable[Path]) -> None:
        for file in set(self.folder.glob("*/*")) - set(current):
            file.unlink(missing_ok=True)

    def write(self, place: Path, files: Sequence[Path]) -> bool:
        """False where one of them went meanwhile: a correction has come, and the next night merges that."""
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(".part")
        named = ", ".join(f"'{_quoted(file)}'" for file in files)
        read = f"read_parquet([{named}], hive_partitioning = false)"
        try:
            duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}).execute(
                f"COPY (SELECT * FROM {read}) TO '{_quoted(unfinished)}' (FORMAT parquet)"
            )
        except duckdb.IOException:
            unfinished.unlink(missing_ok=True)
            return False
        unfinished.replace(place)
        return True


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
