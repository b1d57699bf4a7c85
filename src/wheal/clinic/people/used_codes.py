"""A code of a second factor counts once, whichever process it reaches: its step is kept in the database."""

from __future__ import annotations

from hmac import compare_digest

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.db import transaction

from wheal.clinic.people.models import User

LAST_STEP = "last_step"  # beside the sealed secret


@transaction.atomic
def take(held: Authenticator, code: str) -> bool:
    """False for a code of the last step that was taken, or of one before it (RFC 6238, 5.2)."""
    row = Authenticator.objects.select_for_update().get(pk=held.pk)
    step = _step(auth.decrypt(row.data["secret"]), code)
    if step <= row.data.get(LAST_STEP, -1):
        return False
    row.data[LAST_STEP] = step
    row.save(update_fields=["data"])
    held.data = row.data
    return True


@transaction.atomic
def begin(user: User) -> None:
    """The code that has just set the factor up was taken, and so is every other of its half minute."""
    for row in Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP):
        row.data[LAST_STEP] = max(auth.yield_hotp_counters_from_time())
        row.save(update_fields=["data"])


def _step(secret: str, code: str) -> int:
    """-1: none of those that count now, since the clock went on in between."""
    typed = normalize_user_code(code)
    for step in auth.yield_hotp_counters_from_time():
        if compare_digest(auth.format_hotp_value(auth.hotp_value(secret, step)), typed):
            return step
    return -1
