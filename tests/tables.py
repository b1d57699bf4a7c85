"""The tables of the site on both engines, made once and kept: `python tests/tables.py`, beside the first checks of
`make test`, so that nobody waits for them later.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import made
import postgresql
from serving import run_on


def _migrated(file: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        run_on(Path(data), "django", "migrate", "-v0")
        fresh = Path(data) / "wheal.sqlite3"
        with closing(sqlite3.connect(fresh)) as tables:
            tables.execute("PRAGMA journal_mode=DELETE")  # whoever opens a copy says what it wants
        shutil.copy(fresh, file)


def in_sqlite() -> Path:
    """A database with the tables of the site and nothing else."""
    return made.kept("wheal.sqlite3", _migrated)


if __name__ == "__main__":
    in_sqlite()
    with postgresql.server(Path(tempfile.mkdtemp(prefix="wheal-postgresql-"))) as server:
        server.template()
