"""After which sessions it came, told anew: a report without one is tied once somebody knows, a wrong tie is mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.safety.reactions import places
from wheal.clinic.safety.reactions.actions import ReactionRefused
from wheal.clinic.safety.reactions.models import Correction, Reaction, Tie
from wheal.clinic.treatments.models import Session


@transaction.atomic
def tie(*, reaction: Reaction, sessions: Sequence[Session], reason: str, by: User) -> Correction:
    """From now on it counts as after these sessions and no others. What stood before is written beside it.

    Raises ReactionRefused: reason_missing, withdrawn, not_this_patient, after_the_onset, nothing_changed.
    """
    held = Reaction.objects.select_for_update(of=("self",)).select_related("clinic", "patient")
    reaction = held.get(pk=reaction.pk)
    _refuse(reaction, sessions, reason)
    before = {each.session_id: each for each in reaction.ties.select_related("session")}
    stood = [each.session for each in before.values() if each.taken_back_at is None]
    wanted = {session.pk for session in sessions}
    if wanted == {session.pk for session in stood}:
        raise ReactionRefused("nothing_changed", "sessions")
    reaction.ties.exclude(session__in=wanted).filter(taken_back_at=None).update(taken_back_at=timezone.now())
    reaction.ties.filter(session__in=wanted).update(taken_back_at=None)
    new = Tie.objects.bulk_create(
        Tie(reaction=reaction, session_id=pk) for pk in sorted(wanted) if pk not in before
    )
    made = Correction.objects.create(
        reaction=reaction, corrects="sessions", was=_days(stood), should_be=_days(sessions), reason=reason.strip(),
        made_by=by,
    )  # fmt: skip
    audit.record(
        by=by, what="safety.reaction_corrected", subject=reaction, clinic=reaction.clinic, patient=reaction.patient,
        detail={"corrects": "sessions", "sessions": sorted(wanted)},
        fixes=[Correction.objects.filter(pk=made.pk), Tie.objects.filter(pk__in=[each.pk for each in new])],
    )  # fmt: skip
    return made


def _refuse(reaction: Reaction, sessions: Sequence[Session], reason: str) -> None:
    refused = {
        ("reason_missing", "reason"): not reason.strip(),
        ("withdrawn", ""): reaction.withdrawn_at is not None,
        ("not_this_patient", "sessions"): any(one.patient_id != reaction.patient_id for one in sessions),
        ("after_the_onset", "sessions"): any(
            places.day_of(one) > reaction.counted_from for one in sessions
        ),
    }  # fmt: skip
    for (code, about), holds in refused.items():
        if holds:
            raise ReactionRefused(code, about)


def _days(sessions: Iterable[Session]) -> str:
    return " ".join(sorted(places.day_of(one).isoformat() for one in sessions))
