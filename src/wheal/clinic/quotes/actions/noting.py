"""What every action on a quote begins and ends with: the row under a lock, and the audit."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.quotes.models import Quote
from wheal.clinic.quotes.offers import standing_of
from wheal.clinic.treatments import actions as treatments


class QuoteRefused(Exception):
    """Carries one sentence for the person who can mend it."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)


def locked(quote: Quote) -> Quote:
    """As it stands now, kept from others until the caller's transaction ends."""
    rows = Quote.objects.select_for_update(of=("self",)).select_related(
        "clinic", "patient", "plan", "practitioner"
    )
    return rows.get(pk=quote.pk)


def open_draft(quote: Quote, version: int | None = None) -> Quote:
    """Raises QuoteRefused where it was handed over, discarded, or saved by another device since `version`."""
    fresh = locked(quote)
    if fresh.is_sent:
        raise QuoteRefused(_("This quote was handed over and is fixed. Make a new version of it."))
    if fresh.discarded_at:
        raise QuoteRefused(_("This draft was discarded."))
    if version is not None and fresh.draft_version != version:
        raise QuoteRefused(
            _("This was changed on another device. Reload to see it; nothing was overwritten.")
        )
    return fresh


def note(
    *, by: User | None, what: str, quote: Quote, fixes: Iterable[QuerySet] = (), **detail: object
) -> None:
    """Codes and amounts, no words that somebody wrote."""
    audit.record(
        by=by,
        what=f"quotes.{what}",
        subject=quote,
        clinic=quote.clinic,
        patient=quote.patient,
        detail=detail,
        fixes=fixes,
    )


def tell_the_plan(quote: Quote, by: User | None) -> None:
    """Treating depends on how the quote stands."""
    standing = standing_of(quote, quote.clinic.day_of())
    treatments.tell_quote(
        plan=quote.plan,
        number=standing.number,
        state=standing.state if standing.state != "expired" else "sent",
        handed_at=quote.sent_at,
        valid_until=quote.valid_until,
        covers=quote.covers,
        shortened=standing.shortened,
        by=by,
    )
