"""What may be entered about a quote, its money, and the clinic's own prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal import knowledge
from wheal.clinic.days import DayField
from wheal.clinic.decimals import DecimalField
from wheal.clinic.people.models import Clinic
from wheal.clinic.quotes.actions import Draft, NewLine
from wheal.clinic.quotes.models import LineKind, Package, Payment, Quote, Tax
from wheal.clinic.treatments.forms import Person
from wheal.clinic.treatments.staff import INJECTING, staff_of

SPARE_LINES, MOST_LINES = 2, 40
SAID = {
    "act": _("What is done"),
    "place": _("Where it is done"),
    "anaesthesia": _("Anaesthesia"),
    "days_off": _("Days off work"),
}


class LineForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=LineKind.choices)
    words = forms.CharField(label=_("Act or product"), max_length=160)
    quantity = DecimalField(label=_("Quantity"), min_value=Decimal("0.01"), max_digits=7, decimal_places=2)
    unit_price = DecimalField(label=_("Price of one"), max_digits=9, decimal_places=2)
    tax = forms.ModelChoiceField(label=_("Tax"), queryset=Tax.objects.none(), required=False, empty_label="—")

    def __init__(self, *args: object, taxes: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.fields["tax"].queryset = taxes

    def has_changed(self) -> bool:
        """A line whose words and price are empty is none, whatever its kind."""
        return any(self[name].value() not in (None, "") for name in ("words", "unit_price"))


class Lines(forms.BaseFormSet):
    @property
    def lines(self) -> list[NewLine]:
        return [NewLine(**form.cleaned_data) for form in self.forms if form.cleaned_data]

    def full_clean(self) -> None:
        """Every line may be emptied: then it goes."""
        for form in self.forms if self.is_bound else ():
            form.empty_permitted = True
        super().full_clean()


def lines_form(
    data: object, clinic: Clinic, held: list[dict[str, object]], *, spare: int = SPARE_LINES
) -> Lines:
    made = forms.formset_factory(LineForm, formset=Lines, extra=spare, max_num=MOST_LINES)
    taxes = Tax.objects.filter(clinic=clinic).filter(retired_at=None)
    return made(
        data, initial=held, prefix="lines", form_kwargs={"taxes": taxes, "use_required_attribute": False}
    )


class DraftForm(forms.Form):
    valid_until = DayField(_("Holds until"), required=False)
    language = forms.ChoiceField(label=_("Language of the quote"))
    taxes_included = forms.TypedChoiceField(
        label=_("The prices"), coerce=lambda said: said == "1", required=False, widget=forms.RadioSelect,
        choices=[("1", _("hold the tax")), ("0", _("are without tax: it comes on top"))],
    )  # fmt: skip
    act = forms.CharField(label=SAID["act"], required=False, widget=forms.Textarea(attrs={"rows": 2}))
    place = forms.CharField(label=SAID["place"], required=False, widget=forms.Textarea(attrs={"rows": 2}))
    anaesthesia = forms.CharField(label=SAID["anaesthesia"], max_length=160, required=False)
    days_off = forms.CharField(label=SAID["days_off"], max_length=160, required=False)
    note = forms.CharField(
        label=_("Note for the patient"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: object, quote: Quote) -> None:
        shown = {
            "valid_until": quote.valid_until, "language": quote.language, "note": quote.note,
            "taxes_included": "1" if quote.taxes_included else "0", "practitioner": quote.practitioner_id,
            **{name: quote.said.get(name, "") for name in SAID},
        }  # fmt: skip
        super().__init__(data, initial=shown)
        self.fields["language"].choices = [(code, name) for code, name in _languages()]
        self.fields["practitioner"] = Person(_("Who treats"), staff_of(quote.clinic_id), INJECTING)

    def as_draft(self, lines: list[NewLine]) -> Draft:
        kept = self.cleaned_data
        return Draft(
            lines=lines, taxes_included=kept["taxes_included"] is not False, valid_until=kept["valid_until"],
            practitioner=kept["practitioner"], language=kept["language"], note=kept["note"],
            said={name: kept[name].strip() for name in SAID},
        )  # fmt: skip


def _languages() -> Iterator[tuple[str, str]]:
    names = {"en": "English", "fr": "Français"}
    yield from ((code, names.get(code, code)) for code in sorted(knowledge.current().texts_held))


class PackageChoice(forms.Form):
    package = forms.ModelChoiceField(label=_("Package"), queryset=Package.objects.none())

    def __init__(self, data: object, clinic: Clinic) -> None:
        super().__init__(data)
        self.fields["package"].queryset = Package.objects.filter(clinic=clinic, retired_at=None)


class MoneyForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of entry"), widget=forms.RadioSelect, choices=Payment.Kind.choices[:3]
    )
    amount = DecimalField(label=_("Amount"), max_digits=9, decimal_places=2)
    means = forms.ChoiceField(label=_("Means"), choices=Payment.Means.choices)
    received_on = DayField(_("On which day"))
    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        required=False,
        help_text=_("Of the receipt, the transfer or the terminal."),
    )

    def __init__(self, data: object, today: date) -> None:
        super().__init__(data, initial={"received_on": today, "kind": Payment.Kind.DEPOSIT})


class TaxForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the rate"), max_length=80,
        help_text=_("As it is printed. Where no tax is due, say why, with a rate of 0."),
    )  # fmt: skip
    percent = DecimalField(
        label=_("Per cent"), min_value=0, max_value=Decimal("99.999"), max_digits=6, decimal_places=3
    )


class PackageForm(forms.Form):
    name = forms.CharField(label=_("Name of the package"), max_length=80)


class PeriodForm(forms.Form):
    first = DayField(_("First day"))
    last = DayField(_("Last day"))

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("first") and kept.get("last") and kept["first"] > kept["last"]:
            self.add_error("last", _("The last day lies before the first."))
        return kept
