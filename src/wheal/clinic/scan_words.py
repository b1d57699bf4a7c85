"""Why a code from a box could not be read, in the words of whoever scans."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal import barcodes

WORDS: Final = {
    "empty_input": _("Nothing was read."),
    "empty_field": _("A field of the code is empty."),
    "short_field": _("A field of the code is too short."),
    "over_long_field": _("A field of the code is too long. Does the scanner send the separators (FNC1)?"),
    "bad_character": _("A field holds a character that may not stand there."),
    "bad_field": _("A field of the code is not formed as it should be."),
    "wrong_check_digit": _("The check digit is wrong: the code was misread or mistyped."),
    "impossible_date": _("The code holds a date that does not exist."),
    "unassigned_identifier": _("The code holds an identifier that does not exist."),
    "missing_gtin": _("The code holds a lot or a serial number, but not the product (GTIN)."),
    "conflicting_values": _("The code contradicts itself."),
    "separator_as_text": _("The scanner writes separators as letters: set it to send ASCII 29."),
    "not_gs1_address": _("This is a web address, but not a GS1 Digital Link."),
    "plain_ean": _("This is a plain EAN barcode, without lot and expiry: scan the square code beside it."),
    "plain_symbol": _("This code holds no GS1 data: look for another code on the box."),
    "hibc": _("This is an HIBC code, not a GS1 code: type what is printed."),
    "ifa_ppn": _("This is an IFA code (PPN or PZN), not a GS1 code: type what is printed."),
    "isbt_128": _("This is an ISBT 128 code, not a GS1 code: type what is printed."),
}


def why(refused: barcodes.Unreadable) -> str | Promise:
    said = WORDS[refused.code]
    return _("%(why)s Read: %(read)s") % {"why": said, "read": refused.about} if refused.about else said
