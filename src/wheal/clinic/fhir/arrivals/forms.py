"""A summary as a file, or by the link that the patient shows."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.forms import PatientForm
from wheal.clinic.people.models import Clinic
from wheal.fhir.incoming import Person

MOST = 5 * 1024 * 1024  # bytes of a file


class ArrivalForm(forms.Form):
    file = forms.FileField(
        label=_("File with the summary"), required=False, widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("An International Patient Summary in JSON, of another Wheal too."),
    )  # fmt: skip
    link = forms.CharField(
        label=_("Or the health link"), required=False, max_length=4000, widget=forms.Textarea({"rows": 2}),
        help_text=_("It begins with shlink:/ or holds it. Scan the patient’s code into this field, or paste it."),
    )  # fmt: skip
    passcode = forms.CharField(
        label=_("Passcode of the link"), required=False, max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}), help_text=_("Where the patient was given one."),
    )  # fmt: skip

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file and file.size > MOST:
            raise ValidationError(_("This file is larger than 5 MB: it is no summary."))
        return file

    def clean(self) -> dict[str, object]:
        kept = super().clean() or {}
        if not self.errors and bool(kept.get("file")) == bool(kept.get("link")):
            raise ValidationError(_("Choose a file, or give a link: one of the two."))
        return kept


def person_form(person: Person, clinic: Clinic, data: object = None) -> PatientForm:
    """What the summary says of the person, to be looked over and completed."""
    form = PatientForm(data, clinic=clinic)
    told = {name: value for name in form.fields if (value := getattr(person, name, None))}
    if told.get("language") not in dict(form.fields["language"].choices):
        told.pop("language", None)
    form.initial |= told
    return form
