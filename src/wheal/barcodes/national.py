"""The national number that a GTIN was made of, where one can tell.

France: a CIP13 is a GTIN-13 that begins with 3400 (GS1 prefix of the Club Inter Pharmaceutique).
Germany: 4150, the eight digits of the PZN and a check digit (IFA, securPharm coding rules).
United States: an indicator, 03, the ten digits of the NDC and a check digit (21 CFR 207.33 with GS1 US). Where the
hyphens of an NDC stand cannot be told from its digits.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_MADE_OF: Final = (
    ("CIP13", re.compile(r"0(3400\d{9})")),
    ("PZN", re.compile(r"04150(\d{8})\d")),
    ("NDC", re.compile(r"\d03(\d{10})\d")),
)


class National(NamedTuple):
    """`kind`: CIP13, PZN or NDC. `number` has digits alone."""

    kind: str
    number: str


def national(gtin: str) -> National | None:
    """Of a GTIN with any number of digits; None where it holds no number that is known here."""
    for kind, made_of in _MADE_OF:
        if found := made_of.fullmatch(gtin.zfill(14)):
            return National(kind, found[1])
    return None


def digits(code: str) -> str:
    """A national number as people write it, without blanks, points and hyphens."""
    return "".join(sign for sign in code if sign.isdecimal())
