"""The number by which this clinic calls an ambulance: what may be typed, and who says that it is right."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from wheal import knowledge
from wheal.clinic.people.models import Clinic
from wheal.knowledge.countries import EmergencyNumber


class EmergencyNumberForm(forms.Form):
    number = forms.CharField(
        label=_("Emergency number"),
        max_length=20,
        validators=[
            RegexValidator(r"^\+?[0-9][0-9 ]*$", _("Type the digits that are dialled, and nothing else."))
        ],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "short"}),
    )
    confirmed = forms.BooleanField(
        label=_("I have checked it: whoever dials this number here reaches those who send an ambulance."),
        error_messages={"required": _("Confirm the number: patients and colleagues will dial it.")},
    )

    def __init__(self, data: object = None, *, clinic: Clinic) -> None:
        held = offered(clinic)
        super().__init__(
            data,
            initial={"number": clinic.emergency_number or (held[0].number if held else "")},
            prefix="call",
        )


def offered(clinic: Clinic) -> tuple[EmergencyNumber, ...]:
    """Those that an official text gives for the clinic's country."""
    country = knowledge.current().jurisdictions.get(clinic.jurisdiction)
    return country.emergency_numbers if country else ()
