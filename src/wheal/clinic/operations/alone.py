"""One server for one folder. The lock is the system's: it falls with its holder, however that one ended."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

FILE = ".serving"
_held: list[int] = []  # open until this process ends


def hold(data: Path) -> str:
    """Serve `data` from now on, alone; "", or which process serves it already."""
    file = os.open(data / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        told = os.read(file, 100).decode("ascii", "replace")
        os.close(file)
        return f"process {told}"
    os.ftruncate(file, 0)
    os.write(file, f"{os.getpid()}".encode())
    _held.append(file)
    return ""
