"""A code from the box, read into what the receipt asks for: product, lot number and expiry date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal import barcodes
from wheal.clinic import scan_words
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.models import Product


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
            raise ValidationError(scan_words.why(refused)) from None
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


def _last_day(scan: barcodes.Scan) -> object:
    return scan.expires.date() if isinstance(scan.expires, datetime) else scan.expires
