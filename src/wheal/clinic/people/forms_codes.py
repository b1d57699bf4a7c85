"""The forms that take a second factor: a code that was taken before is wrong, and what is refused is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from django.core.exceptions import ValidationError

from wheal.clinic.audit import actions as audit
from wheal.clinic.people import used_codes
from wheal.clinic.people.actions import record_about
from wheal.clinic.people.models import User


class LoginForm(forms.AuthenticateForm):
    def clean_code(self) -> str:
        return _noted(self.user, lambda: _checked(self, super(LoginForm, self).clean_code()))


class ProofForm(forms.ReauthenticateForm):
    def clean_code(self) -> str:
        return _noted(self.user, lambda: _checked(self, super(ProofForm, self).clean_code()))


class KeyForm(passkeys.AuthenticateWebAuthnForm):
    """After a password."""

    def clean_credential(self) -> Authenticator:
        return _noted(self.user, super().clean_credential)


class KeyLoginForm(passkeys.LoginWebAuthnForm):
    """Instead of a password: whose it is, is in the key."""

    def clean_credential(self) -> Authenticator:
        return _noted(None, super().clean_credential)


class KeyProofForm(passkeys.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _noted(self.user, super().clean_credential)


def _checked(form: forms.BaseAuthenticateForm, code: str) -> str:
    held = form.authenticator
    if held.type == Authenticator.Type.TOTP and not used_codes.take(held, code):
        raise get_adapter().validation_error("incorrect_code")
    return code


def _noted(user: User | None, check: Callable[[], Any]) -> Any:
    """What was given is not kept: it may be right for somebody else."""
    try:
        return check()
    except ValidationError:
        if user is None:
            audit.record(by=None, what="people.factor_refused", refused=True)
        else:
            record_about(user=user, by=None, what="people.factor_refused", refused=True)
        raise
