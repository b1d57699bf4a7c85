"""Somebody leaves a clinic: what was theirs to open with is taken back at once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people import actions, open_log_ins, token_actions
from wheal.clinic.people.models import DeviceKey, Invitation, Membership, ServiceToken, User


@transaction.atomic
def leave(*, membership: Membership, by: User) -> dict[str, int]:
    """Ends the membership, the tokens that they made here and have seen, and their invitations; where they work nowhere
    else, every log-in and what opens the entries on their devices too. Answers how many of each."""
    actions.end_membership(membership=membership, by=by)
    user, clinic = membership.user, membership.clinic
    made = ServiceToken.objects.usable(timezone.now()).filter(clinic=clinic, made_by=user)
    ended = {"tokens": len([token_actions.revoke(token=token, by=by) for token in made])}
    waiting = Invitation.objects.standing().filter(clinic=clinic, made_by=user)
    ended["invitations"] = waiting.update(withdrawn_at=timezone.now())
    if not user.memberships.filter(ended_at=None).exists():
        ended |= _shut_out(user, by)
    audit.record(by=by, what="people.access_taken_back", subject=user, clinic=clinic, detail=ended)
    return ended


def _shut_out(user: User, by: User) -> dict[str, int]:
    return {
        "log_ins": open_log_ins.end_all(user=user, by=by),
        "devices": DeviceKey.objects.filter(user=user).delete()[0],
    }
