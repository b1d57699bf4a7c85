"""Who writes next: everybody in the order in which they came, however many threads and processes serve.

SQLite lets whoever asks at the right moment write, and lets the others sleep longer and longer between two tries: with
eight who write, one may wait for seconds. Here the threads of a process stand in one line. Its first goes to two doors
that all processes share: whoever holds the first is the next through the second, so that no process comes twice in a
row while another waits. The doors are locks of the system: they fall open when their holder dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

DOORS = ("-next", "-turn")
KNOCK = 0.0005  # seconds between two tries at a door


class Line:
    """The line of this process for one database."""

    def __init__(self, database: Path) -> None:
        self.lock, self.waiting = threading.Lock(), deque[threading.Event]()
        self.doors = [_opened(database.with_name(database.name + door)) for door in DOORS]

    def take(self, patience: float) -> bool:
        """True once it is this thread's turn; False where it did not come within so many seconds."""
        until, me = monotonic() + patience, threading.Event()
        with self.lock:
            self.waiting.append(me)
            if self.waiting[0] is me:
                me.set()
        if me.wait(patience) and self._through(until):
            return True
        self._leave(me)
        return False

    def give_back(self) -> None:
        _unlock(self.doors[1])
        self._leave(self.waiting[0])

    def _through(self, until: float) -> bool:
        following, turn = self.doors
        if not _lock(following, until):
            return False
        try:
            return _lock(turn, until)
        finally:
            _unlock(following)

    def _leave(self, me: threading.Event) -> None:
        with self.lock:
            self.waiting.remove(me)
            if self.waiting:
                self.waiting[0].set()


_lines: dict[tuple[int, Path], Line] = {}
_making = threading.Lock()


def line(database: Path) -> Line:
    """One for each process: a child must not share the doors that its parent opened."""
    key = os.getpid(), database
    with _making:
        if key not in _lines:
            _lines[key] = Line(database)
        return _lines[key]


def _opened(door: Path) -> int:
    """-1 where the disk takes no new file: what is wrong, SQLite tells when it writes."""
    with suppress(OSError):
        return os.open(door, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return -1


def _lock(door: int, until: float) -> bool:
    while door >= 0:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() > until:
                return False
            sleep(KNOCK)
        else:
            break
    return True


def _unlock(door: int) -> None:
    if door >= 0:
        fcntl.flock(door, fcntl.LOCK_UN)
