"""Somebody's way in was changed by another: they are told, and so are those who watch over the clinic's accounts.

By letter where there is a mail server and an address; on their first page in any case, from the audit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from wheal.clinic import mail
from wheal.clinic.audit.latest import since
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import Clinic, Membership, Role, User

FACTOR, PASSWORD = "people.second_factor_taken", "people.password_given"  # events, no secrets
THEIRS_FOR: Final = timedelta(days=30)  # told on the first page of whose way in it is
OTHERS_FOR: Final = timedelta(days=7)
Letter = Callable[[str, dict[str, str]], tuple[str, str]]


def tell(what: str, *, member: Membership, by: User) -> bool:
    """Outside of any transaction. Answers whether the person was sent a letter."""
    for watcher in _watchers(member.clinic).exclude(user__in=(by, member.user)):
        _send(_to_a_watcher, what, watcher.user, member, by)
    return _send(_to_themselves, what, member.user, member, by)


def _watchers(clinic: Clinic) -> QuerySet[Membership]:
    """Who administers, and the safety officers."""
    watching = Q(administers=True) | Q(role=Role.SAFETY_OFFICER)
    return Membership.objects.filter(watching, clinic=clinic, ended_at=None).select_related("user")


def _send(letter: Letter, what: str, to: User, member: Membership, by: User) -> bool:
    if not to.email:
        return False
    said = {"by": by.shown_name, "clinic": member.clinic.name, "name": member.user.shown_name}
    with translation.override(to.language or member.clinic.language):
        subject, text = letter(what, said)
        try:
            mail.send(to=to.email, subject=subject, text=text, sender=member.clinic.name)
        except mail.NotSent:
            return False
    return True


def _to_themselves(what: str, said: dict[str, str]) -> tuple[str, str]:
    if what == PASSWORD:
        return _("You were given a temporary password"), _(
            "%(by)s gave your account at %(clinic)s a temporary password. You are logged out everywhere. At the next "
            "log-in you choose one of your own.\n\n"
            "If you did not ask for this, tell the clinic at once."
        ) % said
    return _("Your second factor was taken away"), _(
        "%(by)s took away the second factor of your account at %(clinic)s, because it was said to be lost. "
        "You are logged out everywhere. At the next log-in you set up another one.\n\n"
        "If you did not ask for this, tell the clinic at once."
    ) % said


def _to_a_watcher(what: str, said: dict[str, str]) -> tuple[str, str]:
    if what == PASSWORD:
        return _("A colleague was given a temporary password"), _(
            "%(by)s gave the account of %(name)s at %(clinic)s a temporary password.\n\n"
            "You are told because you administer the clinic or are its safety officer. If you did not expect it, ask "
            "both of them; the audit says when it was."
        ) % said
    return _("The second factor of a colleague was taken away"), _(
        "%(by)s took away the second factor of %(name)s at %(clinic)s, because it was said to be lost.\n\n"
        "You are told because you administer the clinic or are its safety officer. If you did not expect it, ask both "
        "of them; the audit says when it was and how it was made sure who asked."
    ) % said


def told(*, to: User, clinic: Clinic, watches: bool, now: datetime) -> list[dict[str, object]]:
    """What others changed of late, the newest first: of oneself, and for `watches` of every colleague."""
    rows = list(_lately(to, clinic, watches=watches, now=now).exclude(by=to).select_related("by"))
    names = {
        str(user.pk): user.shown_name
        for user in User.objects.filter(pk__in={each.subject_id for each in rows})
    }
    return [
        {"event": each, "is_factor": each.what == FACTOR, "is_mine": each.subject_id == str(to.pk),
         "name": names.get(each.subject_id, "")}
        for each in rows
    ]  # fmt: skip


def _lately(to: User, clinic: Clinic, *, watches: bool, now: datetime) -> QuerySet[Event]:
    who = Q(subject_id=str(to.pk))
    if watches:
        who |= Q(at__gt=now - OTHERS_FOR)
    return since(now - THEIRS_FOR).filter(
        who, clinic_id=clinic.pk, what__in=(FACTOR, PASSWORD), refused=False
    )
