"""`wheal move` to SQLite with the tables at hand: `python -m engines.moved_back FILE --data DIR`. FILE has no rows.

To make them anew takes a dozen seconds, and other tests do. All else is as in `wheal move`: `migrate` finds them made.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from wheal import cli
from wheal.clinic import databases, moves

MADE, ARGUMENTS = Path(sys.argv[1]), sys.argv[2:]


class Prepared(tempfile.TemporaryDirectory[str]):
    """Where the new file is made: there is one already."""

    def __enter__(self) -> str:
        folder = super().__enter__()
        shutil.copy(MADE, databases.file(Path(folder)))
        return folder


if __name__ == "__main__":
    moves.TemporaryDirectory = Prepared  # type: ignore[misc]
    sys.exit(cli.main(["move", *ARGUMENTS, "--to", moves.SQLITE]))
