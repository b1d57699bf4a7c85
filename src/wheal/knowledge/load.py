"""Reads the knowledge and cross-checks it. Either all of it is sound or every problem is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from wheal.knowledge.known import Knowledge

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, in which file, at which key."""

    file: str
    key: str
    complaint: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.complaint}" if self.key else f"{self.file}: {self.complaint}"


class KnowledgeError(ValueError):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load(folder: Path | None = None, *, extra: Path | None = None) -> Knowledge:
    """Raises KnowledgeError with all problems of all files at once."""
    raise NotImplementedError


@cache
def current() -> Knowledge:
    return load()
