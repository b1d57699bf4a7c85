"""`wheal move` that is killed at a step: `python -m engines.broken_off STEP FILE --data DIR --to WHERE`.

FILE has the tables and no rows, for a move to SQLite; see `engines.moved_back`. STEP is one of STEPS.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEP, MADE = sys.argv[1], sys.argv[2]
sys.argv = [sys.argv[0], MADE, *sys.argv[3:]]

from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from engines import moved_back  # noqa: E402
from wheal import cli  # noqa: E402
from wheal.clinic import moved_away, moves  # noqa: E402

KILLED = 9


def killed(*_: Any, **__: Any) -> None:
    os._exit(KILLED)  # nothing is finished, nothing is closed


def after(done: Callable[..., Any], where: Callable[..., bool]) -> Callable[..., Any]:
    def doing(*args: Any, **named: Any) -> Any:
        told = done(*args, **named)
        return killed() if where(*args) else told

    return doing


def _is_target(connection: BaseDatabaseWrapper) -> bool:
    return connection.alias == "target"


STEPS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "copied": (moved_away, "close", killed),
    "there": (BaseDatabaseWrapper, "commit", after(BaseDatabaseWrapper.commit, _is_target)),
    "both": (moves, "_switch", killed),
    "named": (moves, "_set_aside", killed),
    "aside": (
        Path,
        "rename",
        after(Path.rename, lambda path, *_: path.name in ("wheal.sqlite3", "database-url")),
    ),
}
"""Before either has committed; between the two; after both; with the new one among the data; with the old one away."""


if __name__ == "__main__":
    moves.TemporaryDirectory = moved_back.Prepared  # type: ignore[misc]
    moves._tables = lambda *_: None  # they are made
    setattr(*STEPS[STEP])
    sys.exit(cli.main(["move", *moved_back.ARGUMENTS]))
