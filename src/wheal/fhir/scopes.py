"""SMART's scopes: which resources a program may read or write, on whose behalf. Both spellings, of version 1 and 2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LETTERS: Final = "cruds"
_OLD: Final = {"read": "rs", "write": "cud", "*": LETTERS}
_SCOPE: Final = re.compile(
    r"(?P<level>patient|user|system)/(?P<kind>\*|[A-Z][A-Za-z]+)\.(?P<what>read|write|\*|c?r?u?d?s?)$"
)


@dataclass(frozen=True, slots=True)
class Scope:
    level: str
    kind: str  # "*": any
    letters: str

    def allows(self, kind: str, letter: str) -> bool:
        return self.kind in ("*", kind) and letter in self.letters


def parse(text: str) -> Scope | None:
    """None where it is no scope of resources. One with a search after it is not granted: it could not be held to."""
    found = _SCOPE.match(text)
    if found is None or not found["what"]:
        return None
    return Scope(found["level"], found["kind"], _OLD.get(found["what"], found["what"]))


def within(asked: Scope, held: Iterable[Scope]) -> list[str]:
    """What of a scope is held, as scopes of version 2: narrower ones where not the whole of it is."""
    found: dict[str, str] = {}
    for each in held:
        letters = "".join(letter for letter in LETTERS if letter in each.letters and letter in asked.letters)
        if (
            each.level == asked.level
            and letters
            and (asked.kind == each.kind or "*" in (asked.kind, each.kind))
        ):
            kind = each.kind if asked.kind == "*" else asked.kind
            found[kind] = "".join(sorted({*found.get(kind, ""), *letters}, key=LETTERS.index))
    return [f"{asked.level}/{kind}.{letters}" for kind, letters in found.items()]


def of(texts: Iterable[str]) -> tuple[Scope, ...]:
    return tuple(scope for text in texts if (scope := parse(text)))


def allow(scopes: Iterable[Scope], kind: str, letter: str) -> bool:
    return any(scope.allows(kind, letter) for scope in scopes)
