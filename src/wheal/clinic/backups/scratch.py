"""Folders and files of work that is under way. A lock of the system holds each, and falls with whoever made it, however
they ended: what nobody holds was left by a kill, lies open on the disk, and is cleared away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OF_THE_DATA = (".trial-*", ".backup-*")


@contextmanager
def folder(beside: Path, prefix: str) -> Iterator[Path]:
    """A closed one with a name of its own, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
    with held(made):
        yield made


@contextmanager
def held(path: Path) -> Iterator[Path]:
    """`path`, a folder or a file, is ours until the block ends, and is removed then where it is still there."""
    lock = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some folders of other machines know no locks
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield path
    finally:
        remove(path)
        os.close(lock)


def is_left(path: Path) -> bool:
    """Nobody holds it. False where that cannot be known."""
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True


def left(beside: Path, *patterns: str) -> list[Path]:
    found = (path for pattern in patterns for path in sorted(beside.glob(pattern)))
    return [path for path in found if is_left(path)]


def clear(beside: Path, *patterns: str) -> None:
    for path in left(beside, *patterns):
        remove(path)


def remove(path: Path) -> None:
    """With all that is in it."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
