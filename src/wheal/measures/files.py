"""Files of the store: put whole or not at all, and named to DuckDB."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from shutil import rmtree


def put(place: Path, body: bytes) -> None:
    """Whole or not at all, and on the disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f"{place.name}.{secrets.token_hex(4)}.part")
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(place)


def taken_out(folder: Path) -> None:
    """With all that is in it. Raises OSError where something stays."""
    if folder.exists():
        rmtree(folder)


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")
