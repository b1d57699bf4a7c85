"""What is asked when a lot is looked for, called back, and worked off."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from wheal import barcodes, notices
from wheal.clinic import scan_words
from wheal.clinic.days import DayField
from wheal.clinic.safety.models import STATUSES
from wheal.clinic.safety.webs import WHOLE, Days
from wheal.tracing import LotAsked


class FindLotForm(forms.Form):
    lot = forms.CharField(
        label=_("Lot number"),
        max_length=500,
        strip=False,  # a separator counts as white space
        help_text=_("As printed; capitals, blanks and hyphens do not matter. A scanner may type it here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_lot(self) -> LotAsked:
        """A code of the box, or a number as it is printed."""
        typed = self.cleaned_data["lot"]
        try:
            scan = barcodes.read(typed, today=timezone.localdate())
        except barcodes.Unreadable as refused:
            if typed.lstrip().startswith(("(", "]")):
                raise forms.ValidationError(scan_words.why(refused)) from None
            return LotAsked(typed.strip())
        if scan.lot is None:
            return LotAsked(typed.strip())
        return LotAsked(scan.lot, scan.gtin or "")


class OpenForm(forms.Form):
    reason = forms.CharField(
        label=_("Why, and who says so"),
        help_text=_("The maker’s letter, the authority’s notice and its number, or what was seen here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_drill = forms.BooleanField(
        label=_("A drill: list the people, block nothing, call nobody"), required=False
    )
    notice = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CallBackForm(forms.Form):
    """Of a thing."""

    reason = forms.CharField(
        label=_("Why, and who says so"),
        help_text=_("The maker’s letter, the authority’s notice and its number, or what was seen here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    since = DayField(_("List everybody who met it since"))


class NoticeForm(forms.Form):
    """Words or a file, not both."""

    LARGEST = 1_000_000

    sender = forms.CharField(
        label=_("Who wrote it"), max_length=120, help_text=_("The authority or the maker.")
    )
    reference = forms.CharField(label=_("Its number"), max_length=120, required=False)
    text = forms.CharField(
        label=_p("of a notice", "What it says"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    table = forms.FileField(
        label=_("Or its file of lots (CSV)"),
        required=False,
        help_text=_("A table with a line of headings; one of them says lot or batch."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def clean_table(self) -> UploadedFile | None:
        table = self.cleaned_data["table"]
        if table and table.size > self.LARGEST:
            raise forms.ValidationError(_("This file is larger than a list of lots can be (1 MB)."))
        return table

    def clean(self) -> dict[str, object]:
        given = super().clean()
        if bool(given.get("text")) == bool(given.get("table")) and "table" not in self.errors:
            self.add_error("text", _("Paste the words or give a file: one of the two."))
        return given

    def source(self) -> str:
        return "table" if self.cleaned_data["table"] else "text"

    def given(self) -> dict[str, object]:
        table = self.cleaned_data["table"]
        text = notices.decoded(table.read()) if table else self.cleaned_data["text"]
        told = {key: self.cleaned_data[key] for key in ("sender", "reference")}
        return {**told, "text": text, "is_table": bool(table)}


class DaysForm(forms.Form):
    """Both may be left open: then the whole record is asked for, for a recall asks for everybody."""

    since = DayField(_("From"), required=False)
    until = DayField(_("To"), required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("This is before the first day."))
        return given

    def chosen(self) -> Days:
        """The days asked for; all of them where nothing sound was asked."""
        if self.is_bound and self.is_valid():
            return Days(self.cleaned_data["since"], self.cleaned_data["until"])
        return WHOLE


class AttemptForm(forms.Form):
    status = forms.ChoiceField(label=_("What came of it"), choices=list(STATUSES.items()))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class CloseForm(forms.Form):
    conclusion = forms.CharField(label=_("How it ended"), widget=forms.Textarea(attrs={"rows": 3}))
