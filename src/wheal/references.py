"""Where a citation can be read: DOI, PubMed, PubMed Central and trial-registry numbers found in a text."""

from __future__ import annotations

import re
from typing import Final

_KINDS: Final = {
    "doi": (r"(?:doi:?\s*)?(10\.\d{4,9}/[^\s,;]*[^\s,;.)])", "https://doi.org/{}"),
    "pmid": (r"PMID:?\s*(\d{4,9})", "https://pubmed.ncbi.nlm.nih.gov/{}/"),
    "pmc": (r"\b(PMC\d{4,9})\b", "https://pmc.ncbi.nlm.nih.gov/articles/{}/"),
    "trial": (r"\b(NCT\d{8})\b", "https://clinicaltrials.gov/study/{}"),
}
_FOUND: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, (pattern, _) in _KINDS.items()))


def linked(text: str) -> tuple[tuple[str, str], ...]:
    """The text in pieces, each with its address; "" for a piece that has none. Joined, they are the text.

    >>> linked("Smith 2019, PMID 123456")
    (('Smith 2019, ', ''), ('PMID 123456', 'https://pubmed.ncbi.nlm.nih.gov/123456/'))
    """
    pieces, at = [], 0
    for match in _FOUND.finditer(text):
        if match.start() > at:
            pieces.append((text[at : match.start()], ""))
        pieces.append((match.group(), _address(match)))
        at = match.end()
    if at < len(text):
        pieces.append((text[at:], ""))
    return tuple(pieces)


def _address(match: re.Match[str]) -> str:
    pattern, address = _KINDS[str(match.lastgroup)]
    number = re.fullmatch(pattern, match.group())
    return address.format(number[1]) if number else ""
