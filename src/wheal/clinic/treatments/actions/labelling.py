"""The code on the label of a syringe, and the syringe scanned back before it is injected."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.models import Mix, Session

PREFIX = "WM"  # digits after it read the same whichever keyboard a scanner believes to be
DIGITS = 12


class WrongSyringe(DraftRefused):
    """The code is of no mix of this session."""


@transaction.atomic
def code_of(*, mix: Mix, by: User) -> str:
    """The code of a mix, made once, while its session is a draft."""
    if mix.code:
        return mix.code
    session = open_draft(mix.session)
    mix.code = f"{PREFIX}{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    mix.save(update_fields=["code"])
    saved(by=by, what="syringe_labelled", session=session, mix=mix.pk)
    return mix.code


def scan_syringe(*, session: Session, code: str, by: User) -> Mix:
    """Right syringe, right patient. Raises WrongSyringe, which the audit keeps."""
    try:
        return _scanned(session, code.strip().upper(), by)
    except WrongSyringe:
        audit.record(
            by=by,
            what="treatments.wrong_syringe_scanned",
            subject=session,
            clinic=session.clinic,
            patient=session.patient,
            refused=True,
        )
        raise


@transaction.atomic
def _scanned(session: Session, code: str, by: User) -> Mix:
    session = open_draft(session)
    held = Mix.objects.filter(code=code, session__clinic=session.clinic_id).first() if code else None
    if held is None:
        raise WrongSyringe(_("No syringe of this clinic bears this code. Do not inject it."))
    if held.session_id != session.pk:
        raise WrongSyringe(_("This syringe was prepared for another session. Do not inject it."))
    held.scanned_at, held.scanned_by = timezone.now(), by
    held.save(update_fields=["scanned_at", "scanned_by"])
    saved(by=by, what="syringe_scanned", session=session, mix=held.pk)
    return held
