"""What may be typed about places and their temperatures."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.decimals import DecimalField
from wheal.clinic.stock.models import Place


def _celsius(label: object, **more: object) -> DecimalField:
    return DecimalField(label=label, max_digits=4, decimal_places=1, **more)


class PlaceForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As everybody calls it: Refrigerator 1, Cupboard of room 2."),
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=Place.Kind.choices, widget=forms.RadioSelect)
    coldest_c = _celsius(_("Not colder than, in °C"), required=False)
    warmest_c = _celsius(
        _("Not warmer than, in °C"), required=False,
        help_text=_("As the leaflets of what lies there ask. Left empty, temperatures are kept and not judged."),
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        coldest, warmest = kept.get("coldest_c"), kept.get("warmest_c")
        if coldest is not None and warmest is not None and coldest > warmest:
            self.add_error("warmest_c", _("This is colder than the other bound."))
        return kept


class ReadingForm(forms.Form):
    celsius = _celsius(_("Now, in °C"))
    lowest_c = _celsius(_("Lowest since the last time"), required=False)
    highest_c = _celsius(_("Highest since the last time"), required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        lowest, highest = kept.get("lowest_c"), kept.get("highest_c")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("highest_c", _("This is colder than the lowest."))
        return kept


class SettleForm(forms.Form):
    """What becomes of the lots that were set aside. Those that are ticked are freed."""

    lots = forms.ModelMultipleChoiceField(
        label=_("May be used again"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    conclusion = forms.CharField(
        label=_("What was found, and who says so"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as the maker's answer, with its date."),
    )

    def __init__(self, data: object = None, *, lots: object) -> None:
        super().__init__(data)
        self.fields["lots"].queryset = lots
