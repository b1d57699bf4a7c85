"""What may be typed about products and lots, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from wheal import knowledge
from wheal.clinic import pdfs
from wheal.clinic.decimals import DecimalField, shown
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.actions import NewProduct
from wheal.clinic.stock.models import Lot, Movement, Place, Product
from wheal.knowledge import wording
from wheal.quantities import Quantity, UnitMismatch

UNITS = ("mg/mL", "g/L", "%", "ug/mL", "[USP'U]/mL", "[iU]/mL", "mL/mL")
FARTHEST = timedelta(days=365 * 15)
FURTHER = (2, 3, 4)  # substances that a product may hold besides the first
MOST_LABEL = 10 * 2**20
EXACT = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


def substances() -> list[tuple[str, str]]:
    known, language = knowledge.current(), get_language() or "en"
    named = [(one, known.text(f"substance.{one}.name", language)) for one in known.substances]
    return sorted(named, key=lambda choice: choice[1].casefold())


def container_kinds() -> list[tuple[str, str]]:
    return _worded("container_kinds", knowledge.current().vocabulary.container_kinds)


def vehicles() -> list[tuple[str, str]]:
    return _worded("vehicles", knowledge.current().vocabulary.vehicles)


def _worded(group: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    known, language = knowledge.current(), get_language() or "en"
    return [(code, known.text(f"code.{group}.{code}", language)) for code in codes]


def _strength(label: object, **more: object) -> DecimalField:
    return DecimalField(label=label, max_digits=12, decimal_places=4, min_value=0, **more)


def _unit(label: object, **more: object) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=_units, **more)


def _units() -> list[tuple[str, str]]:
    """Asked anew for each page: in the reader's language."""
    language = (get_language() or "en").partition("-")[0]
    return [(unit, unit if unit == "%" else wording.unit(unit, language)) for unit in UNITS]


def _celsius(label: object) -> DecimalField:
    return DecimalField(label=label, max_digits=4, decimal_places=1, required=False)


class ProductForm(forms.Form):
    substance = forms.ChoiceField(label=_("Substance"))
    name = forms.CharField(label=_("Name on the box"), max_length=120)
    strength = _strength(_("Strength"))
    strength_unit = _unit(
        _("Unit of the strength"),
        help_text=_("Per cent means weight in volume: one is 10 mg/mL. Products counted in mL: 1 mL/mL."),
    )
    vehicle = forms.ChoiceField(
        label=_("Dissolved in"), required=False,
        help_text=_("As the leaflet says. What is dissolved in alcohol or oil is never injected."),
    )  # fmt: skip
    container_kind = forms.ChoiceField(label=_("Container"))
    container_ml = DecimalField(
        label=_("Content of one container, in mL"), max_digits=8, decimal_places=3, min_value=0
    )
    per_box = forms.IntegerField(
        label=_("Containers in a box"), min_value=1, max_value=1000, initial=1, required=False,
        help_text=_("So many are added by one scan of the box."),
    )  # fmt: skip
    maker = forms.CharField(label=_("Maker"), max_length=120, required=False)
    gtin = forms.RegexField(
        r"^\d{8}$|^\d{12,14}$",
        label=_("GTIN"),
        required=False,
        help_text=_("The number in the barcode of the box, if there is one."),
        error_messages={"invalid": _("A GTIN has 8, 12, 13 or 14 digits.")},
    )
    national_code = forms.CharField(
        label=_("National code"), max_length=20, required=False, help_text=_("Such as CIP, NDC or PZN.")
    )
    coldest_c = _celsius(_("Keep at no less than, in °C"))
    warmest_c = _celsius(_("Keep at no more than, in °C"))
    low_at = forms.IntegerField(
        label=_("Order below so many containers"), min_value=0, max_value=100000, required=False
    )
    label = forms.CharField(
        label=_("Leaflet: where it can be read"), max_length=300, required=False,
        help_text=_("An address, or title and date."),
    )  # fmt: skip
    label_file = forms.FileField(
        label=_("Leaflet as PDF"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )  # fmt: skip

    def __init__(self, data: object = None, files: object = None, *, product: Product | None = None) -> None:
        super().__init__(data, files, initial=_as_typed(product) if product else None)
        for number in FURTHER:
            self.fields[f"substance_{number}"] = forms.ChoiceField(
                label=_("Further ingredient"), required=False
            )
            self.fields[f"strength_{number}"] = _strength(_p("of a substance", "How strong"), required=False)
            self.fields[f"strength_unit_{number}"] = _unit(_("In this unit"), required=False)
        for name in ("substance", *(f"substance_{number}" for number in FURTHER)):
            self.fields[name].choices = [("", "—"), *substances()]
        self.fields["container_kind"].choices = [("", "—"), *container_kinds()]
        self.fields["vehicle"].choices = [("", _p("of a vehicle", "not known")), *vehicles()]

    @property
    def further(self) -> list[list[forms.BoundField]]:
        """The fields of each further substance."""
        names = ("substance", "strength", "strength_unit")
        return [[self[f"{name}_{number}"] for name in names] for number in FURTHER]

    def clean_strength(self) -> object:
        return _above_zero(self.cleaned_data["strength"])

    def clean_container_ml(self) -> object:
        return _above_zero(self.cleaned_data["container_ml"])

    def clean_label_file(self) -> object:
        sent = self.cleaned_data["label_file"]
        if sent and (sent.size > MOST_LABEL or not pdfs.is_pdf(sent.read())):
            raise ValidationError(_("A PDF of no more than 10 MB."))
        return sent

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        self._of_its_unit(kept, "")
        for number in FURTHER:
            self._whole(kept, f"_{number}")
        named = [kept.get(f"substance{each}") for each in ("", *(f"_{number}" for number in FURTHER))]
        if any(one and named.count(one) > 1 for one in named):
            self.add_error("substance_2", _("Name each substance once."))
        coldest, warmest = kept.get("coldest_c"), kept.get("warmest_c")
        if coldest is not None and warmest is not None and coldest > warmest:
            self.add_error("warmest_c", _("This is colder than the other bound."))
        return kept

    def _whole(self, kept: dict[str, object], which: str) -> None:
        """A further substance has a strength above zero; without a substance there is nothing."""
        substance, strength = kept.get(f"substance{which}"), kept.get(f"strength{which}")
        if substance and not strength:
            self.add_error(f"strength{which}", _("Give the strength of this substance too."))
        elif strength and not substance:
            self.add_error(f"substance{which}", _("Which substance has this strength?"))
        elif substance:
            self._of_its_unit(kept, which)

    def _of_its_unit(self, kept: dict[str, object], which: str) -> None:
        wanted = [kept.get(f"{name}{which}") for name in ("substance", "strength", "strength_unit")]
        if not all(wanted):
            return
        substance, strength, unit = wanted
        known = knowledge.current()
        counted = known.substances[substance].measured_in
        try:
            known.in_own_unit(substance, Quantity.of(strength, unit)).to(f"{counted}/mL")
        except UnitMismatch:
            wrong = _("This substance is counted in %(unit)s: give its strength in %(unit)s/mL or the like.")
            self.add_error(f"strength_unit{which}", wrong % {"unit": counted})

    def as_product(self) -> NewProduct:
        kept = self.cleaned_data
        names = (
            "name", "substance", "strength", "strength_unit", "container_kind", "container_ml", "gtin", "maker",
            "per_box", "national_code", "coldest_c", "warmest_c", "label", "low_at", "vehicle",
        )  # fmt: skip
        said = {name: kept[name] for name in names} | {"per_box": kept["per_box"] or 1}
        return NewProduct(**said, also=tuple(self._also(kept)))

    @staticmethod
    def _also(kept: dict[str, object]) -> Iterator[tuple[str, str, str]]:
        for number in FURTHER:
            if substance := kept.get(f"substance_{number}"):
                strength: Decimal = kept[f"strength_{number}"]
                yield substance, f"{strength.normalize():f}", kept[f"strength_unit_{number}"]


def _as_typed(product: Product) -> dict[str, object]:
    typed = {name: getattr(product, name) for name in ProductForm.base_fields if name not in ("label_file",)}
    for number, (substance, strength, unit) in zip(FURTHER, product.also, strict=False):
        typed |= {
            f"substance_{number}": substance,
            f"strength_{number}": shown(Decimal(strength)),
            f"strength_unit_{number}": unit,
        }
    return typed


def _above_zero(amount: object) -> object:
    if amount == 0:
        raise ValidationError(_("More than zero."))
    return amount


def not_too_far(expires: object) -> object:
    """Raises ValidationError for a day that no box bears."""
    if expires > timezone.localdate() + FARTHEST:
        raise ValidationError(_("This is more than 15 years ahead: please look at the box again."))
    return expires


class ReceiptForm(forms.Form):
    product = forms.ModelChoiceField(label=_("Product"), queryset=Product.objects.none())
    number = forms.CharField(
        label=_("Lot number"),
        max_length=40,
        help_text=_("Exactly as printed, with all letters and digits."),
        widget=forms.TextInput(attrs=EXACT),
    )
    expires = forms.DateField(
        label=_("Expires"),
        help_text=_("The last day of use. Where only a month is printed, its last day."),
        **DAY,
    )
    containers = forms.IntegerField(label=_("Containers"), min_value=1, max_value=10000, initial=1)

    def __init__(self, data: object = None, *, clinic: Clinic, filled: Mapping[str, object]) -> None:
        super().__init__(data, initial=filled)
        offered = Product.objects.filter(clinic=clinic, retired_at=None)
        self.fields["product"].queryset = offered.order_by("name")

    def clean_expires(self) -> object:
        return not_too_far(self.cleaned_data["expires"])


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


def _containers() -> forms.IntegerField:
    return forms.IntegerField(label=_("Containers"), min_value=1, max_value=100000, initial=1)


class WasteForm(forms.Form):
    """Of unopened ones. Prefixed: it stands on one page with others."""

    prefix = "waste"
    containers = _containers()
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[(value, words) for value, words in Movement.Reason.choices if value != Movement.Reason.REST],
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("reason") == Movement.Reason.OTHER and not kept.get("note"):
            self.add_error("note", _("Say what happened."))
        return kept


class ReturnForm(forms.Form):
    prefix = "return"
    containers = _containers()
    note = forms.CharField(label=_("To whom, on which document, and why"), max_length=400)


class PutForm(forms.Form):
    prefix = "put"
    place = forms.ModelChoiceField(
        label=_("Where it lies"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("nowhere in particular"),
    )

    def __init__(self, data: object = None, *, lot: Lot) -> None:
        super().__init__(data, initial={"place": lot.place_id})
        self.fields["place"].queryset = Place.objects.filter(clinic=lot.product.clinic_id, retired_at=None)
