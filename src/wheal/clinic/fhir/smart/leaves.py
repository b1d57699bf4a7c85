"""The leaves that somebody gave to programs and that still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Final

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken

from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import granting, wording
from wheal.clinic.people.models import User

_KEPT: Final = reduce(or_, (Q(scope__contains=kept, refresh_token__isnull=False) for kept in granting.KEPT))
LASTS: Final = timedelta(days=90)  # then the person is asked again


@dataclass(frozen=True, slots=True)
class Leave:
    program: Program
    since: datetime  # the newest token: asked for anew or renewed
    told: list[str]  # what the program may see and do, in words
    comes_back: bool  # by itself, without the person


def of(user: User) -> list[Leave]:
    """One for each program, by its name."""
    now, family = (
        timezone.now(),
        RefreshToken.objects.filter(token_family=OuterRef("refresh_token__token_family")),
    )
    began = Subquery(family.order_by("created").values("created")[:1])
    renews = Q(refresh_token__revoked=None, began__gt=now - LASTS) & _KEPT
    tokens = (
        AccessToken.objects.annotate(began=began)
        .filter(Q(expires__gt=now) | renews, user=user, application__program__ended_at=None)
        .select_related("application__program__clinic", "refresh_token")
        .order_by("application__program__name", "application", "created")
    )
    by_program = groupby(tokens, key=lambda token: token.application.program)
    return [_leave(program, list(given)) for program, given in by_program]


def _leave(program: Program, given: list[AccessToken]) -> Leave:
    """Of all that was given and still holds: an older one may show more than the newest."""
    asked = [token.scope.split() for token in given]
    told = dict.fromkeys(
        words for each in asked for words in wording.told(each, granting.needs_a_patient(each))
    )
    return Leave(
        program=program,
        since=given[-1].created,
        told=list(told),
        comes_back=any(kept in each for each in asked for kept in granting.KEPT),
    )
