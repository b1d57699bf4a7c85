"""Accounts are made by an administrator; nobody signs up on their own. Coming and going is audited."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import userkit
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wheal.clinic.audit import actions as audit
from wheal.clinic.people import devices, log_ins, open_log_ins, sealing, tries, used_codes
from wheal.clinic.people.actions import record_about
from wheal.clinic.people.models import User

CHANGED = {
    "mfa/email/totp_activated": ("people.second_factor_set_up", "totp"),
    "mfa/email/totp_deactivated": ("people.second_factor_removed", "totp"),
    "mfa/email/webauthn_added": ("people.second_factor_set_up", "webauthn"),
    "mfa/email/webauthn_removed": ("people.second_factor_removed", "webauthn"),
    "mfa/email/recovery_codes_generated": ("people.recovery_codes_made", "recovery_codes"),
}
"""By the notice that the library would send: what stands in the audit, and of which kind of factor."""


class SealedFactors(DefaultMFAAdapter):
    """What a second factor shares with the site is kept encrypted: a copy of the database alone makes no codes."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, sealing.FACTORS)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.opened(encrypted_text, sealing.FACTORS)


def _meant(credentials: Mapping[str, object]) -> User | None:
    """Whose log-in it is, found as the log-in itself finds it: ALICE is alice."""
    return userkit.get_user_by_username(str(credentials.get("username") or ""))


def _where(request: HttpRequest, user: User) -> dict[str, object]:
    """On which device, where it is known as theirs."""
    mark = tries.device_of(request, user)
    return {log_ins.DEVICE: mark} if mark else {}


def _too_many(*, on_a_known_device: bool) -> str:
    if on_a_known_device:
        return _("Too many wrong passwords were tried on this device within a minute. Try again in a minute.")
    return _(
        "Too many wrong passwords were tried from this network within a minute. Try again in a minute; "
        "a device on which somebody has logged in before need not wait."
    )


class InvitedOnly(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The user name or the password is not correct."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        open_log_ins.begin(request, user)
        proofs = get_authentication_records(request, user)
        given = [proof.get("type", proof["method"]) for proof in proofs]
        record_about(
            user=user, by=user, what="people.logged_in", detail={"by": given} | _where(request, user)
        )

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        response = super().post_login(request, user, **more)
        tries.remember(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            record_about(user=request.user, by=request.user, what="people.logged_out")
            open_log_ins.forget(request)
            devices.forget_device(device=request.POST.get("device", ""), by=request.user)
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Shut for a while after too many wrong passwords, right ones included: who guesses learns nothing more."""
        self._login_failed_rl_usage = tries.take_one(request)  # the library gives it back to who was right
        if self._login_failed_rl_usage is None:
            raise ValidationError(_too_many(on_a_known_device=tries.is_known(request)))
        meant = _meant(credentials)
        if meant and log_ins.shut_until(meant, device=tries.device_of(request, meant)):
            record_about(user=meant, by=None, what="people.login_shut", refused=True)
            minutes = int(log_ins.SHUT_FOR.total_seconds() // 60)
            told = _(
                "Too many wrong passwords. Try again %(minutes)d minutes after the last one, "
                "log in on another device on which you have logged in before, or ask an administrator for a new one."
            )
            raise ValidationError(told % {"minutes": minutes})
        if meant and meant.password_is_over(timezone.now()):
            record_about(user=meant, by=None, what="people.password_over", refused=True)
            raise ValidationError(_("The temporary password is over. Ask an administrator for a new one."))

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """A refused log-in is a refusal like any other. What was typed may be a password: it is not kept."""
        if meant := _meant(credentials):
            where = _where(request, meant)
            record_about(user=meant, by=None, what="people.login_refused", refused=True, detail=where)
        else:
            audit.record(by=None, what="people.login_refused", refused=True)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """The person's own choice: no longer temporary."""
        user.password_is_temporary, user.password_ends_at = False, None
        super().set_password(user, password)
        record_about(user=user, by=user, what="people.password_changed")

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: object, **named: object
    ) -> None:
        """Called after each change of what lets somebody in: here it is written down."""
        if template_prefix in CHANGED:
            what, kind = CHANGED[template_prefix]
            record_about(user=user, by=user, what=what, detail={"kind": kind})
            if what == "people.second_factor_set_up" and kind == "totp":
                used_codes.begin(user)
            elif what == "people.second_factor_removed":
                log_ins.forget_second_factor(self.request)
                open_log_ins.end_all(user=user, by=user, but=open_log_ins.key_of(self.request))
        super().send_notification_mail(template_prefix, user, *args, **named)
