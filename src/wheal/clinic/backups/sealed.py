"""A stream of bytes sealed by `age` while it is written, and opened while it is read: nothing lies open on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, TypeVar

import pyrage
from pyrage.x25519 import Identity, Recipient

T = TypeVar("T")


class NotOpened(Exception):
    """The file is cut off, altered, or sealed for another key."""


def write(to: Path, recipients: Sequence[Recipient], content: Callable[[BinaryIO], T]) -> T:
    """Whatever `content` writes goes into `to`, sealed and on the disk at the end. What it answers is given back.

    Raises OSError where the disk is full or gone, or else what `content` raises.
    """
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, ThreadPoolExecutor(1) as beside:
        reader, writer = _pipe()
        with reader:
            answer = beside.submit(_and_close, writer, content)
            try:
                pyrage.encrypt_io(reader, file, list(recipients))
            except pyrage.EncryptError as problem:
                raise OSError(f"{to} cannot be written: {problem}") from problem
        file.flush()
        os.fsync(file.fileno())
        return answer.result()


def read(source: Path, identities: Sequence[Identity], content: Callable[[BinaryIO], T]) -> T:
    """`content` reads what was sealed, to its end. Raises NotOpened, or else what `content` raises."""
    with source.open("rb") as file, ThreadPoolExecutor(1) as beside:
        reader, writer = _pipe()
        opened = beside.submit(_decrypt, file, _Pipe(writer), identities)
        try:
            with reader:
                answer = content(reader)
                while reader.read(1 << 20):  # what stands after the end of an archive
                    pass
        finally:
            opened.result()
        return answer


def _decrypt(file: BinaryIO, to: _Pipe, identities: Sequence[Identity]) -> None:
    try:
        with to.end:
            pyrage.decrypt_io(file, to, list(identities))
    except (pyrage.DecryptError, OSError) as problem:
        if not to.nobody_reads:  # else whoever read has failed, and tells why
            raise NotOpened(str(problem)) from problem


class _Pipe:
    """The end that is written to, which remembers that the other end was closed."""

    def __init__(self, end: BinaryIO) -> None:
        self.end, self.nobody_reads = end, False

    def write(self, some: bytes) -> int:
        try:
            self.end.write(some)
        except BrokenPipeError:
            self.nobody_reads = True
            raise
        return len(some)

    def flush(self) -> None:
        self.end.flush()


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reader, writer = os.pipe()
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb", buffering=0)


def _and_close(writer: BinaryIO, content: Callable[[BinaryIO], T]) -> T:
    with writer:
        return content(writer)
