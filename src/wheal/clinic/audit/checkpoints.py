"""Signed notes of how far the audit had come, kept beside the database and worth copying elsewhere.

Whoever rewrites the audit in the database would have to rewrite these too, and has not the key.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class CheckpointDamaged(Exception):
    """A line of the file of checkpoints is not what was signed. Says which."""


def note(data: Path, *, event: int, seal: str, events: int) -> None:
    """Add a signed line: the last event, its seal and how many there were."""
    said = {"at": datetime.now(UTC).isoformat(), "event": event, "events": events, "seal": seal}
    signature = _key(data).sign(_bytes(said))
    line = json.dumps({**said, "signature": b64encode(signature).decode()}) + "\n"
    with os.fdopen(os.open(_file(data), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def seals(data: Path) -> dict[int, str]:
    """Of each event that a checkpoint names, the seal that it had. Raises CheckpointDamaged."""
    if not _file(data).exists():
        return {}
    public = _key(data).public_key()
    lines = _file(data).read_text("utf-8").splitlines()
    return dict(_read(line, number, public) for number, line in enumerate(lines, 1))


def _read(line: str, number: int, public: Ed25519PublicKey) -> tuple[int, str]:
    try:
        said = json.loads(line)
        public.verify(b64decode(said.pop("signature")), _bytes(said))
        return int(said["event"]), str(said["seal"])
    except (ValueError, KeyError, AttributeError, TypeError, InvalidSignature) as problem:
        raise CheckpointDamaged(f"line {number} of the checkpoints is not as it was signed") from problem


def _bytes(said: dict[str, object]) -> bytes:
    return json.dumps(said, sort_keys=True).encode()


def _file(data: Path) -> Path:
    return data / "checkpoints.jsonl"


def _key(data: Path) -> Ed25519PrivateKey:
    """Made at the first checkpoint, for the account that serves the clinic alone."""
    path = data / "checkpoint-key.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pem)
        unfinished.rename(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise CheckpointDamaged(f"{path.name} is not an Ed25519 key")
    return key
