"""What is asked about a reaction. Codes come from the knowledge, by name in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wheal.clinic.patients.models import Patient
from wheal.clinic.safety.reactions.actions import MOST_PLACES, NewReaction
from wheal.clinic.safety.reactions.judging import NewAssessment
from wheal.clinic.safety.reactions.models import CORRECTS, Assessment, FollowUp
from wheal.clinic.safety.reactions.places import NewPlace
from wheal.clinic.treatments.models import Pass, Session
from wheal.events import causality
from wheal.knowledge import Knowledge
from wheal.surveillance import COMMON

Choices = list[tuple[str, str]]
NOT_JUDGED = ("", _("Not judged yet"))


def _language() -> str:
    return (get_language() or "en")[:2]


def named(known: Knowledge, group: str, codes: Iterable[str] | None = None) -> Choices:
    held = codes if codes is not None else getattr(known.vocabulary, group)
    return [(code, known.text(f"code.{group}.{code}", _language())) for code in held]


def kinds(known: Knowledge) -> Choices:
    """Those that are looked at first, then those that follow many sessions; something else last."""
    codes = [code for code in known.vocabulary.event_kinds if code != "other"]
    ordered = [code for code in codes if code not in COMMON] + [code for code in codes if code in COMMON]
    return named(known, "event_kinds", [*ordered, "other"])


def watched_kinds(known: Knowledge) -> Choices:
    """Those that whoever follows up may name: none of them hides a reaction from the watch."""
    return [pair for pair in kinds(known) if pair[0] not in COMMON and pair[0] != "other"]


def warnings(known: Knowledge) -> Choices:
    signs = sorted(known.signs.values(), key=lambda sign: sign.order)
    return named(known, "conditions", [sign.warning for sign in signs if sign.warning])


def day_field(label: object, *, required: bool = True, help_text: object = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def text_field(label: object, *, help_text: object = "", required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, required=required, max_length=4000, help_text=help_text, widget=widget
    )


def grade_field(known: Knowledge) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("How severe"), choices=[NOT_JUDGED, *named(known, "grades")], coerce=int, empty_value=None,
        required=False, widget=forms.RadioSelect, initial="",
    )  # fmt: skip


class RecordForm(forms.Form):
    """`sessions`: those that may have led to it; `passes`: of those sessions, with a map to tap on."""

    def __init__(
        self, data: object, *, patient: Patient, sessions: list[Session], passes: list[Pass], known: Knowledge
    ) -> None:
        super().__init__(data)
        self.patient, self.passes = patient, {each.pk: each for each in passes}
        self.sessions_held = {str(each.pk): each for each in sessions}
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is it"), choices=kinds(known), widget=forms.RadioSelect
        )
        self.fields["warnings"] = forms.MultipleChoiceField(
            label=_("Warning signs, each of them brings a physician at once"), choices=warnings(known), required=False,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        self.fields["onset"] = day_field(_("First day on which it was noticed"))
        self.fields["onset_is_about"] = forms.BooleanField(label=_("The day is about right"), required=False)
        self.fields["sessions"] = forms.MultipleChoiceField(
            choices=[(key, key) for key in self.sessions_held], required=False
        )
        self.fields["here"] = forms.MultipleChoiceField(
            choices=[(str(key), str(key)) for key in self.passes], required=False
        )
        self.fields["places"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["description"] = text_field(
            _("What is seen and felt"), help_text=_("Size, number, colour, warmth, pain; in whose words.")
        )
        self.fields["treatment"] = text_field(_("Treatment given so far"))
        self.fields["grade"] = grade_field(known)
        self.fields["due_on"] = day_field(
            _("Somebody asks again on"), required=False,
            help_text=_("Left empty: the next day after a red flag, otherwise in a week."),
        )  # fmt: skip

    def clean_places(self) -> list[NewPlace]:
        """What the map sends: [[pass, x, y], …]."""
        try:
            sent = json.loads(self.cleaned_data["places"] or "[]")
            return [self._place(*row) for row in sent]
        except (ValueError, TypeError, KeyError) as problem:
            raise ValidationError(_("The places on the map could not be read. Tap them again.")) from problem

    def _place(self, row: int, x: int, y: int) -> NewPlace:
        drawn = self.passes[row]
        if not all(type(edge) is int and abs(edge) < 32_768 for edge in (x, y)):
            raise ValueError(f"{x}, {y} is no place")
        return NewPlace(drawn.area, (x, y), drawn)

    def as_new(self) -> NewReaction:
        kept = self.cleaned_data
        tapped = {place.drawn.pk for place in kept["places"] if place.drawn}
        here = [self.passes[int(pk)] for pk in kept["here"] if int(pk) not in tapped]
        places = [*kept["places"], *(NewPlace(each.area, None, each) for each in here)]
        return NewReaction(
            kind=kept["kind"],
            onset=kept["onset"],
            onset_is_about=kept["onset_is_about"],
            description=kept["description"],
            treatment=kept["treatment"],
            warnings=tuple(kept["warnings"]),
            grade=kept["grade"],
            sessions=[self.sessions_held[pk] for pk in kept["sessions"]],
            places=places[: MOST_PLACES + 1],
            due_on=kept["due_on"],
        )


class FollowForm(forms.Form):
    def __init__(self, data: object, *, known: Knowledge, today: object) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["on"] = day_field(_("Seen or asked on"))
        self.fields["course"] = forms.ChoiceField(
            label=_("How it goes"), choices=named(known, "courses"), widget=forms.RadioSelect
        )
        self.fields["became"] = forms.ChoiceField(
            label=_("It has become"), choices=[("", _("What it was")), *watched_kinds(known)], required=False,
            help_text=_("Redness that turned into a nodule or an abscess: the watch hears it from then on."),
        )  # fmt: skip
        self.fields["grade"] = grade_field(known)
        self.fields["note"] = text_field(_("What is seen and felt"))
        self.fields["treatment"] = text_field(_("Treatment given"))
        self.fields["samples"] = text_field(
            _("Samples"), help_text=_("What was taken, where it went, what came back.")
        )
        self.fields["due_on"] = day_field(
            _("Somebody asks again on"), required=False, help_text=_("Left empty: as the course suggests.")
        )

    def as_new(self) -> FollowUp:
        return FollowUp(**{name: self.cleaned_data[name] for name in self.fields if name != "became"})


class AssessForm(forms.Form):
    """Naranjo's ten items, the WHO-UMC class, and what neither scale fits: the link to a lot or a thing."""

    def __init__(self, data: object, *, known: Knowledge, last: Assessment | None, grade: int | None) -> None:
        super().__init__(data, initial=_initial(last, grade))
        self.fields["grade"] = grade_field(known)
        self.fields["serious"] = forms.MultipleChoiceField(
            label=_("Serious: any of these"), choices=named(known, "serious"), required=False,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        answers = [("yes", _("Yes")), ("no", _("No")), ("not_known", _("Not known"))]
        for item in causality.POINTS:
            self.fields[f"naranjo_{item}"] = forms.ChoiceField(
                label=known.text(f"code.naranjo.{item}", _language()), choices=answers, required=False,
                widget=forms.RadioSelect,
            )  # fmt: skip
        self.fields["who_umc"] = forms.ChoiceField(
            label=_("WHO-UMC class"), choices=[NOT_JUDGED, *named(known, "who_umc")], required=False,
            widget=forms.RadioSelect,
        )  # fmt: skip
        self.fields["linked"] = forms.ChoiceField(
            label=_("Linked to a lot or a thing"), choices=Assessment.Linked.choices, widget=forms.RadioSelect,
            help_text=_("Neither scale fits a contaminated vial: one patient alone shows no pattern."),
        )  # fmt: skip
        self.fields["note"] = text_field(_("Reasons"))

    @property
    def naranjo(self) -> list[forms.BoundField]:
        return [self[f"naranjo_{item}"] for item in causality.POINTS]

    def as_new(self) -> NewAssessment:
        kept = self.cleaned_data
        answered = {item: kept[f"naranjo_{item}"] for item in causality.POINTS if kept[f"naranjo_{item}"]}
        return NewAssessment(
            grade=kept["grade"],
            serious=tuple(kept["serious"]),
            naranjo=answered,
            who_umc=kept["who_umc"],
            linked=kept["linked"],
            note=kept["note"],
        )


def _initial(last: Assessment | None, grade: int | None) -> dict[str, object]:
    if last is None:
        return {"linked": Assessment.Linked.NOT_KNOWN, "grade": grade or ""}
    kept = {name: getattr(last, name) for name in ("grade", "serious", "who_umc", "linked")}
    return kept | {f"naranjo_{item}": answer for item, answer in last.naranjo.items()}


class TieForm(forms.Form):
    """`sessions`: those of the year before it began. None may be ticked: it came of none of them."""

    def __init__(self, data: object, *, sessions: list[Session], tied: list[int]) -> None:
        super().__init__(data, initial={"sessions": [str(pk) for pk in tied]})
        self.sessions_held = {str(each.pk): each for each in sessions}
        self.fields["sessions"] = forms.MultipleChoiceField(
            choices=[(key, key) for key in self.sessions_held], required=False
        )
        self.fields["reason"] = text_field(
            _("Why"), required=True, help_text=_("Who said so, or by what it is seen.")
        )

    @property
    def chosen(self) -> list[str]:
        return list(self["sessions"].value() or ())

    @property
    def kept(self) -> list[Session]:
        return [self.sessions_held[pk] for pk in self.cleaned_data["sessions"]]


class CorrectForm(forms.Form):
    corrects = forms.ChoiceField(
        label=_("What is wrong"),
        choices=[pair for pair in CORRECTS.items() if pair[0] != "sessions"],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("The right kind"), required=False)
    onset = day_field(_("The right first day"), required=False)
    other = text_field(_("What it should say"))
    reason = text_field(_("Why"), required=True)

    def __init__(self, data: object, *, known: Knowledge) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [("", "—"), *kinds(known)]

    @property
    def should_be(self) -> str:
        kept = self.cleaned_data
        values = {
            "kind": kept["kind"],
            "onset": kept["onset"].isoformat() if kept["onset"] else "",
            "other": kept["other"],
        }
        return values.get(kept["corrects"], "")
