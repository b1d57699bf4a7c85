"""What may be typed about clinics and people, and what is wrong with it."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wheal import knowledge
from wheal.clinic.people.actions import NewClinic, NewPerson
from wheal.clinic.people.models import ROLE_NAMES, Clinic, Membership, Role, User
from wheal.clinic.people.setup_code import matches

COUNTRIES = {
    "FR": _("France"),
    "US": _("United States"),
    "GB": _("United Kingdom"),
    "BR": _("Brazil"),
    "ES": _("Spain"),
}
ZONES = (
    "Europe/Paris",
    "Europe/London",
    "Europe/Madrid",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
)


def jurisdictions() -> list[tuple[str, str]]:
    """The countries whose law is held, by name."""
    return sorted(
        ((code, COUNTRIES.get(code, code)) for code in knowledge.current().jurisdictions), key=_by_name
    )


def _by_name(choice: tuple[str, str]) -> str:
    return str(choice[1])


def credential_kinds() -> list[tuple[str, str]]:
    known, language = knowledge.current(), get_language() or "en"
    kinds = known.vocabulary.credential_kinds
    return [(kind, known.text(f"code.credential_kinds.{kind}", language)) for kind in kinds]


def administers_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Also administers the clinic"),
        required=False,
        help_text=_("Adds people, records credentials and reads the audit, beside the role above."),
    )


class AccountForm(forms.Form):
    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("What the person types to log in."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("12 characters or more."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody already has this user name. Choose another."))
        return username

    def clean(self) -> dict[str, object]:
        kept = super().clean()
        if password := kept.get("password"):
            names = {name: kept.get(name, "") for name in ("username", "first_name", "last_name")}
            try:
                validate_password(password, User(**names))
            except ValidationError as wrong:
                self.add_error("password", wrong)
        return kept

    def as_person(self) -> NewPerson:
        kept = self.cleaned_data
        return NewPerson(
            username=kept["username"],
            password=kept["password"],
            first_name=kept["first_name"],
            last_name=kept["last_name"],
            language=kept.get("language", ""),
        )


class MemberForm(AccountForm):
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_NAMES.items()), initial=Role.ASSISTANT)
    administers = administers_field()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ["first_name", "last_name", "role", "administers", "language", "username", "password"]


class FounderForm(AccountForm):
    """The first account of a site. In most clinics the person who administers also treats."""

    treats = forms.BooleanField(
        label=_("I also treat patients here"),
        required=False,
        help_text=_(
            "As a physician, with this same account. Your credentials are asked for after the log-in."
        ),
    )
    field_order = ["first_name", "last_name", "treats", "username", "password"]


class ColleagueForm(forms.Form):
    """Somebody who already works in another clinic that the administrator runs."""

    colleague = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_NAMES.items()), initial=Role.PHYSICIAN)
    administers = administers_field()

    def __init__(self, data: object = None, *, administrator: User, clinic: Clinic) -> None:
        super().__init__(data)
        elsewhere = administrator.memberships.filter(administers=True, ended_at=None).values("clinic")
        working = Membership.objects.filter(ended_at=None, clinic__in=elsewhere)
        here = Membership.objects.filter(ended_at=None, clinic=clinic)
        colleague = self.fields["colleague"]
        colleague.queryset = (
            User.objects.filter(memberships__in=working).exclude(memberships__in=here).distinct()
        )
        colleague.label_from_instance = User.shown_name.fget


class MemberChangeForm(forms.Form):
    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLE_NAMES.items()))
    administers = administers_field()


class PasswordGivenForm(forms.Form):
    password = forms.CharField(
        label=_("Temporary password"),
        strip=False,
        help_text=_("12 characters or more. It must be changed at the next log-in, within seven days."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )


class CredentialForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"))
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("The last day on which it holds. Left empty, it is not known and clears nobody."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [("", "—"), *credential_kinds()]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ClinicForm(forms.ModelForm):
    class Meta:
        model = Clinic
        fields = ["name", "jurisdiction", "time_zone", "language", "address", "phone"]
        labels = {
            "name": _("Name of the clinic"),
            "jurisdiction": _("Country"),
            "time_zone": _("Time zone"),
            "language": _("Language"),
            "address": _("Address"),
            "phone": _("Telephone"),
        }
        help_texts = {"jurisdiction": _("Whose law decides who may inject what.")}

    def __init__(self, data: object = None, instance: Clinic | None = None) -> None:
        blank = {"time_zone": "", "language": get_language()}
        super().__init__(data, instance=instance, initial=None if instance else blank)
        zones = [*ZONES, *sorted(zoneinfo.available_timezones() - set(ZONES))]
        self.fields["jurisdiction"] = forms.ChoiceField(
            label=self.fields["jurisdiction"].label,
            help_text=self.fields["jurisdiction"].help_text,
            choices=[("", "—"), *jurisdictions()],  # nothing is chosen by oversight
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[("", "—"), *((zone, zone) for zone in zones)]
        )
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
        self.fields["address"].widget.attrs["rows"] = 2

    def as_clinic(self) -> NewClinic:
        kept = self.cleaned_data
        return NewClinic(
            name=kept["name"],
            jurisdiction=kept["jurisdiction"],
            time_zone=kept["time_zone"],
            language=kept["language"],
            address=kept["address"],
            phone=kept["phone"],
        )


class SetupCodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time set-up code"),
        help_text=_("It stands on the console of the computer that runs Wheal."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        if not matches(self.cleaned_data["code"]):
            raise ValidationError(
                _("This is not the code. The newest one on the console counts; a restart prints a new one.")
            )
        return self.cleaned_data["code"]
