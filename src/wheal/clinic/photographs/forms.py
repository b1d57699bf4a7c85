"""What is typed about photographs."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wheal.clinic.decimals import DecimalField
from wheal.clinic.photographs.models import Photograph
from wheal.knowledge import Knowledge
from wheal.photography import MOST_MOVE, MOST_TURN, MOST_ZOOM, Framing


def _poses(known: Knowledge, language: str) -> list[tuple[str, str]]:
    ordered = sorted(known.poses, key=lambda name: known.poses[name].order)
    return [(name, known.name(name, language)) for name in ordered]


class FilingForm(forms.Form):
    """Which view it is, and on which day it was taken."""

    pose = forms.ChoiceField(label=pgettext_lazy("of a photograph", "View"))
    taken_on = forms.DateField(
        label=_("Taken on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self, data: object, known: Knowledge, language: str, initial: dict[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["pose"].choices = _poses(known, language)
        self.fields["taken_on"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"

    def clean_taken_on(self) -> date:
        day = self.cleaned_data["taken_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class AddForm(FilingForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.ChoiceField(choices=Photograph.How.choices, widget=forms.HiddenInput)


class FramingForm(forms.Form):
    """Numbers that are also sliders; out of range is refused."""

    turn = DecimalField(label=_("Turn"), min_value=-MOST_TURN, max_value=MOST_TURN, decimal_places=1)
    zoom = DecimalField(label=_("Enlarge"), min_value=1, max_value=MOST_ZOOM, decimal_places=2)
    x = DecimalField(label=_("Move right"), min_value=-MOST_MOVE, max_value=MOST_MOVE, decimal_places=1)
    y = DecimalField(label=_("Move down"), min_value=-MOST_MOVE, max_value=MOST_MOVE, decimal_places=1)

    def as_framing(self) -> Framing:
        return Framing(**{name: self.cleaned_data[name] for name in ("turn", "zoom", "x", "y")})
