"""A code from the box, read into what the receipt asks for: product, lot number and expiry date."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal import barcodes
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.models import Product

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


class ScanForm(forms.Form):
    code = forms.CharField(
        label=_("Scan the box"),
        help_text=_("With the cursor here, scan the square code. Or type it: (01)…(17)…(10)…"),
        max_length=500,
        strip=False,  # a separator counts as white space
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "data-scan": ""}
        ),
    )

    def __init__(self, data: object = None, *, clinic: Clinic) -> None:
        super().__init__(data)
        self.clinic = clinic
        self.filled: dict[str, Any] = {}
        self.serial: str | None = None

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        try:
            scan = barcodes.read(code, today=timezone.localdate())
        except barcodes.Unreadable as refused:
            raise ValidationError(_words(refused)) from None
        self.serial = scan.serial
        self.filled = {"product": self._product(scan).pk, "number": scan.lot, "expires": _last_day(scan)}
        return code

    def _product(self, scan: barcodes.Scan) -> Product:
        if scan.gtin is None:
            raise ValidationError(_("The code does not say which product it is (GTIN)."))
        held = Product.objects.filter(clinic=self.clinic)
        found = list(held.with_gtin(scan.gtin)[:2]) or list(held.with_national(scan.gtin)[:2])
        if not found:
            raise ValidationError(
                _("No product here has the GTIN %(gtin)s: add it first.") % {"gtin": scan.gtin}
            )
        if len(found) > 1:
            unclear = _(
                "Several products here have the GTIN %(gtin)s: choose below and type what is printed."
            )
            raise ValidationError(unclear % {"gtin": scan.gtin})
        return found[0]


def _words(refused: barcodes.Unreadable) -> object:
    why = WORDS[refused.code]
    return _("%(why)s Read: %(read)s") % {"why": why, "read": refused.about} if refused.about else why


def _last_day(scan: barcodes.Scan) -> object:
    return scan.expires.date() if isinstance(scan.expires, datetime) else scan.expires
