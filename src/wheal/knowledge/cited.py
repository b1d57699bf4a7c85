"""Where a statement comes from, and how each language calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import with_config

from wheal.knowledge.values import CLOSED, Whole

Grade = Literal["A", "B", "C", "D"]


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from. `grade`: A regulator or label, B peer-reviewed or trial registry,
    C secondary, D general knowledge, not verified (a question to the clinician, never a limit)."""

    cite: str
    grade: Grade
    id: str = ""  # DOI, PMID, label section, decree number; "" where none was found
    year: Whole | None = None
    seen: Literal["abstract", "label", "official", "news", "memory"] | None = None
    cite_as: Mapping[str, str] = field(default_factory=dict)  # by language, where it is told in words
    id_as: Mapping[str, str] = field(default_factory=dict)
    as_published: bool = False  # names, title and place as they were printed: the same in every language

    def cited(self, language: str) -> str:
        return self.cite_as.get(language, self.cite)

    def numbered(self, language: str) -> str:
        """Its number or section, unless the citation says it."""
        number = self.id_as.get(language, self.id)
        return "" if self.id in self.cite or number in self.cited(language) else number
