"""Where one field ends and the next begins: element strings, and the bracketed form that people read."""

from __future__ import annotations

import re
from typing import Final

from wheal.barcodes import identifiers
from wheal.barcodes.elements import Element
from wheal.barcodes.refusals import Unreadable, shown

SEPARATOR: Final = "\x1d"
_AROUND: Final = " \t\r\n" + SEPARATOR
_BRACKETED: Final = re.compile(r"(?<!\\)\( *([0-9]+) *\)")
_ESCAPED: Final = re.compile(r"\\([()])")


def element_string(data: str) -> list[Element]:
    """GS1 General Specifications, section 7.8.6: a field of predefined length ends by itself, any other at a
    separator or at the end. Separators that are not needed do no harm."""
    found: list[Element] = []
    rest = data.lstrip(SEPARATOR)
    while rest:
        identifier = identifiers.starting(rest)
        if identifier is None:
            raise _unassigned(rest, found)
        field, _, _ = rest[len(identifier.ai) :].partition(SEPARATOR)
        if not identifier.ends_by_separator:
            field = field[: identifier.longest]
        found.append(Element(identifier, field))
        rest = rest[len(identifier.ai) + len(field) :].lstrip(SEPARATOR)
    return found


def _unassigned(rest: str, found: list[Element]) -> Unreadable:
    after = f"after {found[-1]}" if found else "at the beginning"
    return Unreadable(
        "unassigned_identifier", shown(rest), f"{after} starts with no identifier that GS1 has assigned"
    )


def bracketed(data: str) -> list[Element]:
    r"""(01)09506000134352(10)AB(C)1. What stands in brackets is an identifier if it is assigned; otherwise it belongs
    to the field, unless it looks like an identifier: then it is refused. `\(` always belongs to the field."""
    starts = [found for found in _BRACKETED.finditer(data) if _is_identifier(found[1])]
    if not starts or starts[0].start() > 0:
        raise Unreadable(
            "unassigned_identifier", shown(data), "does not start with an assigned identifier in brackets"
        )
    ends = [*(start.start() for start in starts[1:]), len(data)]
    return [_element(start, data[start.end() : end]) for start, end in zip(starts, ends, strict=True)]


def _is_identifier(digits: str) -> bool:
    if identifiers.might_become_one(digits):
        raise Unreadable(
            "unassigned_identifier",
            f"({digits})",
            f"is not an identifier that GS1 has assigned; if it belongs to the field, write \\({digits})",
        )
    return identifiers.exactly(digits) is not None


def _element(start: re.Match[str], field: str) -> Element:
    identifier = identifiers.exactly(start[1])
    assert identifier is not None
    return Element(identifier, _ESCAPED.sub(r"\1", field.strip(_AROUND)))
