"""How long a log-in lasts, when somebody proves anew who they are, and who needs a second factor.

The limits are settings, stated as ASVS 5.0 (7.3, 7.5) asks: `IDLE_AFTER` and `LOG_IN_ENDS_AFTER` end a log-in,
`PROVEN_FOR` is how long a proof counts at a signature (all in seconds, None: without an end), `SECOND_FACTOR` says for
whom one is required: "signers" (who signs or administers), "everybody" or "nobody".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils import timezone

from wheal.clinic.audit.models import Event
from wheal.clinic.people.actions import record_about
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, permissions_of

SEEN, BEGAN, HAS_SECOND = "wheal_seen", "wheal_began", "wheal_has_second_factor"
A_MINUTE = 60  # a log-in is written down as used no more often than that
BY_ITSELF = ("X-By-Itself", "X-For-Later")  # said by what a page asks for while nobody does anything
WRONG = "people.login_refused"
GIVEN = "people.password_given"
BEGINS_ANEW = ("people.logged_in", GIVEN)
DEVICE = "device"
"""In the detail of a try and of a log-in: the person's known device on which it was. See `tries.device_of`."""
WRONG_AT_MOST = 10
SHUT_FOR = timedelta(minutes=15)


def end_if_over(request: HttpRequest, now: float) -> None:
    """End a log-in that nobody used for too long, or that began too long ago. What a device keeps stays on it.

    A page that looks by itself whether another device saved something, or tries again to send what it keeps, is no use.
    """
    session, idle, whole = request.session, settings.IDLE_AFTER, settings.LOG_IN_ENDS_AFTER
    if idle is None and whole is None:
        return
    began, seen = session.setdefault(BEGAN, now), session.get(SEEN)
    seen = began if seen is None else seen
    was_set_back = now < max(began, seen) - A_MINUTE  # the clock was: nobody knows how much time has passed
    if (
        was_set_back
        or (idle is not None and now - seen > idle)
        or (whole is not None and now - began > whole)
    ):
        record_about(user=request.user, by=request.user, what="people.log_in_ended")
        logout(request)
    elif now - session.get(SEEN, 0) > _step(idle) and not any(map(request.headers.get, BY_ITSELF)):
        session[SEEN] = now


def _step(idle: int | None) -> float:
    """Seconds after which a use is written down anew: well within the limit, however short that is."""
    return A_MINUTE if idle is None else min(A_MINUTE, idle / 10)


def proved_lately(request: HttpRequest, now: float) -> bool:
    """Whether a password, a code or a passkey was given within the time that a signature asks for."""
    if settings.PROVEN_FOR is None:
        return True
    proofs = get_authentication_records(request, request.user)
    return any(-A_MINUTE <= now - proof["at"] <= settings.PROVEN_FOR for proof in proofs)


def proved_by_a_factor(request: HttpRequest, now: float) -> bool:
    """As above, and by a second factor: a password alone changes nobody's way in. Where none is asked of anybody, a
    password does."""
    if settings.PROVEN_FOR is None or settings.SECOND_FACTOR == "nobody":
        return proved_lately(request, now)
    proofs = get_authentication_records(request, request.user)
    return any(
        proof["method"] == "mfa" and -A_MINUTE <= now - proof["at"] <= settings.PROVEN_FOR for proof in proofs
    )


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this person must set one up before anything else."""
    if settings.SECOND_FACTOR == "nobody" or request.session.get(HAS_SECOND):
        return False
    if settings.SECOND_FACTOR == "signers" and not _must_have_one(request):
        return False
    if is_mfa_enabled(request.user):
        request.session[HAS_SECOND] = True
        return False
    return True


def forget_second_factor(request: HttpRequest) -> None:
    """One was removed: whether another is left is looked at anew."""
    request.session.pop(HAS_SECOND, None)


def _must_have_one(request: HttpRequest) -> bool:
    """Who signs, and who may give others their way in, at any clinic, not only at the one that is open now."""
    held = (
        permissions_of(each.role, administers=each.administers)
        for each in request.memberships  # type: ignore[attr-defined]
    )
    return any({P.SESSION_SIGN, P.PEOPLE_WRITE} & each for each in held)


def shut_until(user: User, now: datetime | None = None, *, device: str = "") -> datetime | None:
    """When somebody may try again after too many wrong passwords in a row; None where they may now.

    Counted in the audit, so that it holds for every worker and after a restart. A log-in that works begins anew. Each
    device that is known as theirs has a count of its own, and all others have one together: who guesses elsewhere
    shuts nobody out here, and a log-in here gives who guesses no further tries. A password that was given opens all.
    """
    now = now or timezone.now()
    since = Event.objects.filter(subject_kind="people.user", subject_id=user.pk, at__gt=now - SHUT_FOR)
    rows = since.filter(what__in=(WRONG, *BEGINS_ANEW)).order_by("-id")
    tries = list(rows.values_list("what", "at", "clinic_id", "detail")[:1000])
    wrong = []
    for what, at, clinic, detail in tries:
        if what != GIVEN and detail.get(DEVICE, "") != device:
            continue
        if what != WRONG:
            break
        if clinic == tries[0][2]:  # each try stands in the audit of every clinic where they work
            wrong.append(at)
    return wrong[0] + SHUT_FOR if len(wrong) >= WRONG_AT_MOST else None
