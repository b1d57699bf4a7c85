"""What may be typed about a patient, and what is wrong with it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal.clinic.mail import AddressField
from wheal.clinic.patients.actions import Demographics
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.names import fold, take_date
from wheal.clinic.patients.searching import MONTH_FIRST
from wheal.clinic.people.models import Clinic

OLDEST = 125  # years


class BirthDateField(forms.CharField):
    """Typed in any usual form; shown as the country writes it."""

    def __init__(self, *, month_first: bool) -> None:
        self.month_first = month_first
        example = _("for example 05/31/1984") if month_first else _("for example 31/05/1984")
        attributes = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(label=_("Birth date"), help_text=example, widget=forms.TextInput(attrs=attributes))

    def prepare_value(self, value: object) -> object:
        if isinstance(value, date):
            return f"{value:%m/%d/%Y}" if self.month_first else f"{value:%d/%m/%Y}"
        return value

    def clean(self, value: object) -> date:
        day, rest = take_date(str(super().clean(value)), month_first=self.month_first)
        if day is None or rest:
            raise ValidationError(_("This is not a date. Type day, month and the four digits of the year."))
        today = timezone.localdate()
        if day > today:
            raise ValidationError(_("This date is still to come."))
        if today.year - day.year > OLDEST:
            raise ValidationError(_("This date is more than 125 years ago."))
        return day


class PatientForm(forms.Form):
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    given_names = forms.CharField(label=_("Given names"), max_length=80)
    sex = forms.ChoiceField(
        label=_("Sex at birth"),
        choices=[("female", _("Female")), ("male", _("Male"))],
        widget=forms.RadioSelect,
        help_text=_("Decides whether pregnancy is asked."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of the consent and of what is taken home."),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = AddressField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ["family_name", "given_names", "birth_date", "sex", "language", "phone", "email"]

    def __init__(self, data: object = None, *, clinic: Clinic, patient: Patient | None = None) -> None:
        names = list(Demographics.__dataclass_fields__)
        initial = (
            {name: getattr(patient, name) for name in names} if patient else {"language": clinic.language}
        )
        super().__init__(data, initial=initial)
        self.fields["birth_date"] = BirthDateField(month_first=clinic.jurisdiction in MONTH_FIRST)
        self.order_fields(self.field_order)

    def clean_family_name(self) -> str:
        return _with_letters(self.cleaned_data["family_name"])

    def clean_given_names(self) -> str:
        return _with_letters(self.cleaned_data["given_names"])

    def as_person(self) -> Demographics:
        kept = self.cleaned_data
        return Demographics(
            family_name=kept["family_name"],
            given_names=kept["given_names"],
            birth_date=kept["birth_date"],
            sex=kept["sex"],
            language=kept["language"],
            phone=kept["phone"],
            email=kept["email"],
        )


def _with_letters(name: str) -> str:
    if not fold(name):
        raise ValidationError(_("A name has at least one letter."))
    return " ".join(name.split())
