"""Signed notes of how far the audit had come, kept beside the database and worth copying elsewhere.

Whoever rewrites the audit in the database would have to rewrite these too, and has not the key.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

FILE, KEY = "checkpoints.jsonl", "checkpoint-key.pem"


class CheckpointDamaged(Exception):
    """A line of the file of checkpoints is not what was signed. Says which."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`event`, `seal`: the last event that was read. `events`: how many there were up to it.

    `read_at`: when the reading began, None in lines of earlier versions. `whole`: everything was read, not what was new
    alone. `accepted`: why what was found was no alteration, where somebody said so; `gone`: of
    which earlier ones the events are no longer the same, since an older copy was brought back.
    """

    event: int
    seal: str
    events: int
    at: datetime
    read_at: datetime | None = None
    whole: bool = True
    accepted: str = ""
    gone: tuple[int, ...] = ()


def note(
    data: Path,
    *,
    event: int,
    seal: str,
    events: int,
    read_at: datetime | None = None,
    whole: bool = True,
    accepted: str = "",
    gone: Sequence[int] = (),
) -> None:
    """Add a signed line: the last event, its seal and how many there were."""
    said: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(),
        "event": event,
        "events": events,
        "seal": seal,
        "whole": whole,
    }
    said |= {"read_at": read_at.isoformat()} if read_at else {}
    said |= {"accepted": accepted, "gone": list(gone)} if accepted else {}
    line = json.dumps({**said, "signature": b64encode(_made_key(data).sign(_bytes(said))).decode()}) + "\n"
    with os.fdopen(os.open(data / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def noted(data: Path) -> Sequence[Checkpoint]:
    """All that were signed and that no later one takes back, in the order of their events. Raises CheckpointDamaged."""
    if not (data / FILE).exists():
        return ()
    if not (data / KEY).exists():
        raise CheckpointDamaged(f"{data / FILE} is there, and not {KEY}: bring the key back from a backup")
    public = _key(data).public_key()
    lines = (data / FILE).read_text("utf-8").splitlines()
    held: list[Checkpoint] = []
    for number, line in enumerate(lines, 1):
        read = _read(line, number, public)
        held = [each for each in held if each.event not in read.gone] + [read]
    return sorted(held, key=lambda each: each.event)


def key_is(data: Path) -> str:
    """What the key of this folder is known by: the SHA-256 of its public half; "" where there is none."""
    if not (data / KEY).exists():
        return ""
    return sha256(_key(data).public_key().public_bytes_raw()).hexdigest()


def _read(line: str, number: int, public: Ed25519PublicKey) -> Checkpoint:
    try:
        said = json.loads(line)
        public.verify(b64decode(said.pop("signature")), _bytes(said))
        read_at = datetime.fromisoformat(said["read_at"]) if "read_at" in said else None
        return Checkpoint(
            event=int(said["event"]),
            seal=str(said["seal"]),
            events=int(said["events"]),
            at=datetime.fromisoformat(said["at"]),
            read_at=read_at,
            whole=bool(said.get("whole", True)),
            accepted=str(said.get("accepted", "")),
            gone=tuple(said.get("gone", ())),
        )
    except (ValueError, KeyError, AttributeError, TypeError, InvalidSignature) as problem:
        raise CheckpointDamaged(f"line {number} of the checkpoints is not as it was signed") from problem


def _bytes(said: dict[str, object]) -> bytes:
    return json.dumps(said, sort_keys=True).encode()


def _made_key(data: Path) -> Ed25519PrivateKey:
    """Made at the first checkpoint, for the account that serves the clinic alone."""
    path = data / KEY
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pem)
        unfinished.rename(path)
    return _key(data)


def _key(data: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key((data / KEY).read_bytes(), password=None)
    except ValueError as problem:
        raise CheckpointDamaged(f"{KEY} is no key: bring it back from a backup") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise CheckpointDamaged(f"{KEY} is not an Ed25519 key")
    return key
