"""What every saving of a draft asks first: is it still a draft, and did another device save in between."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.rows import Rows
from wheal.clinic.people.models import User
from wheal.clinic.treatments.chart import locked
from wheal.clinic.treatments.models import Session


class DraftRefused(Exception):
    """Carries one sentence for the person who can mend it."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)


class AlreadySigned(DraftRefused):
    """The session was signed; what is wrong in it is corrected by an amendment."""

    def __init__(self) -> None:
        super().__init__(_("This session is signed and fixed. Correct it with an amendment."))


class ChangedElsewhere(DraftRefused):
    """Another device saved since this one read; nothing was overwritten. `version` is the one that stands, if any."""

    def __init__(self, version: int | None = None) -> None:
        super().__init__(_("This was changed on another device. Reload to see it; nothing was overwritten."))
        self.version = version


def open_draft(session: Session) -> Session:
    """The session as the database has it now, inside the caller's transaction. Raises AlreadySigned, DraftRefused."""
    fresh = locked(session.pk)
    if fresh.is_signed:
        raise AlreadySigned
    if fresh.cancelled_at:
        raise DraftRefused(_("This session was cancelled. Take it up again from its day, or book a new one."))
    return fresh


def same_version(row: object, version: int | None) -> None:
    """Raises ChangedElsewhere unless the device read the version that stands. None: does not ask."""
    if version is not None and row.draft_version != version:  # type: ignore[attr-defined]
        raise ChangedElsewhere(row.draft_version)  # type: ignore[attr-defined]


def as_read(session: Session, fresh: Session, name: str) -> None:
    """Raises ChangedElsewhere where the field was changed since the caller read `session`."""
    if getattr(fresh, name) != getattr(session, name):
        raise ChangedElsewhere


def saved(
    *, by: User | None, what: str, session: Session, fixes: Iterable[QuerySet | Rows] = (), **detail: object
) -> None:
    """One audit row beside what was saved: codes and numbers, no clinical text. `fixes`: rows fixed from now on."""
    audit.record(
        by=by,
        what=f"treatments.{what}",
        subject=session,
        clinic=session.clinic,
        patient=session.patient,
        detail=detail,
        fixes=fixes,
    )
