"""What is asked when a lot is looked for, called back, and worked off."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.safety.models import STATUSES


class FindLotForm(forms.Form):
    lot = forms.CharField(
        label=_("Lot number"),
        max_length=40,
        help_text=_("As printed; capitals do not matter. A scanner may type it here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class OpenForm(forms.Form):
    reason = forms.CharField(
        label=_("Why, and who says so"),
        help_text=_("The maker’s letter, the authority’s notice and its number, or what was seen here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_drill = forms.BooleanField(
        label=_("A drill: list the people, block nothing, call nobody"), required=False
    )


class AttemptForm(forms.Form):
    status = forms.ChoiceField(label=_("What came of it"), choices=list(STATUSES.items()))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class CloseForm(forms.Form):
    conclusion = forms.CharField(label=_("How it ended"), widget=forms.Textarea(attrs={"rows": 3}))
