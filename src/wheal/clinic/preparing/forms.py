"""What may be typed about getting ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.preparing.models import Answer, Kept, OwnDoctor, Sending

REASONS: dict[str, Promise] = {
    "to_come": _("This day is still to come."),
    "before_it": _("This day is before it began."),
    "ends_before": _("This day is past."),
    "no_doctor": _("Nobody is named as own doctor yet. Name the doctor first."),
    "not_agreed": _("The patient does not agree that the clinic writes to the own doctor. Nothing is sent."),
    "no_plan": _("The plan does not say yet what is injected and where. Complete it first."),
}
OFFERED: tuple[Promise, ...] = (
    _("I weigh myself once a week and write it down"),
    _("I keep my weight as it is until the course is over"),
    _("I tell the clinic when my weight changes"),
    _("I go for a walk on most days"),
    _("I bring a list of my medicines and supplements to each visit"),
)


def _day(label: Promise, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _words(label: Promise, *, rows: int = 2, required: bool = True) -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, required=required, max_length=2000, widget=widget)


def _choice(label: Promise, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), widget=forms.RadioSelect)


class BehaviourForm(forms.Form):
    prefix = "behaviour"
    words = forms.CharField(
        label=_("What is agreed, in the patient’s words"), max_length=200,
        widget=forms.TextInput({"list": "offered", "autocomplete": "off"}),
    )  # fmt: skip
    until = _day(_("Looked at again on"), required=False)


class KeptForm(forms.Form):
    how = _choice(_("How did it go?"), Kept.How.choices)
    on = _day(_("Told on"))
    note = _words(_("Note"), rows=1, required=False)


class DoctorForm(forms.Form):
    prefix = "doctor"
    name = forms.CharField(label=_("Own doctor"), max_length=160)
    address = _words(_("Address"), required=False)
    may_be_told = forms.TypedChoiceField(
        label=_("Does the patient agree that the clinic writes to this doctor?"),
        choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip


class LetterForm(forms.Form):
    prefix = "letter"
    plan = forms.TypedChoiceField(label=_("About this plan"), coerce=int)

    def __init__(self, data: object, plans: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["plan"].choices = list(plans)


class SendingForm(forms.Form):
    how = _choice(_("How did it leave?"), Sending.How.choices)
    on = _day(_("Sent on"))


class QuestionForm(forms.Form):
    prefix = "question"
    words = _words(_("Question to the own doctor"))
    why = _words(_("Why it is asked: what was found"))
    on = _day(_("Asked on"))


class AnswerForm(forms.Form):
    words = _words(_("Answer"))
    doctor = forms.CharField(label=_("Answered by (name of the doctor)"), max_length=160)
    how = _choice(_("How did it come?"), Answer.How.choices)
    on = _day(_("Answered on"))


def doctor_form(held: OwnDoctor | None, told: str) -> DoctorForm:
    """Filled in with whom the patient named last, here or in the history; the agreement is asked anew."""
    return DoctorForm(initial={"name": held.name if held else told, "address": held.address if held else ""})


def on_this_day(today: date) -> dict[str, date]:
    return {"on": today}
