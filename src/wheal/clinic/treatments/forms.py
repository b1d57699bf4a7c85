"""What may be entered about a treatment. Choices come from the knowledge, by name in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from unicodedata import combining, normalize

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wheal.clinic.decimals import DecimalField
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import ALLOWED, P
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments import grounds
from wheal.clinic.treatments.actions.protocols import NewLine
from wheal.clinic.treatments.models import CORRECTS, Protocol, Session
from wheal.clinic.treatments.staff import INJECTING, Staff
from wheal.knowledge import Knowledge

PREPARING = tuple(role for role, held in ALLOWED.items() if P.MIX_WRITE in held)


def choices(known: Knowledge, group: str) -> list[tuple[str, str]]:
    """Codes and their names: areas and techniques in the order their files give, substances and others by name."""
    language = (get_language() or "en")[:2]
    if group in ("area", "technique"):
        records = {"area": known.areas, "technique": known.techniques}[group]
        ordered = sorted(records, key=lambda code: (records[code].order, code))
        return [(code, known.text(f"{group}.{code}", language)) for code in ordered]
    if group == "substance":
        named = [(code, known.text(f"substance.{code}.name", language)) for code in known.substances]
        return sorted(named, key=lambda pair: by_name(pair[1]))
    codes = getattr(known.vocabulary, group)
    return [(code, known.text(f"code.{group}.{code}", language)) for code in codes]


def by_name(name: str) -> str:
    """Where a reader looks for it: É beside E."""
    return "".join(sign for sign in normalize("NFD", name.casefold()) if not combining(sign))


class Person(forms.TypedChoiceField):
    """Somebody who works here, or nobody yet. The value is the user."""

    def __init__(self, label: object, staff: Staff, roles: tuple[str, ...] | None = None) -> None:
        chosen = [("", "—"), *staff.choices(roles)]
        super().__init__(label=label, choices=chosen, required=False, coerce=_user, empty_value=None)


def _user(pk: str) -> User:
    return User.objects.get(pk=pk)


class Moment(forms.DateTimeField):
    """A date and time as the browser's own picker writes it, in the clinic's time."""

    def __init__(self, label: object, help_text: object = "") -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=widget,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        )


class WeightForm(forms.Form):
    weight_kg = DecimalField(
        label=_("Weight today"), min_value=1, max_value=400, max_digits=5, decimal_places=1, required=False
    )

    def __init__(self, data: object, staff: Staff, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)
        self.fields["practitioner"] = Person(_("Who injects"), staff, INJECTING)


def weight_form(session: Session, staff: Staff) -> WeightForm:
    return WeightForm(None, staff, {"weight_kg": session.weight_kg, "practitioner": session.practitioner_id})


class PlanForm(forms.Form):
    purpose = forms.ChoiceField(label=_("Purpose"), required=False, widget=forms.RadioSelect)
    area = forms.ChoiceField(label=_("Area"), required=False)
    technique = forms.ChoiceField(label=_("Technique"), required=False)
    substances = forms.MultipleChoiceField(
        label=_("Substances"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sessions = forms.IntegerField(label=_("Sessions planned"), min_value=1, max_value=50, required=False)
    price = DecimalField(
        label=_("Price of the whole course"), min_value=0, max_digits=9, decimal_places=2, required=False
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: object, known: Knowledge, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["purpose"].choices = choices(known, "purposes")
        self.fields["area"].choices = [("", "—"), *choices(known, "area")]
        self.fields["technique"].choices = [("", "—"), *choices(known, "technique")]
        self.fields["substances"].choices = choices(known, "substance")


class MixForm(forms.Form):
    prepared_by = forms.ChoiceField(label=_("Where it was mixed"), required=False)
    batch = forms.CharField(
        label=_("Batch number of the pharmacy"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    prepared_at = Moment(label=_("Prepared at"))

    def __init__(
        self,
        data: object,
        staff: Staff,
        known: Knowledge,
        initial: dict[str, object] | None = None,
        prefix: str = "",
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"{prefix}_%s")
        self.fields["prepared_by"].choices = [("", "—"), *choices(known, "prepared_by")]
        self.fields["preparer"] = Person(_("Prepared by"), staff, PREPARING)
        self.fields["checker"] = Person(_("Second checker"), staff, PREPARING)


class DrawForm(forms.Form):
    volume_ml = DecimalField(label=_("Volume drawn"), min_value=0, max_digits=8, decimal_places=3)


class ThrownForm(forms.Form):
    thrown_ml = DecimalField(
        label=_("Thrown away"), min_value=0, max_digits=8, decimal_places=3, required=False
    )


MOST_LINES = 6


class ProtocolForm(forms.Form):
    """A name and a line for each part: a product of the stock stands for what it holds, and in which strength."""

    name = forms.CharField(label=_("Name of the protocol"), max_length=80)
    note = forms.CharField(
        label=_("What it is for, and how it is made"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: object, clinic: Clinic, known: Knowledge, before: Protocol | None = None
    ) -> None:
        super().__init__(data)
        language = (get_language() or "en")[:2]
        self.lines: list[NewLine] = []
        self.products = {_part(row): row for row in Product.objects.filter(clinic=clinic)}
        named = [
            (key, " + ".join(f"{known.name(code, language)} {strength}" for code, strength in row.contents))
            for key, row in self.products.items()
        ]
        chosen = [("", "—"), *sorted(named, key=lambda pair: by_name(pair[1]))]
        for place in range(MOST_LINES):
            self.fields[f"part{place}"] = forms.ChoiceField(
                label=_("Part %(number)s") % {"number": place + 1}, choices=chosen, required=False
            )
            self.fields[f"volume{place}"] = DecimalField(
                label=_("Volume in mL"), min_value=0, max_digits=8, decimal_places=3, required=False
            )
        if before is not None:
            self.initial |= {"name": before.name, "note": before.note}
            for place, line in enumerate(before.lines.all()[:MOST_LINES]):
                self.initial |= {f"part{place}": _part(line), f"volume{place}": line.volume_ml}

    @property
    def parts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"part{place}"], self[f"volume{place}"]) for place in range(MOST_LINES)]

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        for place in range(MOST_LINES):
            part, volume = kept.get(f"part{place}"), kept.get(f"volume{place}")
            if part and volume:
                row = self.products[part]
                self.lines.append(NewLine(row.substance, row.strength, row.strength_unit, volume, row.also))
            elif part or volume:
                self.add_error(f"volume{place}", _("Give both the part and its volume, or neither."))
        if not self.lines and not self.errors:
            self.add_error("part0", _("A protocol needs at least one part."))
        return kept


def _part(row: object) -> str:
    return " + ".join(f"{code} {strength}" for code, strength in row.contents)


class PassForm(forms.Form):
    place = forms.ChoiceField(label=_("Where"))
    technique = forms.ChoiceField(label=_("Technique"))

    def __init__(
        self, data: object, known: Knowledge, mixes: list[tuple[int, str]], initial: dict[str, object]
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["mix"] = forms.ChoiceField(label=_("Mix"), choices=mixes)
        self.fields["place"].choices = grounds.choices(known)
        self.fields["technique"].choices = choices(known, "technique")


class RulerForm(forms.Form):
    """In centimetres; empty takes the measurement back."""

    distance_cm = DecimalField(required=False, max_digits=4, decimal_places=1, min_value=Decimal("0.1"))


class InjectAtForm(forms.Form):
    inject_at = Moment(
        label=_("First point at"),
        help_text=_("Left empty, the moment of signing counts as the time of injection."),
    )


def time_form(session: Session) -> InjectAtForm:
    return InjectAtForm(None, initial={"inject_at": session.inject_at})


class AmendForm(forms.Form):
    corrects = forms.ChoiceField(label=_("What is corrected"), choices=list(CORRECTS.items()))
    was = forms.CharField(label=_("What was written"), widget=forms.Textarea(attrs={"rows": 2}))
    should_be = forms.CharField(label=_("What it should be"), widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}))
