"""A question, read strictly: one lot, one patient, one mix, one practitioner, one product or one thing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wheal.reading import Malformed, parse

THINGS: Final = ("device", "needle", "water_point", "disinfectant", "room")
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
"""NUL, and half a surrogate pair: JSON can write them, no database keeps them."""
_ASKED: Final = ("lot", "patient", "mix", "practitioner", "product", *THINGS)


@dataclass(frozen=True, slots=True)
class LotAsked:
    """`gtin` as it was given, with or without leading zeros; "" where the product bears none."""

    number: str
    gtin: str = ""


def read_question(data: bytes) -> tuple[str, LotAsked | int]:
    """("lot", LotAsked), or an id: ("patient", 7), ("device", 3). Raises Malformed naming the field."""
    document = parse(data)
    if not isinstance(document, dict):
        raise Malformed("wrong_type", "", "this must be an object")
    for key in document:
        if key not in _ASKED:
            raise Malformed("unknown_field", key, "this field is not known")
    if len(document) != 1:
        raise Malformed(
            "missing_field", "lot", "ask for one lot, patient, mix, practitioner, product or thing"
        )
    kind, asked = next(iter(document.items()))
    return kind, _lot_asked(asked) if kind == "lot" else _id(kind, asked)


def _lot_asked(asked: object) -> LotAsked:
    if not isinstance(asked, dict):
        raise Malformed("wrong_type", "lot", "this must be an object")
    for key in asked:
        if key not in ("gtin", "number"):
            raise Malformed("unknown_field", f"lot.{key}", "this field is not known")
    if "number" not in asked:
        raise Malformed("missing_field", "lot.number", "this field is mandatory")
    return LotAsked(number=_lot_number(asked["number"]), gtin=_gtin(asked.get("gtin", "")))


def _lot_number(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("wrong_type", "lot.number", "this must be text")
    if not value.strip():
        raise Malformed("bad_value", "lot.number", "this must not be empty")
    if _NO_TEXT.search(value):
        raise Malformed("bad_value", "lot.number", "this holds a sign that is no text")
    return value.strip()


def _gtin(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("wrong_type", "lot.gtin", "this must be text")
    if value and not (value.isascii() and value.isdecimal() and len(value) in (8, 12, 13, 14)):
        raise Malformed("bad_value", "lot.gtin", "a GTIN has 8, 12, 13 or 14 digits")
    return value


def _id(kind: str, asked: object) -> int:
    """Ids are numbers in the record; they may be written as text too."""
    text = str(asked) if isinstance(asked, int) and not isinstance(asked, bool) else asked
    if not isinstance(text, str):
        raise Malformed("wrong_type", kind, "this must be an id")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Malformed("not_held", kind, f"no {kind} of this id is held")
    return int(text)
