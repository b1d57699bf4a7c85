"""A code from the box, read into what the receipt asks for: product, lot number and expiry date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wheal import barcodes
from wheal.clinic import scan_words
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.models import Lot, Product


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a code says of the last day of use is not what the books say."""

    words: str
    is_stop: bool  # the code's day is the earlier one


def doubt(lot: Lot, said: date | None) -> Doubt | None:
    """The earlier of two days counts; a later one on the vial is told, for one of them was mistyped."""
    if said is None or (said == lot.expires and said >= lot.today):
        return None
    days = {
        "said": date_format(said, "SHORT_DATE_FORMAT"),
        "held": date_format(lot.expires, "SHORT_DATE_FORMAT"),
    }
    if said < lot.today:
        words = gettext(
            "By its own code this expired on %(said)s; the books say %(held)s. It may not "
            "be used: put it aside, and block the lot until box, delivery and books were compared."
        )
    elif said < lot.expires:
        words = gettext(
            "By its own code this may be used until %(said)s; the books say %(held)s. "
            "Nothing is drawn from it by this scan: block the lot until box, delivery and books were compared."
        )
    else:
        words = gettext(
            "Its own code says %(said)s, the books say %(held)s: the earlier day counts. Compare box and delivery."
        )
    return Doubt(words % days, said < max(lot.expires, lot.today))
