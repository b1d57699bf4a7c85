"""What is asked when something is done about an alarm, and when it is concluded."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.safety.watching.cases import Suspect
from wheal.clinic.safety.watching.models import NOTED, Alarm
from wheal.surveillance import Exposure


def exposure_of(value: str) -> Exposure:
    kind, _colon, name = value.partition(":")
    return kind, name


def _about(suspects: Sequence[Suspect], empty: object) -> list[tuple[str, object]]:
    return [("", empty), *((one.key, one.named.label) for one in suspects)]


class NoteForm(forms.Form):
    what = forms.ChoiceField(
        label=_("What was done"),
        choices=[(what.value, what.label) for what in NOTED],
        widget=forms.RadioSelect,
    )
    about = forms.ChoiceField(label=_("About"), required=False)
    note = forms.CharField(
        label=_("What exactly"),
        help_text=_(
            "Whom, which sample to which laboratory, what came back, which authority and its receipt."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def __init__(self, data: object, suspects: Sequence[Suspect]) -> None:
        super().__init__(data)
        self.fields["about"].choices = _about(suspects, _("the whole alarm"))


class CloseForm(forms.Form):
    found = forms.ChoiceField(
        label=_("What was found"), choices=Alarm.Found.choices, widget=forms.RadioSelect
    )
    cause = forms.ChoiceField(label=_("The cause"), required=False)
    conclusion = forms.CharField(
        label=_("How it ended, and what is done differently"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
    )

    def __init__(self, data: object, suspects: Sequence[Suspect]) -> None:
        super().__init__(data)
        self.fields["cause"].choices = _about(suspects, _("none of them"))
