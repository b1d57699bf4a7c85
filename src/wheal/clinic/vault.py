"""Files that a clinic keeps encrypted: photographs, documents. What is on the disk opens with the clinic's key alone.

    vault = current()
    with vault.all_or_none() as put, transaction.atomic():
        kept = put([jpeg], about="photographs.original")  # Kept(name, size, sha256): save all three in the row
        …
    jpeg = vault.read(kept.name, about="photographs.original")  # or vault.pieces(…), for a large file
    transaction.on_commit(partial(vault.remove, kept.name))  # its key goes with it: nobody reads it again

`about` says what kind of file it is, and whose where that matters; a file opens only as what it was put in as, so
that one cannot be passed off as another. Files that were put in are taken out again where the transaction fails, and
removed only once it is committed: then a row never names a file that is gone, and no file is left without a row.

A file begins with the id of the clinic's key and with a key of its own, wrapped by it (AES-256-GCM). Its content
follows in pieces of 64 KiB, each sealed (AES-256-GCM) under its number and whether it is the last: a piece that was
altered, moved, left out or cut off is noticed before a byte of it is given out. Format: docs/reference/vault.md.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from wheal.clinic import vault_keys
from wheal.clinic.vault_keys import Key

MAGIC: Final = b"WHEALV1\n"
PIECE: Final = 64 * 1024
NONCE, TAG, KEY = 12, 16, 32
WRAPPED: Final = NONCE + KEY + TAG
HEAD: Final = len(MAGIC) + vault_keys.ID + WRAPPED


class NotKept(Exception):
    """There is no such file: its name."""


class Damaged(Exception):
    """The file is not what was put in, or was put in as something else. Says which."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was put in: the name by which it is read, its bytes before encryption, and their SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Vault:
    """The encrypted files under one folder. The first key seals; every one of them opens."""

    folder: Path
    keys: tuple[Key, ...] = field(repr=False)

    def put(self, pieces: Iterable[bytes], *, about: str) -> Kept:
        """Encrypt and keep. The file is on the disk, whole, when this returns."""
        name, digest, size = secrets.token_hex(16), sha256(), 0
        with self._arriving(name) as file:
            own = AESGCM.generate_key(bit_length=256)
            head = self._head(own, about)
            file.write(head)
            for number, (piece, is_last) in enumerate(_in_pieces(pieces)):
                digest.update(piece)
                size += len(piece)
                file.write(AESGCM(own).encrypt(_nonce(number, is_last), piece, head))
        return Kept(name, size, digest.hexdigest())

    @contextmanager
    def all_or_none(self) -> Iterator[Callable[..., Kept]]:
        """Gives `put`; what it put in is removed where the block does not end well."""
        with ExitStack() as undo:

            def put(pieces: Iterable[bytes], *, about: str) -> Kept:
                kept = self.put(pieces, about=about)
                undo.callback(self.remove, kept.name)
                return kept

            yield put
            undo.pop_all()

    def pieces(self, name: str, *, about: str) -> Iterator[bytes]:
        """The content, piece by piece; each has been checked. Raises NotKept, Damaged, KeyMissing."""
        with self._begun(name, about) as (file, head, own):
            for number, (piece, is_last) in enumerate(_sealed_pieces(file)):
                try:
                    yield own.decrypt(_nonce(number, is_last), piece, head)
                except InvalidTag as broken:
                    raise Damaged(f"{name}: piece {number + 1}") from broken

    def read(self, name: str, *, about: str) -> bytes:
        return b"".join(self.pieces(name, about=about))

    def seen(self, name: str) -> tuple[bytes, int]:
        """The id of the key that it was sealed with, and its length on the disk; nothing is opened. Raises NotKept,
        Damaged."""
        with self._open(name) as file:
            begin, length = file.read(len(MAGIC) + vault_keys.ID), os.fstat(file.fileno()).st_size
        if length < HEAD + TAG or not begin.startswith(MAGIC):
            raise Damaged(f"{name}: it does not begin as a file of the vault")
        return begin[len(MAGIC) :], length

    def ends(self, name: str, *, about: str) -> None:
        """Its last piece, and no more of it, is opened. A piece opens under its own number and as the last one alone,
        so nothing was cut off. Raises as `pieces` does."""
        with self._begun(name, about) as (file, head, own):
            number = max(0, -(-(os.fstat(file.fileno()).st_size - HEAD) // (PIECE + TAG)) - 1)
            file.seek(HEAD + number * (PIECE + TAG))
            try:
                own.decrypt(_nonce(number, True), file.read(), head)
            except InvalidTag as broken:
                raise Damaged(f"{name}: cut off, or its last piece is not what was put in") from broken

    @contextmanager
    def _begun(self, name: str, about: str) -> Iterator[tuple[BinaryIO, bytes, AESGCM]]:
        """The file, read up to its first piece; its head; its own key."""
        with self._open(name) as file:
            head = file.read(HEAD)
            yield file, head, self._own_key(name, head, about)

    def _open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError as gone:
            raise NotKept(name) from gone

    def remove(self, name: str) -> None:
        """For good. No complaint where it is gone already."""
        self._path(name).unlink(missing_ok=True)

    def holds(self, name: str) -> bool:
        return self._path(name).exists()

    def names(self) -> Iterator[str]:
        """Of everything that is kept, in no order."""
        return (path.name for path in self.folder.glob("[0-9a-f][0-9a-f]/*") if "." not in path.name)

    def _path(self, name: str) -> Path:
        if len(name) != 32 or set(name) - set("0123456789abcdef"):
            raise NotKept(name)
        return self.folder / name[:2] / name

    @contextmanager
    def _arriving(self, name: str) -> Iterator[BinaryIO]:
        """Under its name once it is whole and on the disk, or not there at all."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        _on_disk(path.parent)

    def _head(self, own: bytes, about: str) -> bytes:
        key, nonce = self.keys[0], os.urandom(NONCE)
        begin = MAGIC + key.id
        return begin + nonce + AESGCM(key.secret).encrypt(nonce, own, begin + about.encode())

    def _own_key(self, name: str, head: bytes, about: str) -> AESGCM:
        begin = head[: len(MAGIC) + vault_keys.ID]
        if len(head) != HEAD or not begin.startswith(MAGIC):
            raise Damaged(f"{name}: it does not begin as a file of the vault")
        key = next((each for each in self.keys if each.id == begin[len(MAGIC) :]), None)
        if key is None:
            raise vault_keys.KeyMissing(f"{name} was sealed with key {begin[len(MAGIC) :].hex()}")
        wrapped = head[len(begin) :]
        try:
            return AESGCM(
                AESGCM(key.secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], begin + about.encode())
            )
        except InvalidTag as broken:
            raise Damaged(f"{name}: not what was put in as {about}") from broken


def _nonce(number: int, is_last: bool) -> bytes:
    """Never twice under a key of its own: the number of the piece, and whether the content ends with it."""
    return number.to_bytes(NONCE - 1) + bytes([is_last])


def _in_pieces(source: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Whole pieces and a last one, which may be empty."""
    held = bytearray()
    for some in source:
        held += some
        while len(held) > PIECE:
            yield bytes(held[:PIECE]), False
            del held[:PIECE]
    yield bytes(held), True


def _sealed_pieces(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    piece = file.read(PIECE + TAG)
    while following := file.read(PIECE + TAG):
        yield piece, False
        piece = following
    yield piece, True


def _on_disk(folder: Path) -> None:
    """The name too, not the content alone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def length_of(size: int) -> int:
    """On the disk, of so many bytes put in."""
    return HEAD + size + TAG * max(1, -(-size // PIECE))


def digest_of(content: bytes) -> str:
    """As `Kept.sha256` says it."""
    return sha256(content).hexdigest()


def current() -> Vault:
    """The vault of this site: settings VAULT and VAULT_KEY_FILE, or the key from the environment."""
    return _opened(Path(settings.VAULT), Path(settings.VAULT_KEY_FILE), settings.VAULT_KEY)


def as_it_is() -> Vault:
    """As whoever starts now would find it: the key is read again, and none is made. Raises KeyMissing."""
    keys = vault_keys.held(Path(settings.VAULT_KEY_FILE), settings.VAULT_KEY, has_files=True)
    return Vault(Path(settings.VAULT), keys)


@lru_cache(maxsize=4)
def _opened(folder: Path, key_file: Path, given: str) -> Vault:
    return Vault(
        folder, vault_keys.held(key_file, given, has_files=folder.exists() and any(folder.iterdir()))
    )
