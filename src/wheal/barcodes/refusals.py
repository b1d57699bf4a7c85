"""Why a code cannot be read: a stable code for programs, and words that name what was read."""

from __future__ import annotations

from typing import Final

from wheal.reading import Malformed

REASONS: Final = {
    "empty_input": "there is nothing to read",
    "empty_field": "an identifier is followed by no data",
    "short_field": "a field has fewer characters than its identifier asks for",
    "over_long_field": "a field has more characters than its identifier allows",
    "bad_character": "a field holds a character outside the set that GS1 allows for it",
    "bad_field": "a field does not have the form that GS1 gives it",
    "wrong_check_digit": "a number does not end in its check digit: misread, mistyped or misprinted",
    "impossible_date": "a date or time that no calendar has",
    "unassigned_identifier": "digits that GS1 has not assigned as an identifier",
    "missing_gtin": "a lot or serial without the GTIN that it belongs to",
    "conflicting_values": "one identifier, or the GTIN or expiry date, with two different values",
    "separator_as_text": "the scanner writes out the separator in letters instead of sending U+001D",
    "not_gs1_address": "a web address that is not a GS1 Digital Link",
    "plain_ean": "an EAN, UPC or ITF-14 barcode: a bare number without lot and expiry",
    "plain_symbol": "a Data Matrix, QR code or barcode that holds no GS1 data",
    "hibc": "a code of the HIBC system",
    "ifa_ppn": "a code of the IFA system: PPN or PZN",
    "isbt_128": "a code of the ISBT 128 system",
}
"""Every reason, with what it means. `wheal codes` and the manual list them."""

_SHOWN: Final = 60


class Unreadable(Malformed):
    """`code` is one of REASONS; `about` names the identifier and what was read, `message` also what is wrong."""

    def __init__(self, code: str, about: str, complaint: str) -> None:
        super().__init__(code, "data", f"{about} {complaint}".lstrip())
        self.about = about


def shown(read: str) -> str:
    """What was read, in quotes: separators made visible, and not more of it than fits a line."""
    visible = read.replace("\x1d", "␝")
    return f"{visible[:_SHOWN]!r}" + ("…" if len(visible) > _SHOWN else "")
