"""Parts that came and wait for the letter that names them all, by clinic."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from wheal.measures.files import put, taken_out
from wheal.measures.letters import NAME
from wheal.measures.submissions import MOST_BYTES, Manifest, NotWhole

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Waiting:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, clinic: str, digest: str, body: bytes) -> None:
        """Raises NotWhole where the bytes are not those of the digest."""
        if not _DIGEST.fullmatch(digest) or hashlib.sha256(body).hexdigest() != digest:
            raise NotWhole("the bytes are not those of the digest")
        if len(body) > MOST_BYTES or not NAME.fullmatch(clinic):
            raise NotWhole(f"a part of more than {MOST_BYTES >> 20} MB, or of no clinic")
        put(self._place(clinic, digest), body)

    def read(self, clinic: str, digest: str) -> bytes:
        return self._place(clinic, digest).read_bytes()

    def missing(self, manifest: Manifest) -> list[str]:
        held = manifest.clinic
        return [part.digest for part in manifest.parts if not self._place(held, part.digest).is_file()]

    def spend(self, manifest: Manifest) -> None:
        """They are written, or were refused."""
        for part in manifest.parts:
            self._place(manifest.clinic, part.digest).unlink(missing_ok=True)

    def holds(self, clinic: str) -> bool:
        return any((self.folder / clinic).glob("*"))

    def forget(self, clinic: str) -> None:
        taken_out(self.folder / clinic)

    def sweep(self, older_than: float) -> int:
        """Parts that came before this moment (a POSIX time) and whose month never did."""
        old = [part for part in self.folder.glob("*/*") if part.stat().st_mtime < older_than]
        for part in old:
            part.unlink(missing_ok=True)
        return len(old)

    def _place(self, clinic: str, digest: str) -> Path:
        return self.folder / clinic / digest
