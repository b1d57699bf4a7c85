"""A telephone or key that proves who somebody is was lost: an administrator takes it away, and they set up another."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.people import open_log_ins
from wheal.clinic.people.actions import PeopleRefused, administers_all
from wheal.clinic.people.models import Clinic, User


@transaction.atomic
def take_away(*, user: User, clinic: Clinic, reason: str, by: User) -> None:
    """All of their second factors, and every log-in of theirs. `reason`: how it was made sure who asked.

    Refused for oneself, where there is none, and where the person also works in a clinic that `by` does not administer.
    """
    if user == by:
        raise PeopleRefused("own_factor")
    administers_all(by, user)
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if not kinds:
        raise PeopleRefused("no_factor")
    Authenticator.objects.filter(user=user).delete()
    open_log_ins.end_all(user=user, by=by)
    detail = {"kinds": kinds, "reason": reason}
    audit.record(by=by, what="people.second_factor_taken", subject=user, clinic=clinic, detail=detail)
