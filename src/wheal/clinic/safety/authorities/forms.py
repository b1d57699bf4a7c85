"""What is typed into a report to an authority, and what is written down when it was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wheal.clinic.safety.authorities.models import Sent
from wheal.reports.elements import table

Choices = list[tuple[str, str]]
YES_NO = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
LINES = forms.Textarea(attrs={"rows": 4})


def _longest(number: str) -> int:
    return table()[number].longest or 1000


class DeclarationForm(forms.Form):
    """Everything may stay empty while it is a draft."""

    use_required_attribute = False

    words = forms.CharField(label=_("The reaction, in your words"), max_length=_longest("E.i.1.1a"))
    translation = forms.CharField(
        label=_("The same in English"),
        max_length=_longest("E.i.1.2"),
        help_text=_("For authorities that read no French."),
    )
    meddra_code = forms.CharField(
        label=_("MedDRA code"), max_length=8,
        help_text=_(
            "Eight digits. MedDRA is licensed and not part of Wheal; without the code the E2B message cannot be made."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    meddra_version = forms.CharField(label=_("MedDRA version"), max_length=4)
    narrative = forms.CharField(
        label=_("What happened, and what was done"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Without names. Say when it began after which session, and how it went on."),
    )  # fmt: skip
    tests = forms.CharField(label=_("Examinations and cultures, with days"), max_length=10_000, widget=LINES)
    product_kept = forms.ChoiceField(label=_("Is a vial or syringe kept for examination?"), choices=YES_NO)
    tell_devices = forms.BooleanField(
        label=_("A device or the needles are suspected: name them"),
        help_text=_(
            "In section E of MedWatch. The E2B message and the French declaration are about products alone."
        ),
    )
    initials = forms.CharField(
        label=_("Patient’s initials"),
        max_length=_longest("D.1"),
        help_text=_("Left empty, they are held back."),
    )
    history = forms.CharField(label=_("Medical history that matters"), max_length=10_000, widget=LINES)
    history_none = forms.BooleanField(label=_("Asked: nothing in the history"))
    tell_medicines = forms.BooleanField(label=_("Name the patient’s medicines too"))
    indication = forms.CharField(label=_("What it was injected for"), max_length=_longest("G.k.7.r.1"))
    action = forms.ChoiceField(
        label=_("What was done with the product"),
        choices=[
            ("", _("Not known")), ("withdrawn", _("No longer given")), ("reduced", _("Less given")),
            ("not_changed", _("Given as before")), ("not_applicable", _("Does not apply")),
        ],
    )  # fmt: skip
    reporter_comment = forms.CharField(label=_("Comment of whoever reports"), max_length=10_000, widget=LINES)
    sender_comment = forms.CharField(
        label=_("Comment for the authority"), max_length=10_000, widget=LINES,
        help_text=_("For example: others with the same lot, and what was set aside."),
    )  # fmt: skip
    amends = forms.CharField(label=_("Why the earlier report is amended"), max_length=2000, widget=LINES)
    title = forms.CharField(label=_("Title"), max_length=_longest("C.2.r.1.1"))
    given = forms.CharField(label=_("Given name"), max_length=_longest("C.2.r.1.2"))
    family = forms.CharField(label=_("Family name"), max_length=_longest("C.2.r.1.4"))
    qualification = forms.ChoiceField(
        label=_("Qualification"),
        choices=[
            ("physician", _("Physician")), ("pharmacist", _("Pharmacist")),
            ("other_professional", _("Other health professional")),
        ],
    )  # fmt: skip
    organisation = forms.CharField(label=_("Clinic"), max_length=_longest("C.2.r.2.1"))
    street = forms.CharField(label=_("Street"), max_length=_longest("C.2.r.2.3"))
    postcode = forms.CharField(label=_("Postcode"), max_length=_longest("C.2.r.2.6"))
    city = forms.CharField(label=_("City"), max_length=_longest("C.2.r.2.4"))
    state = forms.CharField(label=_("State or region"), max_length=_longest("C.2.r.2.5"))
    telephone = forms.CharField(label=_("Telephone"), max_length=_longest("C.2.r.2.7"))
    email = forms.CharField(label=_("E-mail"), max_length=_longest("FDA.C.2.r.2.8"))
    receiver = forms.ChoiceField(
        label=_("E2B message to"),
        choices=[("fda", _("FDA, after marketing")), ("other", _("Another receiver"))],
    )
    receiver_id = forms.CharField(
        label=_("Identifier of the other receiver"),
        max_length=_longest("N.1.4"),
        help_text=_("As agreed with it."),
    )
    sender_id = forms.CharField(
        label=_("Identifier of the sender"), max_length=_longest("N.1.3"),
        help_text=_("Agreed with the receiver before the first message."),
    )  # fmt: skip
    expedited = forms.BooleanField(label=_("Meets the receiver’s criteria for an expedited report"))

    PARTS = (
        (
            _("The reaction"),
            ("words", "translation", "narrative", "tests", "product_kept", "indication", "action", "tell_devices"),
        ),
        (_("The patient"), ("initials", "history", "history_none", "tell_medicines")),
        (_("Comments"), ("reporter_comment", "sender_comment", "amends")),
        (
            _("Who reports"),
            (
                "title", "given", "family", "qualification", "organisation", "street", "postcode", "city", "state",
                "telephone", "email",
            ),
        ),
        (
            _("For the E2B message alone"),
            ("meddra_code", "meddra_version", "receiver", "receiver_id", "sender_id", "expedited"),
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, amends: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        if not amends:
            del self.fields["amends"]
        for field in self.fields.values():
            field.required = False

    def parts(self) -> list[tuple[object, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.PARTS]

    def told(self) -> dict[str, object]:
        """What can be read; what cannot stays as it stood."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.errors}


def _day(label: object) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class SentForm(forms.Form):
    """`asked`: the duties of the country, as (id, words)."""

    form = forms.ChoiceField(label=_("What was sent"), choices=Sent.Form.choices)
    way = forms.ChoiceField(label=_("How"), choices=Sent.Way.choices)
    to = forms.CharField(label=_("To whom"), max_length=160)
    on = _day(_("On"))
    note = forms.CharField(label=_("Note"), max_length=2000, required=False)

    def __init__(self, *args: Any, asked: Choices, **named: Any) -> None:
        super().__init__(*args, **named)
        if asked:
            self.fields["settles"] = _settles(
                _("Which of these it settles"), asked, required=False,
                help_text=_("None, where it went to somebody else, such as the maker. The others stay open."),
            )  # fmt: skip


class AsideForm(forms.Form):
    """Duties that do not apply to one reaction, and why."""

    reason = forms.CharField(label=_("Why"), max_length=2000)

    def __init__(self, *args: Any, asked: Choices, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["settles"] = _settles(_("These do not apply here"), asked)
        self.order_fields(["settles", "reason"])


def _settles(label: object, asked: Choices, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=asked, widget=forms.CheckboxSelectMultiple, **more)


class ReceiptForm(forms.Form):
    number = forms.CharField(label=_("Number of the receipt"), max_length=120, required=False)
    on = _day(_("On"))
    note = forms.CharField(label=_("What was answered"), max_length=2000, required=False)
