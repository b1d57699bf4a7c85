"""What may be typed about things and their care."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal.clinic.equipment.actions import NewThing
from wheal.clinic.equipment.models import Kind, Thing

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

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("kind") in (Kind.NEEDLE, Kind.DISINFECTANT) and not kept.get("number"):
            self.add_error("number", _("Give the lot number: without it nobody can be found in a recall."))
        return kept

    def as_thing(self) -> NewThing:
        kept = self.cleaned_data
        return NewThing(kept["kind"], kept["name"], kept["number"], kept["maker"], kept["expires"])


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
        self.fields = {**named, **self.fields}


class MaintenanceForm(forms.Form):
    next_due = forms.DateField(
        label=_("To be done again by"), help_text=_("As its maker or the clinic asks."), **_DAY
    )
    note = forms.CharField(label=_("What was done or found"), max_length=400)

    def __init__(self, data: object = None) -> None:
        super().__init__(data, prefix="maintenance")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
