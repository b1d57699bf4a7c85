"""What may be typed about deliveries, counts and transfers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal import ledger
from wheal.clinic.decimals import DecimalField, shown
from wheal.clinic.people.models import Clinic
from wheal.clinic.stock.actions import Arrived, Found, NewLine
from wheal.clinic.stock.forms import DAY, EXACT, not_too_far
from wheal.clinic.stock.models import Count, CountLine, Lot, Place, Product, Supplier, TransferLine


class SupplierForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    contact = forms.CharField(
        label=_("Whom to call, and how"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Somebody who answers when a lot is called back."),
    )


class DeliveryForm(forms.Form):
    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Supplier.objects.none(), required=False, empty_label=_("not said")
    )
    document = forms.CharField(
        label=_("Number of the delivery note"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=EXACT),
    )
    arrived_on = forms.DateField(label=_("Arrived on"), **DAY)

    def __init__(self, data: object = None, *, clinic: Clinic, filled: Mapping[str, object]) -> None:
        super().__init__(data, initial=filled)
        self.fields["supplier"].queryset = Supplier.objects.filter(clinic=clinic, retired_at=None)

    def clean_arrived_on(self) -> object:
        if self.cleaned_data["arrived_on"] > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return self.cleaned_data["arrived_on"]


class LineForm(forms.Form):
    """One line of a delivery."""

    product = forms.ModelChoiceField(label=_("Product"), queryset=Product.objects.none())
    number = forms.CharField(label=_("Lot number"), max_length=40, widget=forms.TextInput(attrs=EXACT))
    expires = forms.DateField(label=_("Expires"), **DAY)
    containers = forms.IntegerField(label=_("Containers"), min_value=1, max_value=100000)
    price = DecimalField(
        label=_("Price of one container"), max_digits=9, decimal_places=2, min_value=0, required=False
    )

    def __init__(
        self,
        data: object = None,
        *,
        clinic: Clinic,
        filled: Mapping[str, object] | None = None,
        prefix: str = "line",
    ) -> None:
        super().__init__(data, initial=filled, prefix=prefix)
        offered = Product.objects.filter(clinic=clinic, retired_at=None)
        self.fields["product"].queryset = offered.order_by("name")

    def clean_expires(self) -> object:
        return not_too_far(self.cleaned_data["expires"])

    def as_line(self) -> NewLine:
        return NewLine(**{name: self.cleaned_data[name] for name in LineForm.base_fields})


class ReplacingForm(LineForm):
    """A line that was received and is wrong: how it should have been. None at all is possible too."""

    reason = forms.CharField(label=_("Why the other was wrong"), max_length=400)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.fields["containers"] = forms.IntegerField(
            label=_("Containers"), min_value=0, max_value=100000, help_text=_("Zero where none arrived.")
        )
        self.order_fields([*LineForm.base_fields, "reason"])


class CountForm(forms.Form):
    place = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("everywhere in this clinic"),
    )

    def __init__(self, data: object = None, *, clinic: Clinic) -> None:
        super().__init__(data)
        self.fields["place"].queryset = Place.objects.filter(clinic=clinic, retired_at=None)


class CountedForm(forms.Form):
    """For each line what is there, and how a difference came about; and what the page knew of the lot.

    No number is shown where something moved since it was counted.
    """

    def __init__(self, data: object, lines: Iterable[CountLine]) -> None:
        super().__init__(data)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"found_{line.pk}"] = _volume(line) if line.container else _number(line)
            self.fields[f"why_{line.pk}"] = forms.CharField(
                label=_("How that came about"), max_length=400, required=False, initial=line.explanation
            )
            self.fields[f"latest_{line.pk}"] = forms.IntegerField(
                required=False, initial=line.latest, widget=forms.HiddenInput
            )

    def rows(self) -> Iterator[tuple[CountLine, forms.BoundField, forms.BoundField, forms.BoundField]]:
        for line in self.lines:
            yield line, self[f"found_{line.pk}"], self[f"why_{line.pk}"], self[f"latest_{line.pk}"]

    def found(self) -> dict[int, Found]:
        said = {}
        for line in self.lines:
            typed, why = self.cleaned_data[f"found_{line.pk}"], self.cleaned_data[f"why_{line.pk}"]
            said[line.pk] = Found(_volume_ul(line, typed), why, self.cleaned_data[f"latest_{line.pk}"])
        return said


def _stands(line: CountLine) -> bool:
    return line.found_ul is not None and not line.moved_since


def _number(line: CountLine) -> forms.IntegerField:
    found = line.found_ul // line.lot.product.container_ul if _stands(line) else None
    return forms.IntegerField(
        label=_("Unopened"), min_value=0, max_value=100000, required=False, initial=found,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


def _volume(line: CountLine) -> DecimalField:
    found = shown(ledger.millilitres(line.found_ul)) if _stands(line) else None
    return DecimalField(
        label=_("mL left in it"),
        min_value=0,
        max_digits=8,
        decimal_places=3,
        required=False,
        initial=found,
    )


def _volume_ul(line: CountLine, typed: int | Decimal | None) -> int | None:
    if typed is None:
        return None
    return ledger.microlitres(typed) if line.container else int(typed) * line.lot.product.container_ul


class AddLotForm(forms.Form):
    """A lot that lies there although the books say that nothing of it is left."""

    lot = forms.ModelChoiceField(label=_("Another lot that lies there"), queryset=Lot.objects.none())

    def __init__(self, data: object = None, *, count: Count) -> None:
        super().__init__(data)
        lots = Lot.objects.filter(product__clinic=count.clinic_id).exclude(counted__count=count)
        self.fields["lot"].queryset = lots.select_related("product").order_by("product__name", "number")


class TransferForm(forms.Form):
    """So many of each lot that may be sent."""

    receiver = forms.ModelChoiceField(label=_("To"), queryset=Clinic.objects.none())
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, data: object = None, *, clinics: object, lots: Iterable[Lot]) -> None:
        super().__init__(data)
        self.fields["receiver"].queryset = clinics
        self.lots = list(lots)
        for lot in self.lots:
            self.fields[f"lot_{lot.pk}"] = forms.IntegerField(
                label=_("Containers"), min_value=0, max_value=lot.unopened, required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[Lot, forms.BoundField]]:
        for lot in self.lots:
            yield lot, self[f"lot_{lot.pk}"]

    def chosen(self) -> list[tuple[Lot, int]]:
        return [(lot, number) for lot in self.lots if (number := self.cleaned_data[f"lot_{lot.pk}"])]


class ArrivalForm(forms.Form):
    """What was in the parcel, line by line."""

    def __init__(self, data: object, lines: Iterable[TransferLine]) -> None:
        super().__init__(data)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"there_{line.pk}"] = forms.IntegerField(
                label=_("Arrived"), min_value=0, max_value=100000,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"why_{line.pk}"] = forms.CharField(
                label=_("How a difference came about"), max_length=400, required=False
            )

    def rows(self) -> Iterator[tuple[TransferLine, forms.BoundField, forms.BoundField]]:
        for line in self.lines:
            yield line, self[f"there_{line.pk}"], self[f"why_{line.pk}"]

    def found(self) -> dict[int, Arrived]:
        kept = self.cleaned_data
        return {line.pk: Arrived(kept[f"there_{line.pk}"], kept[f"why_{line.pk}"]) for line in self.lines}
