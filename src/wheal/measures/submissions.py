"""What a clinic sends: one month at a time, in parts that can be sent again, under its signature.

    sent = packed("clinic-name", "2026-01", tables)        # parts and the manifest that names them
    letter = signed(sent.manifest, private_key)
    manifest = opened(letter, public_key)                  # or NotGenuine
    rows = unpacked(manifest, part, body, allowed)         # or NotWhole, naming table, row and column

A part is JSON Lines under gzip, named by the digest of its bytes. The same month packed again is the same bytes, so
that sending it again changes nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed
from wheal.measures.counting import Row
from wheal.measures.formats import as_known, in_columns
from wheal.measures.letters import MONTHS, NAME, NotGenuine, read, sealed

ROWS: Final = 20_000
"""In a part: about 100 kB of it, sent again after a lost connection without pain."""
MOST_BYTES: Final = 64 << 20
"""Of one part, unpacked: no more is read."""
EDITIONS: Final = 1_000
"""Of one month at most: a clinic corrects it once a month."""
_MONTH: Final = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9A-Za-z.+_-]{0,60}")


class NotWhole(Exception):
    """A part is not what its manifest says, or a row is not what its table says."""


@dataclass(frozen=True, slots=True)
class Part:
    table: str
    rows: int
    digest: str  # SHA-256 of its bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """`edition`: 1 for the first time that this month is sent, one more for each correction of it."""

    clinic: str
    month: str
    edition: int
    parts: tuple[Part, ...]
    knowledge: str = ""  # its version
    format: str = MONTHS


@dataclass(frozen=True, slots=True)
class Packed:
    manifest: Manifest
    bodies: Mapping[str, bytes]  # by digest

    @property
    def content(self) -> str:
        """SHA-256 over the digests of its parts: the same rows, whichever edition they are."""
        return hashlib.sha256("".join(part.digest for part in self.manifest.parts).encode()).hexdigest()


def packed(
    clinic: str, month: str, tables: Mapping[str, Sequence[Row]], *, edition: int = 1, knowledge: str = ""
) -> Packed:
    """Rows of other months or of other clinics raise ValueError."""
    bodies: dict[str, bytes] = {}
    parts: list[Part] = []
    for table in TABLES:
        for some in _some(sorted(tables.get(table, ()), key=_in_order)):
            if any(row["month"] != month or row["clinic"] != clinic for row in some):
                raise ValueError(f"{table} holds rows that are not of {clinic} in {month}")
            body = gzip.compress("".join(f"{_in_order(row)}\n" for row in some).encode(), mtime=0)
            part = Part(table, len(some), hashlib.sha256(body).hexdigest())
            bodies[part.digest] = body
            parts.append(part)
    return Packed(Manifest(clinic, month, edition, tuple(parts), knowledge), bodies)


def _some(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[at : at + ROWS] for at in range(0, len(rows), ROWS))


def _in_order(row: Row) -> str:
    return json.dumps(row, sort_keys=True, separators=(",", ":"))


def signed(manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    return sealed(asdict(manifest), key)


def opened(letter: bytes, key: Ed25519PublicKey) -> Manifest:
    """Raises NotGenuine, saying why."""
    return _manifest(read(letter, key))


def _manifest(said: Mapping[str, Any]) -> Manifest:
    try:
        parts = tuple(Part(**part) for part in said["parts"])
        manifest = Manifest(**{**said, "parts": parts})
    except (KeyError, TypeError) as problem:
        raise NotGenuine("it is no manifest") from problem
    if not NAME.fullmatch(manifest.clinic) or not _MONTH.fullmatch(str(manifest.month)):
        raise NotGenuine("it names no clinic and month")
    if type(manifest.edition) is not int or not 1 <= manifest.edition <= EDITIONS:
        raise NotGenuine("it names no edition")
    if not isinstance(manifest.knowledge, str) or not _VERSION.fullmatch(manifest.knowledge):
        raise NotGenuine("it names no version of the knowledge")
    for part in parts:
        if (
            str(part.table) not in TABLES
            or not _DIGEST.fullmatch(str(part.digest))
            or type(part.rows) is not int
        ):
            raise NotGenuine("it names a part of no table")
    if len({part.digest for part in parts}) != len(parts):
        raise NotGenuine("it names a part twice")
    return manifest


def unpacked(manifest: Manifest, part: Part, body: bytes, allowed: Allowed) -> list[Row]:
    """Raises NotWhole, naming table, row and column."""
    if hashlib.sha256(body).hexdigest() != part.digest:
        raise NotWhole(f"{part.table}: the bytes are not those of the manifest")
    try:
        with gzip.open(BytesIO(body)) as unzipped:
            text = unzipped.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise NotWhole(f"{part.table}: more than {MOST_BYTES >> 20} MB in one part")
        rows = [in_columns(manifest.format, part.table, json.loads(line)) for line in text.splitlines()]
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as problem:
        raise NotWhole(f"{part.table}: it is no JSON Lines under gzip") from problem
    if len(rows) != part.rows:
        raise NotWhole(f"{part.table}: {len(rows)} rows, the manifest says {part.rows}")
    return [
        as_known(manifest.format, part.table, _checked(manifest, part.table, at, row, allowed))
        for at, row in enumerate(rows, 1)
    ]


def _checked(manifest: Manifest, table: str, at: int, row: Any, allowed: Allowed) -> Row:
    if isinstance(row, dict) and (row.get("clinic"), row.get("month")) != (manifest.clinic, manifest.month):
        raise NotWhole(f"{table}, row {at}: it is of another clinic or month")
    wrong = allowed.wrong(table, row)
    if wrong.endswith(allowed.version) and manifest.knowledge:
        wrong = f"{wrong}; the clinic's is {manifest.knowledge}"
    if wrong:
        raise NotWhole(f"{table}, row {at}: {wrong}")
    held: Row = row
    return held
