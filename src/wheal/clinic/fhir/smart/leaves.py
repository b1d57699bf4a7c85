"""The leaves that somebody gave to programs and that still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AccessToken

from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import wording
from wheal.clinic.people.models import User


@dataclass(frozen=True, slots=True)
class Leave:
    program: Program
    since: datetime  # the newest token: asked for anew or renewed
    told: list[str]  # what the program may see and do, in words
    comes_back: bool  # by itself, without the person


def of(user: User) -> list[Leave]:
    """One for each program, by its name."""
    holds = Q(expires__gt=timezone.now()) | Q(refresh_token__isnull=False, refresh_token__revoked=None)
    tokens = (
        AccessToken.objects.filter(holds, user=user, application__program__ended_at=None)
        .select_related("application__program__clinic", "refresh_token")
        .order_by("application__program__name", "application", "created")
    )
    by_program = {token.application.program: token for token in tokens}
    return [_leave(program, token) for program, token in by_program.items()]


def _leave(program: Program, token: AccessToken) -> Leave:
    return Leave(
        program=program,
        since=token.created,
        told=wording.told(token.scope.split()),
        comes_back=hasattr(token, "refresh_token"),
    )
