"""Copies of the database, taken before its tables change. A copy is whole even while others write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

KEPT = 10


def take(database: Path, folder: Path) -> Path:
    """Copy `database` into `folder` under the present moment (UTC), and drop all but the last ten."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / f"wheal-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.sqlite3"
    unfinished = copy.with_suffix(".part")
    unfinished.touch(mode=0o600)
    with closing(sqlite3.connect(database)) as held, closing(sqlite3.connect(unfinished)) as kept:
        held.backup(kept)
    unfinished.rename(copy)
    for old in sorted(folder.glob("wheal-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return copy
