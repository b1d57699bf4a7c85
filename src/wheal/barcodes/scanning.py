"""What a scanned code says about the vial in the hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from wheal.barcodes import addresses, dates, other_systems, splitting
from wheal.barcodes.elements import Element, check, is_checked, without_repeats
from wheal.barcodes.refusals import Unreadable, shown
from wheal.reading import Malformed, parse

_BLANKS: Final = (
    " \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
)
_CARET: Final = "^]"
"""How some scanners type the separator: Control and ]. GS1 allows no ^ in any field."""
_GTINS: Final = ("01", "02", "03", "8006", "8026")
_OWNERS: Final = {"10": _GTINS, "21": ("01", "03", "8006")}
"""Which identifiers give a lot or a serial its GTIN (req in the GS1 Barcode Syntax Dictionary)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """`gtin` has 14 digits. `expires` is the last day of use, or the moment where the code gives a time."""

    gtin: str | None = None
    lot: str | None = None
    expires: date | datetime | None = None
    serial: str | None = None

    def as_json(self) -> dict[str, str]:
        """A key is absent where the code does not carry it."""
        said = {"gtin": self.gtin, "lot": self.lot, "expires": _iso(self.expires), "serial": self.serial}
        return {key: value for key, value in said.items() if value is not None}


def _iso(until: date | datetime | None) -> str | None:
    if isinstance(until, datetime):
        return until.isoformat(timespec="minutes")
    return until.isoformat() if until else None


def read(data: str, *, today: date) -> Scan:
    """Any code that a scanner or a person enters. Years are those nearest to `today`. Raises Unreadable."""
    data = data.strip(_BLANKS)
    prefix, rest = other_systems.without_prefix(data)
    rest = rest.strip(_BLANKS)
    if not addresses.is_address(rest):
        rest = rest.replace(_CARET, splitting.SEPARATOR)
    if not rest.strip(_BLANKS + splitting.SEPARATOR):
        raise Unreadable("empty_input", "", "there is nothing to read")
    if addresses.is_address(rest):
        return _scan(addresses.elements(rest), today)
    if rest.startswith("("):
        return _scan(splitting.bracketed(rest), today)
    other_systems.refuse(prefix, rest.lstrip(splitting.SEPARATOR))
    if not prefix and other_systems.is_bare_number(rest):
        return _number(rest, today)
    return _scan(splitting.element_string(rest), today)


def _number(data: str, today: date) -> Scan:
    """A bare number as long as an EAN may also be an element string, such as an expiry date alone."""
    try:
        scan = _scan(splitting.element_string(data), today)
    except Unreadable:
        if data.startswith("01") and not is_checked(data):
            raise
        raise other_systems.bare_number(data) from None
    if scan == Scan():
        raise other_systems.bare_number(data)
    return scan


def _scan(elements: list[Element], today: date) -> Scan:
    for element in elements:
        check(element, today=today)
    values = without_repeats(elements)
    _owned(values)
    return Scan(_gtin(values), values.get("10"), _expires(values, today), values.get("21"))


def _owned(values: Mapping[str, str]) -> None:
    for ai, owners in _OWNERS.items():
        if ai in values and not any(owner in values for owner in owners):
            about = f"({ai}) {shown(values[ai])}"
            kind = {"10": "lot", "21": "serial"}[ai]
            raise Unreadable("missing_gtin", about, f"is a {kind} without the GTIN (01) that it belongs to")


def _gtin(values: Mapping[str, str]) -> str | None:
    """Of the item, or of what a carton holds (02), or of the whole that a piece belongs to (8006)."""
    found = {values[ai][:14]: ai for ai in reversed(_GTINS) if ai in values}
    if len(found) > 1:
        told = ", ".join(f"({ai}) {gtin}" for gtin, ai in reversed(found.items()))
        raise Unreadable("conflicting_values", told, "are two different GTINs in one code")
    return next(iter(found), None)


def _expires(values: Mapping[str, str], today: date) -> date | datetime | None:
    day = dates.day(values["17"], today=today, may_be_00=True) if "17" in values else None
    if "7003" not in values:
        return day
    until = dates.moment(values["7003"], today=today)
    if day is not None and day != until.date():
        raise Unreadable(
            "conflicting_values",
            f"(17) {shown(values['17'])}, (7003) {shown(values['7003'])}",
            "are two different expiry dates in one code",
        )
    return until


def answer_line(document: bytes, today: date) -> bytes:
    """The answer to one `{"data": "..."}`, or the error that says what is wrong: JSON without a line end."""
    try:
        said: Mapping[str, object] = read(_data(parse(document)), today=today).as_json()
    except Malformed as problem:
        said = problem.as_json()
    # Half a surrogate pair has no UTF-8; "backslashreplace" writes it as JSON escapes it.
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _data(document: object) -> str:
    if not isinstance(document, dict):
        raise Malformed("wrong_type", "", "this must be an object")
    for name in document:
        if name != "data":
            raise Malformed("unknown_field", name, "this field is not known here")
    if "data" not in document:
        raise Malformed("missing_field", "data", "this field is mandatory")
    if not isinstance(document["data"], str):
        raise Malformed("wrong_type", "data", "this must be text")
    return document["data"]
