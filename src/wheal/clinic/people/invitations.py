"""Inviting a person by a link: to one clinic, with the role that the inviter chose, once, for some days.

Whoever has the link makes an account, or joins with the one they have. What stands in the link is kept as a digest.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from wheal.clinic import mail
from wheal.clinic.audit import actions as audit
from wheal.clinic.people import actions
from wheal.clinic.people.models import Clinic, Invitation, User

LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    email: str
    first_name: str
    last_name: str
    role: str
    administers: bool
    language: str


class InvitationRefused(Exception):
    """Carries `reason`: unknown, used, withdrawn, expired."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def invite(*, clinic: Clinic, person: Invited, by: User) -> tuple[Invitation, str]:
    """The row, and what stands in the link: it cannot be shown again. An earlier one to this address is void."""
    secret = secrets.token_urlsafe(32)
    earlier = Invitation.objects.standing().filter(clinic=clinic, email__iexact=person.email)
    earlier.update(withdrawn_at=timezone.now())
    made = Invitation.objects.create(
        clinic=clinic, email=person.email, first_name=person.first_name, last_name=person.last_name,
        role=person.role, administers=person.administers, language=person.language, digest=_digest(secret),
        expires_at=timezone.now() + LASTS, made_by=by,
    )  # fmt: skip
    _note("invitation_made", made, by, role=person.role, administers=person.administers)
    return made, secret


def send(*, invitation: Invitation, address: str, by: User) -> None:
    """Outside of any transaction. Raises mail.NotSent, which stands in the audit too."""
    subject, text = letter(invitation, address)
    try:
        mail.send(to=invitation.email, subject=subject, text=text, sender=invitation.clinic.name)
    except mail.NotSent:
        _note("invitation_not_sent", invitation, by)
        raise
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())
    _note("invitation_sent", invitation, by)


def letter(invitation: Invitation, address: str) -> tuple[str, str]:
    """Subject and text, in the language that was chosen for them."""
    with translation.override(invitation.language), timezone.override(invitation.clinic.time_zone):
        day = formats.date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT")
        said = {"name": invitation.name, "clinic": invitation.clinic.name, "role": invitation.role_words,
                "day": day}  # fmt: skip
        told = [
            _("Hello %(name)s,") % said,
            _("%(clinic)s invites you to its treatment record. Your role there: %(role)s.") % said,
            _("This link lets you choose a user name and a password:"),
            address,
            _("It opens once, until %(day)s. Whoever has it can take your place: please do not pass it on.")
            % said,
            _("You did not expect this letter? Then delete it."),
        ]
        return _("Your account at %(clinic)s") % said, "\n\n".join(told) + "\n"


def read(secret: str) -> Invitation:
    """As it stands. Raises InvitationRefused; an invitation that is known here says so in the clinic's audit."""
    row = Invitation.objects.select_related("clinic", "made_by").filter(digest=_digest(secret)).first()
    if row is None:
        raise InvitationRefused("unknown")
    if (state := row.state(timezone.now())) != "standing":
        audit.record(
            by=None, what="people.invitation_refused", subject=row, clinic=row.clinic, refused=True,
            detail={"reason": state},
        )  # fmt: skip
        raise InvitationRefused(state)
    return row


@transaction.atomic
def accept(*, secret: str, username: str, password: str) -> User:
    """A new account with a password of their own. Raises InvitationRefused, actions.PeopleRefused."""
    row = read(secret)
    person = actions.NewPerson(username, password, row.first_name, row.last_name, row.language)
    user = actions.admit(
        clinic=row.clinic, person=person, role=row.role, administers=row.administers, by=row.made_by
    )
    user.email = row.email
    user.save(update_fields=["email"])
    _use(row, user)
    return user


@transaction.atomic
def join(*, secret: str, user: User) -> None:
    """With an account that somebody has already. Raises InvitationRefused, actions.PeopleRefused."""
    row = read(secret)
    actions.join(user=user, clinic=row.clinic, role=row.role, administers=row.administers, by=row.made_by)
    _use(row, user)


def _use(row: Invitation, user: User) -> None:
    """Once, whoever else has the link open."""
    if not Invitation.objects.standing().filter(pk=row.pk).update(used_at=timezone.now(), used_by=user):
        raise InvitationRefused("used")
    _note("invitation_accepted", row, user)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> None:
    """The link opens nothing from now on."""
    if Invitation.objects.standing().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        _note("invitation_withdrawn", invitation, by)


def _note(what: str, row: Invitation, by: User, **detail: object) -> None:
    audit.record(by=by, what=f"people.{what}", subject=row, clinic=row.clinic, detail=detail)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
