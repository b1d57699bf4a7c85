"""What is wrong with the knowledge, told to the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str
    key: str
    complaint: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.complaint}" if self.key else f"{self.file}: {self.complaint}"


class KnowledgeError(ValueError):
    """Carries every problem of every file, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
