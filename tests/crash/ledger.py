"""What was sent to the server, and what of it was acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, field

Key = tuple[str, int]  # kind and id


@dataclass
class Ledger:
    """What was sent, in its order, and how far the server acknowledged. Keys are (kind, id)."""

    sent: dict[Key, list[str]] = field(default_factory=dict)
    acknowledged: dict[Key, int] = field(default_factory=dict)
    saves: int = 0
    signatures: int = 0
    unexpected: list[str] = field(default_factory=list)

    def send(self, key: Key, value: str) -> int:
        self.sent.setdefault(key, []).append(value)
        return len(self.sent[key])

    def acknowledge(self, key: Key, place: int) -> None:
        self.acknowledged[key] = place
        if key[0] == "signature":
            self.signatures += 1
        else:
            self.saves += 1

    def allows(self, key: Key, found: str) -> bool:
        """The last acknowledged value, or one that was sent after it and may have arrived."""
        held = ["", *self.sent.get(key, [])]
        return found in held[self.acknowledged.get(key, 0) :]
