"""May this practitioner inject this, here, today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from wheal.reading import AList, Code, Day


@dataclass(frozen=True, slots=True)
class Credential:
    """`valid_until` is the last day on which it holds; None means not known."""

    kind: Code
    valid_until: Day | None = None


@dataclass(frozen=True, slots=True)
class Practitioner:
    role: Code
    credentials: Annotated[tuple[Credential, ...], AList]
