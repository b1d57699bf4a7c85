"""What GS1 has assigned: identifiers, the lengths and characters of their fields, their check digits and dates.

The table of identifiers and the check digit come from biip. Which fields end in a check digit and which are dates
is not in it: that follows the GS1 Barcode Syntax Dictionary (linters csum, yymmd0, yymmdd, hhmi).
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

LONGEST: Final = 4
_DIGITS: Final = frozenset(string.digits)
_CHARACTERS: Final = {
    "N": _DIGITS,
    "X": frozenset(string.digits + string.ascii_letters + "!\"%&'()*+,-./:;<=>?_"),
    "Y": frozenset(string.digits + string.ascii_uppercase + "#-/"),
    "Z": frozenset(string.digits + string.ascii_letters + "-_"),
}
"""GS1 AI encodable character sets 82 (X), 39 (Y) and 64 (Z) of the GS1 General Specifications."""

SET_NAMES: Final = {"N": "digits", "X": "GS1 set 82", "Y": "GS1 set 39", "Z": "GS1 set 64"}

CHECKED: Final = {
    "00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "410": 13, "411": 13, "412": 13,
    "413": 13, "414": 13, "415": 13, "416": 13, "417": 13, "8003": 14, "8006": 14, "8017": 18, "8018": 18,
    "8026": 14,
}  # fmt: skip
"""How many characters from the start of the field end in a check digit (GS1 General Specifications, section 7.9.1)."""

DAY_MAY_BE_00: Final = frozenset({"11", "12", "13", "15", "16", "17", "4324", "4325"})
DATED: Final = DAY_MAY_BE_00 | {"4326", "7003", "7006", "7007", "7011", "8008"}
"""Fields that begin with YYMMDD."""

_PART: Final = re.compile(r"([NXYZ])((?:\d*\.\.[NXYZ]?)?)(\d+)")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An application identifier (AI): "10" is the lot, with 1 to 20 characters of set 82, up to the separator."""

    ai: str
    title: str
    ends_by_separator: bool
    kind: str
    shortest: int
    longest: int
    pattern: re.Pattern[str]

    def __str__(self) -> str:
        return f"({self.ai}) {self.title}".rstrip()

    def outside(self, value: str) -> str:
        """The characters that this field may not hold."""
        allowed = _CHARACTERS[self.kind]
        return "".join(dict.fromkeys(one for one in value if one not in allowed))


@lru_cache(maxsize=4096)
def starting(digits: str) -> Identifier | None:
    """The identifier that these characters begin with. No identifier is the beginning of another."""
    try:
        return _from_table(GS1ApplicationIdentifier.extract(digits[:LONGEST]))
    except ParseError:
        return None


def exactly(digits: str) -> Identifier | None:
    found = starting(digits)
    return found if found is not None and found.ai == digits else None


@lru_cache(maxsize=4096)
def might_become_one(digits: str) -> bool:
    """Not assigned, but has the length that an identifier with these first digits would have."""
    if not 2 <= len(digits) <= LONGEST or starting(digits):
        return False
    return not any(starting(f"{digits}{more}") for more in range(10 ** (LONGEST - len(digits))))


def _from_table(entry: GS1ApplicationIdentifier) -> Identifier:
    parts = _PART.findall(entry.format.split("+", 1)[1])
    hyphen = entry.format.endswith("[-]")
    longest = sum(int(most) for _, _, most in parts) + hyphen
    fixed = "." not in entry.format and "[" not in entry.format
    return Identifier(
        ai=entry.ai,
        title=entry.data_title,
        ends_by_separator=entry.separator_required,
        kind="X" if hyphen else max(kind for kind, _, _ in parts),
        shortest=longest if fixed else 1,
        longest=longest,
        pattern=re.compile(entry.pattern.removeprefix(f"^{entry.ai}").removesuffix("$"), re.ASCII),
    )
