"""What may be typed about things and their care."""

from __future__ import annotations

from datetime import date, datetime

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from wheal import barcodes
from wheal.clinic import scan_words
from wheal.clinic.equipment.actions import NewThing
from wheal.clinic.equipment.models import Kind, Thing
from wheal.clinic.people.models import Clinic

_DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "required": False}


class ThingForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"), choices=Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As the room calls it: Room 1, Gun 2, Tap of room 1.")
    )
    number = forms.CharField(
        label=_("Serial or lot number"),
        max_length=60,
        required=False,
        help_text=_("Needles and disinfectants are kept by lot: a new lot is a new entry."),
    )
    maker = forms.CharField(label=_("Maker"), max_length=120, required=False)
    expires = forms.DateField(
        label=_("Expires"), help_text=_("The last day of use, where one is printed."), **_DAY
    )
    gtin = forms.RegexField(
        r"^\d{8}$|^\d{12,14}$", label=_("GTIN"), required=False,
        error_messages={"invalid": _("A GTIN has 8, 12, 13 or 14 digits.")},
    )  # fmt: skip
    clean_every = forms.IntegerField(
        label=_("To be cleaned every so many days"), min_value=1, max_value=3650, required=False,
        help_text=_("Of a room, a device or a water point; as the clinic has decided."),
    )  # fmt: skip

    def __init__(self, data: object = None, *, filled: object = None, thing: Thing | None = None) -> None:
        super().__init__(data, initial=filled)
        if thing is not None:  # what it is stays
            self.fields["kind"].disabled, self.fields["kind"].widget = True, forms.HiddenInput()
            self.initial = {name: getattr(thing, name) for name in self.fields}

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("kind") in (Kind.NEEDLE, Kind.DISINFECTANT) and not kept.get("number"):
            self.add_error("number", _("Give the lot number: without it nobody can be found in a recall."))
        return kept

    def as_thing(self) -> NewThing:
        kept = self.cleaned_data
        return NewThing(**{name: kept[name] for name in self.base_fields})


class BoxForm(forms.Form):
    """A code from the box of needles or of a disinfectant."""

    code = forms.CharField(label=_("Scan the box"), max_length=500, strip=False)

    def __init__(self, data: object, clinic: Clinic) -> None:
        super().__init__(data)
        self.clinic = clinic

    def clean_code(self) -> str:
        try:
            self.read = barcodes.read(self.cleaned_data["code"], today=timezone.localdate())
        except barcodes.Unreadable as refused:
            raise forms.ValidationError(scan_words.why(refused)) from None
        if not (self.read.lot or self.read.serial):
            raise forms.ValidationError(_("This code says nothing of a lot: type what is printed."))
        self._refuse_another_day()
        return self.cleaned_data["code"]

    def _refuse_another_day(self) -> None:
        """A box that is past its day, or whose lot is in the list with another one."""
        said = self.filled()
        day = said["expires"]
        if day is None:
            return
        if day < self.clinic.day_of():
            words = _("By its own code this box expired on %(day)s: put it aside. It is not taken into use.")
            raise forms.ValidationError(words % {"day": _short(day)})
        same = Thing.objects.filter(clinic=self.clinic).of_code(said["gtin"], said["number"])
        held = same.exclude(expires=None).exclude(expires=day).first()
        if held is not None:
            words = _(
                "By its own code this box expires on %(day)s; %(name)s stands in the list with %(held)s. "
                "Compare both, and correct the list."
            )
            days = {"day": _short(day), "held": _short(held.expires)}
            raise forms.ValidationError(words % {"name": held, **days})

    def filled(self) -> dict[str, object]:
        until = self.read.expires
        day = until.date() if isinstance(until, datetime) else until
        return {
            "number": self.read.lot or self.read.serial or "",
            "expires": day,
            "gtin": self.read.gtin or "",
        }


def _short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


class _Used(forms.ModelChoiceField):
    def __init__(self, label: object, kind: str, clinic: object) -> None:
        usable = Thing.objects.filter(clinic=clinic, kind=kind).usable(timezone.localdate())
        super().__init__(
            label=label, queryset=usable, required=False, empty_label=str(_("none, or not known"))
        )


class CleaningForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, data: object, thing: Thing, proposed: dict[str, object] | None = None) -> None:
        super().__init__(data, prefix="cleaning", initial=proposed)
        named = {
            "water_point": _Used(_("Rinsed with water from"), Kind.WATER_POINT, thing.clinic_id),
            "disinfectant": _Used(_("Disinfected with"), Kind.DISINFECTANT, thing.clinic_id),
        }
        if thing.kind == Kind.WATER_POINT:  # it is not rinsed with its own water
            del named["water_point"]
        self.fields = {**named, **self.fields}


class MaintenanceForm(forms.Form):
    next_due = forms.DateField(
        label=_("To be done again by"), help_text=_("As its maker or the clinic asks."), **_DAY
    )
    note = forms.CharField(label=_("What was done or found"), max_length=400)

    def __init__(self, data: object = None) -> None:
        super().__init__(data, prefix="maintenance")


class TestForm(forms.Form):
    passed = forms.TypedChoiceField(
        label=_("Result"), coerce=lambda said: said == "1", widget=forms.RadioSelect,
        choices=[("1", _("Passed")), ("0", _("Not passed: it is blocked at once"))],
    )  # fmt: skip
    next_due = forms.DateField(label=_("To be tested again by"), **_DAY)
    note = forms.CharField(
        label=_("What was tested and found"), max_length=400, help_text=_("Such as the laboratory's report.")
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, prefix="test")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
