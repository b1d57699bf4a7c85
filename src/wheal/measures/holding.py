"""What the store holds, in one small file beside it: a page looks at that and never at all receipts.

The file goes before a receipt changes, and comes again with what has changed taken away and added, so that its cost
does not grow with the store. Killed in between, it is made anew from the receipts by whoever asks next.
"""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from wheal.measures.files import put

_STATES: Final = 1 << 256


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


@dataclass(frozen=True, slots=True)
class Held:
    """`state` is another with every month that is taken or goes: the sum of the letters' digests."""

    clinics: int
    receipts: int
    sessions: int
    state: str
    by_month: dict[str, int]  # receipts

    @property
    def months(self) -> tuple[str, str] | None:
        return (min(self.by_month), max(self.by_month)) if self.by_month else None

    def changed(self, receipts: Iterable[Receipt], way: int) -> Held:
        """`way`: 1 with these besides, -1 without them. They are all that is held of their clinics."""
        theirs = list(receipts)
        by_month = Counter(self.by_month)
        for one in theirs:
            by_month[one.month] += way
        state = (int(self.state, 16) + way * sum(int(one.letter, 16) for one in theirs)) % _STATES
        return Held(
            clinics=self.clinics + way * len({one.clinic for one in theirs}),
            receipts=self.receipts + way * len(theirs),
            sessions=self.sessions + way * sum(one.rows.get("sessions", 0) for one in theirs),
            state=f"{state:064x}",
            by_month=dict(sorted((+by_month).items())),
        )


NOTHING: Final = Held(0, 0, 0, "0" * 64, {})


class Holding:
    def __init__(self, folder: Path) -> None:
        self._place, self._door = folder / "held.json", folder / "held.lock"

    def now(self, receipts: Callable[[], Iterable[Receipt]]) -> Held:
        """`receipts`: all of them, asked for only where the file is not there."""
        if held := self._read():
            return held
        with self._alone():
            return self._read() or self._written(NOTHING.changed(receipts(), 1))

    @contextmanager
    def changing(self, theirs: Callable[[], Iterable[Receipt]]) -> Iterator[None]:
        """`theirs`: of the clinic of which something is put or taken away inside."""
        with self._alone():
            held, before = self._read(), list(theirs())
            self._place.unlink(missing_ok=True)
            yield
            if held:
                self._written(held.changed(before, -1).changed(theirs(), 1))

    def _read(self) -> Held | None:
        try:
            return Held(**json.loads(self._place.read_bytes()))
        except (FileNotFoundError, TypeError, ValueError):
            return None

    def _written(self, held: Held) -> Held:
        put(self._place, json.dumps(asdict(held)).encode())
        return held

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._door.parent.mkdir(parents=True, exist_ok=True)
        with self._door.open("w") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield
