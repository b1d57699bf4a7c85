"""Labels that Wheal prints for what bears no code of its own: opened containers, places, rooms and equipment.

A DataMatrix holds the code, for scanners and the tablet's camera; a QR code holds the address of the page, for any
telephone. A code is W, a letter for what it names, eleven digits of its number and a check digit (GS1, modulo 10), so
that one typed wrongly names nothing else.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import zxingcpp
from biip.checksums import gs1_standard_check_digit

from wheal.clinic import printing

CONTAINER: Final = "C"
PLACE: Final = "P"
THING: Final = "T"
_OURS: Final = re.compile(r"W([CPT])(\d{11})(\d)")
_BOX: Final = re.compile(r"\](?:C1|e\d|d2|Q3|J1)|\(01\)\d{14}|01\d{14}(?:17|10|21)|https?://.+/01/\d{8,14}")
_FOLDER: Final = Path(__file__).parent / "typst"


class WrongCode(Exception):
    """It looks like one of ours, but its check digit is wrong."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label. `lines` are small, `strong` is what must be seen from a step away."""

    language: str
    title: str
    lines: tuple[str, ...]
    strong: str
    code: str
    address: str
    clinic: str


def code_of(kind: str, number: int) -> str:
    digits = f"{number:011}"
    return f"W{kind}{digits}{gs1_standard_check_digit(digits)}"


def read(code: str) -> tuple[str, int] | None:
    """What it names, or None where it is no code of ours. Raises WrongCode."""
    found = _OURS.fullmatch(code.strip().upper())
    if found is None:
        return None
    if gs1_standard_check_digit(found[2]) != int(found[3]):
        raise WrongCode(code)
    return found[1], int(found[2])


def is_scanned(typed: str) -> bool:
    """Whether it is a code, ours or of a box, and no name, date or number of a person."""
    return bool(_OURS.fullmatch(typed.upper()) or _BOX.match(typed))


def data_matrix(code: str) -> str:
    """As SVG."""
    return zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix).to_svg()


def qr(text: str) -> str:
    """As SVG."""
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_svg()


def pdf(label: Label) -> bytes:
    """70 by 37 mm, as sold in sheets and on rolls. Fonts are those that Typst carries."""
    said = asdict(label) | {"data_matrix": data_matrix(label.code), "qr": qr(label.address)}
    return printing.pdf(_FOLDER / "own_label.typ", said)
