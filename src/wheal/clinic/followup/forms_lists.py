"""What may be asked of the lists and results, and the days on which a clinic asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.followup.forms import day_field
from wheal.knowledge.following import Asked


class DueForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), required=False, max_length=80, widget=forms.TextInput({"type": "search"})
    )
    state = forms.ChoiceField(label=_("Which"), required=False)
    by = forms.ChoiceField(
        label=_("Answered by"), required=False,
        choices=[("", _("Anybody")), ("patient", _("The patient, from a phone")), ("clinic", _("The clinic"))],
    )  # fmt: skip
    area = forms.ChoiceField(label=_("Area"), required=False)
    protocol = forms.ChoiceField(label=_("Protocol"), required=False)

    def __init__(self, data: object, states: Mapping[str, object], areas: Iterable[tuple[str, str]],
                 protocols: Iterable[str]) -> None:  # fmt: skip
        super().__init__(data)
        self.fields["state"].choices = [("", _("Due and overdue")), *states.items()]
        self.fields["area"].choices = [("", _("Every area")), *areas]
        self.fields["protocol"].choices = [("", _("Every protocol")), *((one, one) for one in protocols)]


class ResultsForm(forms.Form):
    since = day_field(_("First session from"), required=False)
    until = day_field(_("First session until"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)

    def __init__(self, data: object, areas: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["area"].choices = [("", _("Every area")), *areas]

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if kept.get("since") and kept.get("until") and kept["since"] > kept["until"]:
            self.add_error("until", _("This day is before the first one."))
        return kept

    def days(self, today: date) -> tuple[date, date]:
        """Unless told otherwise, all that ever began."""
        kept = self.cleaned_data if self.is_valid() else {}
        return kept.get("since") or date(1990, 1, 1), kept.get("until") or today


ROWS = 12


class ScheduleForm(forms.Form):
    """Up to twelve calls; a row without a number is none."""

    reason = forms.CharField(label=_("Why the clinic asks on other days"), max_length=500)

    def __init__(self, data: object, asked: Iterable[Asked]) -> None:
        held = [[*one.after.split(" "), one.by, one.measures] for one in asked]
        filled = {
            f"{name}_{place}": value
            for place, row in enumerate(held)
            for name, value in zip(("after", "unit", "by", "measures"), row, strict=True)
        }
        super().__init__(data, initial=filled)
        for place in range(ROWS):
            self._add_row(place)

    def _add_row(self, place: int) -> None:
        number = {"n": place + 1}
        self.fields[f"after_{place}"] = forms.IntegerField(
            label=_("Call %(n)s, after") % number, required=False, min_value=1, max_value=400,
            widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
        )  # fmt: skip
        self.fields[f"unit_{place}"] = forms.ChoiceField(
            label=_("Call %(n)s, unit") % number,
            choices=[("d", _("days")), ("mo", _("months"))],
            required=False,
        )
        self.fields[f"by_{place}"] = forms.ChoiceField(
            label=_("Call %(n)s, answered by") % number, required=False,
            choices=[("patient", _("the patient")), ("clinic", _("the clinic"))],
        )  # fmt: skip
        self.fields[f"measures_{place}"] = forms.BooleanField(
            label=_("Call %(n)s, measured") % number, required=False
        )

    def rows(self) -> list[list[forms.BoundField]]:
        names = ("after", "unit", "by", "measures")
        return [[self[f"{name}_{place}"] for name in names] for place in range(ROWS)]

    def asked(self) -> list[Asked]:
        kept = self.cleaned_data
        return [
            Asked(f"{kept[f'after_{place}']} {kept[f'unit_{place}'] or 'd'}", kept[f"by_{place}"] or "clinic",
                  bool(kept[f"measures_{place}"]))
            for place in range(ROWS)
            if kept.get(f"after_{place}")
        ]  # fmt: skip
