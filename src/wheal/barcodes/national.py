"""The national number that a GTIN was made of, where one can tell.

France: a CIP13 is a GTIN-13 that begins with 3400 (GS1 prefix of the Club Inter Pharmaceutique).
Germany: 4150, the eight digits of the PZN and a check digit (IFA, securPharm coding rules).
United States: an indicator, 03, the ten digits of the NDC and a check digit (21 CFR 207.33 with GS1 US). Where the
hyphens of an NDC stand cannot be told from its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from biip.checksums import gs1_standard_check_digit

from wheal.barcodes.elements import is_checked

SHORTEST: Final = 7
"""Fewer digits than this are no national number that could be told from another's."""
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


def identities(gtin: str, code: str = "") -> tuple[frozenset[str], frozenset[str]]:
    """Of a product: the GTINs in 14 digits that it may bear, and the national numbers in digits. Two products that
    share one of either are the same product, however each of them was written down."""
    numbers = set(_numbers(code))
    gtins = {gtin.zfill(14)} if gtin else set()
    for one in (gtin, *numbers):
        if one and (made_of := national(one)):
            numbers.add(made_of.number)
    gtins.update(made for number in numbers for made in _gtins_of(number))
    return frozenset(gtins), frozenset(numbers)


def _numbers(code: str) -> Iterator[str]:
    """An NDC of eleven digits has a zero put into the ten of the label: at the front, as the sixth or as the tenth."""
    bare = digits(code)
    if len(bare) >= SHORTEST:
        yield bare
    if len(bare) == 11:
        yield from (bare[:at] + bare[at + 1 :] for at in (0, 5, 9) if bare[at] == "0")


def _gtins_of(number: str) -> Iterator[str]:
    """Whatever the package is: the indicator of an NDC says whether it is one or a box of several."""
    if len(number) in (13, 14) and is_checked(number):
        yield number.zfill(14)
    elif len(number) == 8:
        yield _checked(f"04150{number}")
    elif len(number) == 10:
        yield from (_checked(f"{indicator}03{number}") for indicator in range(10))


def _checked(number: str) -> str:
    return f"{number}{gs1_standard_check_digit(number)}"


def digits(code: str) -> str:
    """A national number as people write it, without blanks, points and hyphens."""
    return "".join(sign for sign in code if sign.isdecimal())
