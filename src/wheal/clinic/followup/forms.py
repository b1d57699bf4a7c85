"""What may be typed about measures, calls and schedules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from wheal.clinic import decimals
from wheal.clinic.decimals import DecimalField
from wheal.clinic.followup.actions import Figure, NewContact, Place
from wheal.clinic.followup.models import Contact, Measure
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Instrument
from wheal.outcomes.asking import REFUSED, Doubt
from wheal.weighing import POUND_STEP, kilos_of, pounds_of

SIDES = [("", _("Middle, or both")), ("left", _("The patient’s left")), ("right", _("The patient’s right"))]
DOUBTS: dict[str, Promise] = {
    "impossible": _("%(value)s cannot be: from %(least)s to %(most)s."),
    "too_fine": _("Finer than this is told apart: steps of %(step)s."),
    "unusual": _("Unusual. Look again; if it is right, say so below."),
    "jump": _("Far from the last one at this place. Look again; if it is right, say so below."),
}
REASONS: dict[str, Promise] = {
    "to_come": _("This day is still to come."),
    "too_old": _("This day is before the birth."),
    "nothing_measured": _("Enter at least one figure."),
    "replaced_already": _("This was corrected or taken back already. Open the page again."),
    "not_allowed": _("This is measured at the clinic."),
    "no_course": _("This was not sent: no session is noted here. Report it above, or call the clinic."),
}


def day_field(label: Promise, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def steps(code: str, it: Instrument, known: Knowledge, language: str) -> list[tuple[str, str]]:
    """What can be chosen of a scale."""
    values = range(int(it.least), int(it.most) + 1)
    if it.worded:
        return [(str(one), known.text(f"instrument.{code}.step_{one + 1}", language)) for one in values]
    return [(str(one), str(one)) for one in values]


def value_field(
    code: str, it: Instrument, known: Knowledge, language: str, *, asks_the_patient: bool = False
) -> forms.Field:
    parts = ("ask", "ask_how") if asks_the_patient else ("name", "how")
    name, how = (known.text(f"instrument.{code}.{part}", language) for part in parts)
    if it.kind == "scale" and it.most <= 4:
        widget = forms.RadioSelect()
        return forms.TypedChoiceField(
            label=name, help_text=how, required=False, choices=steps(code, it, known, language), widget=widget,
            coerce=int, empty_value=None,
        )  # fmt: skip
    unit = "" if it.unit == "1" or (asks_the_patient and it.kind != "weight") else f" ({it.unit})"
    return DecimalField(label=f"{name}{unit}", help_text=how, required=False, max_digits=7, decimal_places=2)


def in_words(
    found: Doubt,
    it: Instrument,
    value: Decimal | None,
    last: Decimal | None = None,
    *,
    in_pounds: bool = False,
) -> str:
    if it.kind == "weight" and value is not None and found in ("jump", "unusual"):
        return asked_again(value, last if found == "jump" else None, in_pounds=in_pounds)
    told = {"value": value, "least": it.least, "most": it.most, "step": it.step}
    return DOUBTS[found] % {name: decimals.shown(figure) for name, figure in told.items()}


def asked_again(kg: Decimal, last: Decimal | None, *, in_pounds: bool) -> str:
    """Of a weight that is far from the last one, or unusual."""
    told = {"value": weight_words(kg, in_pounds=in_pounds)}
    if last is None:
        return _("%(value)s? That is unusual. Look again; if it is right, say so below.") % told
    told["last"] = weight_words(last, in_pounds=in_pounds)
    return _("%(value)s? Last time it was %(last)s. Look again; if it is right, say so below.") % told


def weight_words(kg: Decimal, *, in_pounds: bool) -> str:
    kilos = f"{decimals.shown(round(kg, 1))}\u00a0kg"
    return f"{decimals.shown(pounds_of(kg))}\u00a0lb ({kilos})" if in_pounds else kilos


UNITS = [("lb", _("pounds (lb)")), ("kg", _("kilograms (kg)"))]


class FiguresForm(forms.Form):
    """Figures of several instruments, each with a tick that appears where one is asked again."""

    def __init__(self, data: object, instruments: Mapping[str, Instrument], known: Knowledge, language: str,
                 prefix: str | None = None, *, in_pounds: bool = False) -> None:  # fmt: skip
        """`prefix`: of a form that the patient fills in, asked in plain words; there a weight may be told in pounds."""
        super().__init__(data, prefix=prefix)
        self.instruments, self.doubted = instruments, set[str]()
        for code, it in instruments.items():
            self.fields[code] = value_field(code, it, known, language, asks_the_patient=prefix is not None)
            self.fields[f"sure_{code}"] = forms.BooleanField(label=_("This is right"), required=False)
            if in_pounds and it.kind == "weight":
                self.fields[code].label = known.text(f"instrument.{code}.ask", language)
                self.fields[f"unit_{code}"] = forms.ChoiceField(
                    label=_("In"), choices=UNITS, initial="lb", required=False, widget=forms.RadioSelect
                )

    def clean(self) -> dict[str, object]:
        kept = super().clean() or {}
        for code in self.instruments:
            if self.is_in_pounds(code) and kept.get(code) is not None:
                if kept[code] % POUND_STEP:
                    self.add_error(code, DOUBTS["too_fine"] % {"step": decimals.shown(POUND_STEP)})
                    continue
                kept[code] = kilos_of(kept[code])
        return kept

    def is_in_pounds(self, code: str) -> bool:
        return self.cleaned_data.get(f"unit_{code}") == "lb"

    @property
    def units(self) -> list[forms.BoundField]:
        """In what the weight is told, where that may be chosen."""
        return [self[name] for name in self.fields if name.startswith("unit_")]

    def figures(self) -> list[Figure]:
        kept = self.cleaned_data
        return [
            Figure(code, kept[code], bool(kept.get(f"sure_{code}")), self.is_in_pounds(code))
            for code in self.instruments
            if kept.get(code) is not None
        ]

    def rows(self) -> list[tuple[Instrument, forms.BoundField, forms.BoundField | None]]:
        """Each instrument with its field, and the tick where it was asked again."""
        return [
            (it, self[code], self[f"sure_{code}"] if code in self.doubted else None)
            for code, it in self.instruments.items()
        ]

    def ask_again(self, doubts: Mapping[str, Doubt], last: Decimal | None = None) -> None:
        for code, found in doubts.items():
            pounds, value = self.is_in_pounds(code), self.cleaned_data.get(code)
            self.add_error(code, in_words(found, self.instruments[code], value, last, in_pounds=pounds))
            if found not in REFUSED:
                self.doubted.add(code)


class MeasureForm(FiguresForm):
    on = day_field(_("Measured on"))
    side = forms.ChoiceField(label=_("Side"), choices=SIDES, required=False)
    site = forms.CharField(
        label=_p("on the body", "Place"), max_length=80, required=False, widget=forms.TextInput({"list": "sites"}),
        help_text=_("Name it so that the next person finds the same spot: 2 cm below the navel, in the middle."),
    )  # fmt: skip
    how = forms.CharField(
        label=_("How"), max_length=200, required=False, widget=forms.TextInput({"list": "hows"}),
        help_text=_("Device and position: ultrasound 12 MHz, standing, breathing out."),
    )  # fmt: skip

    def __init__(self, data: object, instruments: Mapping[str, Instrument], known: Knowledge, language: str,
                 today: date, last: Measure | None) -> None:  # fmt: skip
        """`last`: of this area, whose place and way are proposed again."""
        super().__init__(data, instruments, known, language)
        for name in ("side", "site", "how"):
            self.fields[name].initial = getattr(last, name, "")
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"

    def as_place(self, area: str) -> Place:
        return Place(area, self.cleaned_data["side"], self.cleaned_data["site"])


class CorrectForm(forms.Form):
    value = DecimalField(
        label=_("What it should be"), required=False, max_digits=7, decimal_places=2,
        help_text=_("Left empty: it is taken back, and counts nowhere."),
    )  # fmt: skip
    on = day_field(_("Measured on"))
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    is_sure = forms.BooleanField(label=_("Unusual, but right"), required=False)


NOTED = [(one.value, one.label) for one in Contact.Outcome if one != Contact.Outcome.TAKEN_BACK]


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500)


class ContactForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What came of it"), choices=NOTED, widget=forms.RadioSelect)
    noticed = forms.TypedChoiceField(
        label=_("Has the patient noticed anything since?"), required=False, widget=forms.RadioSelect,
        choices=[("", _("Not asked")), ("no", _("No")), ("yes", _("Yes: record it as a reaction too"))],
        coerce=lambda value: value == "yes", empty_value=None,
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )

    def as_contact(self, area: str) -> NewContact:
        kept = self.cleaned_data
        return NewContact(area, kept["outcome"], kept["noticed"], kept["note"])


class OwnForm(forms.Form):
    """What a patient says from a phone, for all areas together; the grades of each area are forms of their own."""

    noticed = forms.TypedChoiceField(
        label=_("Have you noticed anything that worries you, since the injections?"), widget=forms.RadioSelect,
        choices=[("no", _("No")), ("yes", _("Yes"))], coerce=lambda value: value == "yes",
        error_messages={"required": _("Please answer this one.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("Anything you would like to tell us"), required=False, max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
