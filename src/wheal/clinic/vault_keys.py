"""The keys of the vault: from the environment, or from a file that the serving account alone may read.

One key a line, 32 bytes in base64; the first seals, the others open what they sealed before. What begins with # is
a remark. A key is never in the database, in a log or on a page.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

ID = 8


class KeyMissing(Exception):
    """The key of the files is not there. Says which is wanted, or where it was looked for."""


@dataclass(frozen=True, slots=True)
class Key:
    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """Tells keys apart and gives nothing away."""
        return sha256(b"wheal vault key\n" + self.secret).digest()[:ID]


def held(file: Path, given: str, *, has_files: bool) -> tuple[Key, ...]:
    """`given` (from the environment) comes first. A new key is made only where no file is sealed yet.

    Otherwise a lost key would go unnoticed: new files would open, and all older ones would not.
    """
    if given.strip():
        return _read(given, "WHEAL_VAULT_KEY")
    if not file.exists():
        if has_files:
            raise KeyMissing(f"{file} is missing, and there are files that only it opens: put it back")
        _make(file)
    if file.stat().st_mode & 0o077:
        raise KeyMissing(f"{file} can be read by others than its owner: chmod 600 {file}")
    return _read(file.read_text("ascii", errors="replace"), str(file))


def _read(text: str, where: str) -> tuple[Key, ...]:
    lines = [line.split("#")[0].split() for line in text.splitlines()]
    try:
        keys = tuple(Key(b64decode(word, validate=True)) for line in lines for word in line)
    except ValueError as problem:
        raise KeyMissing(f"{where} holds something that is no key") from problem
    if not keys or any(len(key.secret) != 32 for key in keys):
        raise KeyMissing(f"{where} must hold keys of 32 bytes in base64, one a line")
    return keys


def _make(file: Path) -> None:
    """Of several processes that start at once one makes it, and the others read it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(b64encode(os.urandom(32)).decode() + "\n")
        new.flush()
        os.fsync(new.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        return
    finally:
        part.unlink()
