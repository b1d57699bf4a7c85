"""The forms that take a code of a second factor: one that was taken before is wrong."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator

from wheal.clinic.people import used_codes


class LoginForm(forms.AuthenticateForm):
    def clean_code(self) -> str:
        return _checked(self, super().clean_code())


class ProofForm(forms.ReauthenticateForm):
    def clean_code(self) -> str:
        return _checked(self, super().clean_code())


def _checked(form: forms.BaseAuthenticateForm, code: str) -> str:
    held = form.authenticator
    if held.type == Authenticator.Type.TOTP and not used_codes.take(held, code):
        raise get_adapter().validation_error("incorrect_code")
    return code
