"""The time-out before the needle."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.checklist import ITEMS
from wheal.clinic.treatments.models import Session


@transaction.atomic
def tick(*, session: Session, item: str, done: bool, by: User) -> Session:
    """One item confirmed, or taken back."""
    session = open_draft(session)
    if item not in ITEMS:
        raise DraftRefused(_("There is no such item on the checklist."))
    session.checklist = {**session.checklist, item: done}
    session.save(update_fields=["checklist", "saved_at"])
    saved(by=by, what="check_saved", session=session, item=item, done=done)
    return session
