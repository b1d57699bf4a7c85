"""What says that there is none of something: "no known allergy" is no allergy. By its code, or by its words alone.

A code says it for sure, and of what kind: such a statement answers nothing here, for it is asked. Words that sound so
are kept as they stand, as neither an allergy nor the absence of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from wheal.fhir import canonical

SNOMED: Final = "http://snomed.info/sct"
_NOTHING_KNOWN: Final = frozenset({
    "716186003",  # no known allergy
    "409137002",  # no known drug allergy
    "428607008",  # no known environmental allergy
    "429625007",  # no known food allergy
    "787481004",  # no known medications
    "160245001",  # no current problems or disability
    "716220001",  # no known animal allergy
    "428197003",  # no known insect allergy
    "1003774007",  # no known Hevea brasiliensis latex allergy
    "160244002",  # no known allergies
})  # fmt: skip
"""Of SNOMED CT. The first six: HL7's ConceptMap absence-to-snomed-uv-ips, by which the IPS replaced a list of its own;
the next three: CH Allergy Intolerance Value Set of HL7 Switzerland; the last: what CCD, IHE and HITSP recommended
before, as the examples of C-CDA say."""
_NONE: Final = re.compile(
    r"(there (is|are) )?(no known|no history of|no current|no (drug |food |medication )?allerg|not known to|none\b"
    r"|nil\b|denies|nk[df]?a\b|pas d['’e]|aucun|absence d['’e]|néant)",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"\s*[.;:,!?()]\s*|\s+[-–/]\s+")
_OF_SNOMED: Final = {"", "situation", "finding"}
_BUT: Final = re.compile(
    r"\b(but|except\w*|other|apart|however|though|unless|sauf|hormis|except\w*|mais|autres?)\b", re.IGNORECASE
)


def says_none(codings: Iterable[tuple[str, str]]) -> bool:
    """One of these codes says so."""
    return any(
        system == canonical.ABSENT_OR_UNKNOWN or (system == SNOMED and code in _NOTHING_KNOWN)
        for system, code in codings
    )


def sounds_so(words: str) -> bool:
    """Each part of it is a no, and nothing takes any of it back: "no known allergy except latex" does."""
    parts = [each for each in _PARTS.split(words.strip()) if each not in _OF_SNOMED]
    return bool(parts) and all(_NONE.match(each) for each in parts) and not _BUT.search(words)
