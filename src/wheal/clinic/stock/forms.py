"""What may be typed about products and lots, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wheal import knowledge
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.actions import NewProduct
from wheal.clinic.stock.models import Product
from wheal.quantities import Quantity, UnitMismatch

UNITS = ("mg/mL", "g/L", "%", "ug/mL", "[USP'U]/mL", "[iU]/mL", "mL/mL")
FARTHEST = timedelta(days=365 * 15)


def substances() -> list[tuple[str, str]]:
    known, language = knowledge.current(), get_language() or "en"
    named = [(one, known.text(f"substance.{one}.name", language)) for one in known.substances]
    return sorted(named, key=lambda choice: choice[1].casefold())


def container_kinds() -> list[tuple[str, str]]:
    known, language = knowledge.current(), get_language() or "en"
    kinds = known.vocabulary.container_kinds
    return [(kind, known.text(f"code.container_kinds.{kind}", language)) for kind in kinds]


class ProductForm(forms.Form):
    substance = forms.ChoiceField(label=_("Substance"))
    name = forms.CharField(label=_("Name on the box"), max_length=120)
    strength = forms.DecimalField(
        label=_("Strength"),
        max_digits=12,
        decimal_places=4,
        min_value=0,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    strength_unit = forms.ChoiceField(
        label=_("Unit of the strength"),
        choices=[(unit, unit) for unit in UNITS],
        help_text=_("Per cent means weight in volume: one is 10 mg/mL. Products counted in mL: 1 mL/mL."),
    )
    container_kind = forms.ChoiceField(label=_("Container"))
    container_ml = forms.DecimalField(
        label=_("Content of one container, in mL"),
        max_digits=8,
        decimal_places=3,
        min_value=0,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    maker = forms.CharField(label=_("Maker"), max_length=120, required=False)
    gtin = forms.RegexField(
        r"^\d{8}$|^\d{12,14}$",
        label=_("GTIN"),
        required=False,
        help_text=_("The number in the barcode of the box, if there is one."),
        error_messages={"invalid": _("A GTIN has 8, 12, 13 or 14 digits.")},
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)
        self.fields["substance"].choices = [("", "—"), *substances()]
        self.fields["container_kind"].choices = [("", "—"), *container_kinds()]

    def clean_strength(self) -> object:
        return _above_zero(self.cleaned_data["strength"])

    def clean_container_ml(self) -> object:
        return _above_zero(self.cleaned_data["container_ml"])

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if {"substance", "strength", "strength_unit"} <= kept.keys():
            counted = knowledge.current().substances[kept["substance"]].measured_in
            try:
                Quantity.of(kept["strength"], kept["strength_unit"]).to(f"{counted}/mL")
            except UnitMismatch:
                wrong = _(
                    "This substance is counted in %(unit)s: give its strength in %(unit)s/mL or the like."
                )
                self.add_error("strength_unit", wrong % {"unit": counted})
        return kept

    def as_product(self) -> NewProduct:
        kept = self.cleaned_data
        return NewProduct(
            name=kept["name"],
            substance=kept["substance"],
            strength=kept["strength"],
            strength_unit=kept["strength_unit"],
            container_kind=kept["container_kind"],
            container_ml=kept["container_ml"],
            gtin=kept["gtin"],
            maker=kept["maker"],
        )


def _above_zero(amount: object) -> object:
    if amount == 0:
        raise ValidationError(_("More than zero."))
    return amount


class ReceiptForm(forms.Form):
    product = forms.ModelChoiceField(label=_("Product"), queryset=Product.objects.none())
    number = forms.CharField(
        label=_("Lot number"),
        max_length=40,
        help_text=_("Exactly as printed, with all letters and digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    expires = forms.DateField(
        label=_("Expires"),
        help_text=_("The last day of use. Where only a month is printed, its last day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    containers = forms.IntegerField(label=_("Containers"), min_value=1, max_value=10000, initial=1)

    def __init__(self, data: object = None, *, clinic: Clinic, filled: Mapping[str, object]) -> None:
        super().__init__(data, initial=filled)
        self.fields["product"].queryset = Product.objects.filter(clinic=clinic).order_by("name")

    def clean_expires(self) -> object:
        expires = self.cleaned_data["expires"]
        if expires > timezone.localdate() + FARTHEST:
            raise ValidationError(_("This is more than 15 years ahead: please look at the box again."))
        return expires


class BlockForm(forms.Form):
    how = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            ("quarantine", _("Set aside until somebody has looked (quarantine)")),
            ("recall", _("Called back by the maker or an authority (recall)")),
        ],
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class FreeForm(forms.Form):
    reason = forms.CharField(label=_("Why it may be used again"), widget=forms.Textarea(attrs={"rows": 3}))
