"""What gives tokens to other programs and takes them back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people import tokens
from wheal.clinic.people.models import Clinic, ServiceToken, User

LONGEST: Final = 366  # days


class TokenNotMade(Exception):
    """Carries `reason`: name, scopes or days."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def make(
    *, clinic: Clinic, name: str, scopes: Iterable[str], days: int, by: User
) -> tuple[ServiceToken, str]:
    """The row, and the text to show once: it cannot be shown again. Raises TokenNotMade."""
    name, scopes = " ".join(name.split()), sorted(set(scopes))
    if not name or len(name) > ServiceToken._meta.get_field("name").max_length:
        raise TokenNotMade("name")
    if not scopes or not set(scopes) <= set(tokens.Scope.values):
        raise TokenNotMade("scopes")
    if not 1 <= days <= LONGEST:
        raise TokenNotMade("days")
    key, digest, text = tokens.written()
    token = ServiceToken.objects.create(
        clinic=clinic, name=name, scopes=scopes, key=key, digest=digest, account=_account(key, name),
        expires_at=timezone.now() + timedelta(days=days), made_by=by,
    )  # fmt: skip
    detail = {"name": name, "scopes": scopes, "expires_at": token.expires_at.isoformat()}
    audit.record(by=by, what="people.token_made", subject=token, clinic=clinic, detail=detail)
    return token, text


def _account(key: str, name: str) -> User:
    """Without a password, a role or a second factor, and shut to log-ins."""
    account = User(username=f"service-{key}", last_name=name, is_active=False)
    account.set_unusable_password()
    account.save()
    return account


@transaction.atomic
def revoke(*, token: ServiceToken, by: User) -> None:
    """It opens nothing from now on. Once is enough: revoking again changes nothing."""
    if ServiceToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by
    ):
        audit.record(by=by, what="people.token_revoked", subject=token, clinic=token.clinic)
