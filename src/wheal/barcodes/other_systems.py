"""Codes that are no GS1 element strings, told apart by how they begin."""

from __future__ import annotations

import re
from typing import Final

from biip.symbology import GS1Symbology

from wheal.barcodes.elements import is_checked
from wheal.barcodes.refusals import Unreadable, shown

_PREFIX: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_WITH_ELEMENTS: Final = {
    f"]{one.value}"
    for one in (
        *GS1Symbology.with_gs1_messages(),
        GS1Symbology.GS1_COMPOSITE_WITH_SEPARATOR_CHAR,
        GS1Symbology.GS1_COMPOSITE_WITH_ESCAPE_CHAR,
    )
}
_BARE_NUMBER: Final = {"]E0", "]E1", "]E2", "]E3", "]E4", "]I1"}
_PPN: Final = re.compile(r"9N|-[0-9]{7,8}$")
_ENVELOPE: Final = "[)>"
_AS_TEXT: Final = re.compile(r"[<{\[](?:GS|FNC1)[>}\]]|\\(?:x1[dD]|u001[dD]|F)|␝")
_EAN_LENGTHS: Final = (8, 12, 13, 14)


def without_prefix(data: str) -> tuple[str, str]:
    """The AIM symbology identifier that scanners may put first, such as ]d2 for GS1 DataMatrix, and the rest."""
    found = _PREFIX.match(data)
    return (found[0], data[3:]) if found else ("", data)


def refuse(prefix: str, data: str) -> None:
    """Raises Unreadable for what another system made. Web addresses have been taken out before."""
    if data.lstrip("*").startswith("+"):
        raise Unreadable("hibc", shown(data), "is an HIBC code (it starts with +), not a GS1 code")
    if data.startswith(("=", "&")):
        raise Unreadable(
            "isbt_128", shown(data), f"is an ISBT 128 code (it starts with {data[0]}), not a GS1 code"
        )
    if _PPN.match(data) or (data.startswith(_ENVELOPE) and "9N" in data):
        raise Unreadable("ifa_ppn", shown(data), "is an IFA code (PPN or PZN), not a GS1 code")
    if prefix in _BARE_NUMBER:
        raise bare_number(data)
    if prefix not in _WITH_ELEMENTS and (prefix or not data[:1].isdigit()):
        raise _plain(prefix, data)
    if found := _AS_TEXT.search(data):
        raise Unreadable(
            "separator_as_text",
            shown(data),
            f"holds {found[0]} in letters: set the scanner to send the separator as ASCII 29",
        )


def is_bare_number(data: str) -> bool:
    return len(data) in _EAN_LENGTHS and data.isascii() and data.isdecimal()


def bare_number(data: str) -> Unreadable:
    wrong = ", and its check digit is wrong" if is_bare_number(data) and not is_checked(data) else ""
    return Unreadable(
        "plain_ean",
        shown(data),
        f"is a plain EAN, UPC or ITF-14 barcode: a number without lot and expiry{wrong}; "
        "scan the GS1 code beside it, or type what is printed",
    )


def _plain(prefix: str, data: str) -> Unreadable:
    names = {"]d": "Data Matrix", "]Q": "QR code"}
    kind = names.get(prefix[:2], f"symbol ({prefix})") if prefix else "Data Matrix, QR code or other symbol"
    told = f" ({prefix})" if prefix[:2] in names else ""
    return Unreadable("plain_symbol", shown(data), f"comes from a plain {kind}{told} that holds no GS1 data")
