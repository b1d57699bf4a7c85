"""For whom backups are sealed: public keys of `age`, one a line, in the clinic's folder. The private one is elsewhere.

Whoever takes the machine takes no key that opens a backup, and whoever takes a backup takes nothing that can be read.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pyrage import IdentityError, RecipientError
from pyrage.x25519 import Identity, Recipient

FILE = "backup-recipients"


class KeyRefused(Exception):
    """A key is not there, or is none. Says where."""


def make(file: Path) -> str:
    """A new private key in `file`, for its owner alone; the public one is the answer. Overwrites nothing."""
    identity = Identity.generate()
    public = str(identity.to_public())
    said = f"# opens the backups of Wheal, made {datetime.now(UTC):%Y-%m-%d}\n# public key: {public}\n{identity}\n"
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise KeyRefused(f"{file}: {problem.strerror}") from problem
    try:
        with os.fdopen(opened, "w") as new:
            new.write(said)
            new.flush()
            os.fsync(new.fileno())
    except OSError as problem:
        file.unlink()
        raise KeyRefused(f"{file} cannot be written: {problem.strerror}") from problem
    return public


def add(data: Path, public: str) -> None:
    """From now on backups of `data` are sealed for this key too."""
    _recipient(public, "the key")
    try:
        with os.fdopen(os.open(data / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
            file.write(f"{public}\n")
    except OSError as problem:
        raise KeyRefused(f"{data / FILE} cannot be written: {problem.strerror}") from problem


def recipients(data: Path) -> list[Recipient]:
    """Those of the clinic. Raises KeyRefused where there is none: a backup is never written openly."""
    path = data / FILE
    try:
        lines = _words(path) if path.exists() else []
    except OSError as problem:
        raise KeyRefused(
            f"{path} cannot be read: {problem.strerror}. Give it to the account that serves."
        ) from problem
    if not lines:
        raise KeyRefused(
            f"no key to seal for: {path} names none. Make one with `wheal backup-key FILE --data {data}`."
        )
    return [_recipient(word, f"{path}, line {number}") for number, word in lines]


def identities(file: Path) -> list[Identity]:
    """The private keys of a file. Raises KeyRefused."""
    try:
        lines = _words(file)
    except OSError as problem:
        raise KeyRefused(f"{file}: {problem.strerror}") from problem
    try:
        found = [Identity.from_str(word) for _, word in lines]
    except IdentityError as problem:
        raise KeyRefused(f"{file} holds something that is no private key of a backup") from problem
    if not found:
        raise KeyRefused(f"{file} holds no private key")
    return found


def _recipient(word: str, where: str) -> Recipient:
    try:
        return Recipient.from_str(word)
    except RecipientError as problem:
        raise KeyRefused(f"{where}: {word} is no public key of a backup (age1…)") from problem


def _words(path: Path) -> list[tuple[int, str]]:
    """The lines that are neither empty nor remarks, with their numbers."""
    lines = enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
    return [(number, line.strip()) for number, line in lines if line.strip() and not line.startswith("#")]
