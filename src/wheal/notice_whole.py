"""A notice that calls back every lot of a product, without a number: "All lots of …", "tous les lots de …"."""

from __future__ import annotations

import re
from typing import Final

_NAMED_ELSEWHERE: Final = (
    r"(?!\s*:|\s+(?:listed|named|below|above|following|concerned|affected|mentioned|from|between|starting|beginning|"
    r"suivants|concern|cit[ée]s|list[ée]s|mentionn|[ée]num|ci-|entre|compris|de\s+[A-Z]*\d|n[°º]|[A-Z-]*\d))"
)
_ALL: Final = re.compile(
    r"\b(?:(?:all|every|any|each)\s+(?:of\s+)?(?:the\s+)?(?:[a-z-]+\s+){0,3}?(?:lots?|batch(?:es)?)"
    r"|(?:tous\s+les|toutes?\s+les|tout|chaque|(?:ensemble|totalit[ée]|int[ée]gralit[ée])\s+des)\s+(?:[a-zà-ÿ-]+\s+)?lots?"
    r"|(?:whatever|regardless\s+of)\s+(?:the\s+|its\s+)?(?:lot|batch)(?:\s+number)?|quel\s+que\s+soit\s+(?:le|son)\s+(?:num[ée]ro\s+de\s+)?lot"
    r"|(?:all|any)\s+(?:the\s+)?(?:remaining|other)\s+(?:[\w®-]+\s+){0,4}?stocks?"
    r"|(?:entire|whole|complete)\s+(?:remaining\s+)?(?:stock|product|production)"
    r"|(?:totalit[ée]|ensemble|int[ée]gralit[ée])\s+(?:du|de\s+la|des)\s+(?:stocks?|produits?|production))\b"
    + _NAMED_ELSEWHERE,
    re.I,
)
_EACH: Final = re.compile(
    r"\b(?:lots?|batch(?:es)?)(?:\s+\w+)?\s*:\s*(all|any|every|tous|toutes?|alle)\b(?!\s+\S*\d)", re.I
)
"""“Batch: all”, “Lots concernés : tous”."""

_EVERY: Final = (
    r"(?:\*+|(?:all|any|every|each|entire|whole|tous|toutes?|tout|alle[rs]?|s[äa]mtliche|jede|todos?|todas?|tutt[ei]|"
    r"ensemble|totalit[ée]|int[ée]gralit[ée])\b)"
)
_BEGINS: Final = re.compile(rf"(?:l['’]\s*|la\s+|the\s+)?{_EVERY}", re.I)
_ALONE: Final = re.compile(
    rf"(?:l['’]\s*|la\s+|the\s+)?{_EVERY}(?:\s+(?:of|the|les|des|los|las|i|le|lots?|batch(?:es)?|numbers?|num[ée]ros?|de|"
    r"chargen?|lotes|lotti))*[.!]?",
    re.I,
)


def is_all(cell: str) -> bool:
    """Of a column of lots, by how it begins: *, "All", "tous les lots dont…", "alle Chargen"."""
    return bool(_BEGINS.match(cell.strip()))


def is_all_alone(cell: str) -> bool:
    """And says nothing else."""
    return bool(_ALONE.fullmatch(cell.strip()))


def all_lots(text: str) -> str:
    """The words that say so; "" where none do."""
    found = _EACH.search(text) or _ALL.search(text)
    return " ".join(found.group().split()) if found else ""
