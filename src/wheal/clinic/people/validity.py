"""Until when a credential holds, as the pages tell it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from wheal.clinic.people.models import Credential

ENDS_SOON = timedelta(days=60)


def told(credentials: Iterable[Credential]) -> list[dict[str, object]]:
    today = timezone.localdate()
    return [{"credential": each, "state": state(each, today)} for each in credentials]


def state(credential: Credential, today: date) -> str:
    """withdrawn, not_known, expired, ends_soon or valid. The last day itself still counts."""
    if credential.withdrawn_at:
        return "withdrawn"
    if credential.valid_until is None:
        return "not_known"
    if credential.valid_until < today:
        return "expired"
    return "ends_soon" if credential.valid_until <= today + ENDS_SOON else "valid"
