"""GS1 Digital Link: the same elements as a web address, on any host and below any path.

https://id.gs1.org/01/09506000134352/10/ABC123?17=271231
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from wheal.barcodes import identifiers
from wheal.barcodes.elements import Element
from wheal.barcodes.refusals import Unreadable, shown

PRIMARY: Final = frozenset(
    {"00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010", "8013"}
    | {"8017", "8018"}
)
"""Identifiers that an address may be about (dlpkey in the GS1 Barcode Syntax Dictionary)."""

_WORDS: Final = {"gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "exp": "17"}
"""Allowed instead of digits until version 1.1 of the standard; such labels are still about."""

_GTIN_LENGTHS: Final = (8, 12, 13)


def is_address(data: str) -> bool:
    return data[:8].lower().startswith(("http://", "https://"))


def elements(data: str) -> list[Element]:
    """The elements of the path, then those of the query. Raises Unreadable."""
    parts = _split(data)
    return [*_path(parts, data), *_query(parts)]


def _split(data: str) -> SplitResult:
    try:
        return urlsplit(data)
    except ValueError:
        raise Unreadable("not_gs1_address", shown(data), "is not a web address") from None


def _path(parts: SplitResult, data: str) -> list[Element]:
    """Pairs from the end of the path back to what the address is about; what stands before that is no matter."""
    segments = parts.path.split("/")
    if not segments[-1] and not identifiers.exactly(_ai(segments[-2:][0])):
        segments.pop()
    found: list[Element] = []
    for at in range(len(segments) - 2, -1, -2):
        ai = _ai(segments[at])
        element = _element(ai, unquote(segments[at + 1]))
        if element is None and identifiers.might_become_one(ai):
            raise _unassigned(ai)
        if element is None:
            break
        found.insert(0, element)
        if element.identifier.ai in PRIMARY:
            return found
    raise Unreadable(
        "not_gs1_address",
        shown(data),
        "is no GS1 Digital Link: its path leads to no identifier such as /01/",
    )


def _query(parts: SplitResult) -> Iterator[Element]:
    """Words are the address's own affair; a number that is no identifier is not allowed."""
    for pair in parts.query.split("&"):
        key, equals, value = pair.partition("=")
        if not equals or not (ai := _ai(unquote(key))):
            continue
        # "+" means a blank here, and no field may hold one: a plus sign must be written %2B.
        element = _element(ai, unquote(value.replace("+", " ")))
        if element is None:
            raise _unassigned(ai)
        yield element


def _ai(key: str) -> str:
    """The identifier in digits; nothing for a word that stands for none."""
    key = _WORDS.get(key, key)
    return key if key.isascii() and key.isdecimal() else ""


def _element(ai: str, value: str) -> Element | None:
    identifier = identifiers.exactly(ai)
    if identifier is None:
        return None
    # A GTIN may stand in an address without its leading zeros.
    is_short = ai == "01" and len(value) in _GTIN_LENGTHS
    return Element(identifier, value.zfill(14) if is_short else value)


def _unassigned(ai: str) -> Unreadable:
    return Unreadable(
        "unassigned_identifier", shown(ai), "in the address is not an identifier that GS1 has assigned"
    )
