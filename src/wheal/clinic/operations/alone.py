"""One server for one folder. The lock is the system's: it falls with its holders, however those ended.

They are the first process and the workers that it forks. Workers end with the first: who lived on would keep the next
server out, with nobody to end them.
"""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

FILE = ".serving"
LOOKS = 0.5  # seconds between two looks of a worker at whether the first lives
LINGERS = 10  # seconds in which workers of one that was killed are gone
_held: list[int] = []  # open until this process ends
_first: list[int] = []  # the process that holds, known to those that it forks


def hold(data: Path) -> str:
    """Serve `data` from now on, alone; "", or which process serves it already."""
    file = os.open(data / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = monotonic() + LINGERS
    while not _locked(file):
        first = os.pread(file, 100, 0).decode("ascii", "replace")
        if _lives(first) or monotonic() > until:
            os.close(file)
            return f"process {first}" if _lives(first) else _left_by(first, data)
        sleep(0.1)
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}".encode(), 0)
    _held.append(file)
    _first[:] = [os.getpid()]
    return ""


def end_with_the_first() -> None:
    """By each worker. The system has no word for this that all of them know, so a thread looks."""
    if _first:
        threading.Thread(target=_follow, args=_first, name="the first process", daemon=True).start()


def _follow(first: int) -> None:
    while os.getppid() == first:
        sleep(LOOKS)
    os.kill(os.getpid(), signal.SIGKILL)


def _locked(file: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _lives(process: str) -> bool:
    """Also where it belongs to somebody else, or is none that we can read."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def _left_by(first: str, data: Path) -> str:
    """Where the system tells, by their numbers."""
    left = []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(link) == str(data / FILE) and link.parts[2] not in (*left, str(os.getpid())):
                left.append(link.parts[2])
    named = f"process {', '.join(left)}, " if left else "something "
    return f"{named}left behind by process {first}, which has ended"
