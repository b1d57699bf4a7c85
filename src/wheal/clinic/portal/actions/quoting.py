"""A quote answered at home: accepted with a signature, or refused. The answer itself is kept by the quotes."""

from __future__ import annotations

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link
from wheal.clinic.portal.actions import acts
from wheal.clinic.portal.actions.refusals import PortalRefused
from wheal.clinic.portal.models import OwnAct
from wheal.clinic.quotes import actions as quotes
from wheal.clinic.quotes.models import Quote
from wheal.clinic.signatures import Strokes


def accept_quote(*, link: Link, quote: Quote, signed_name: str, signature: Strokes) -> None:
    """Raises PortalRefused: refused, with a sentence; written to the audit."""
    try:
        _accepted(link, quote, signed_name, signature)
    except quotes.QuoteRefused as refused:
        _note(link, quote, "accepted", refused=True)
        raise PortalRefused("refused", (refused.reason,)) from refused


@transaction.atomic
def _accepted(link: Link, quote: Quote, signed_name: str, signature: Strokes) -> None:
    quotes.accept(quote=quote, signed_name=signed_name, signature=signature, by=None)
    acts.tell(OwnAct.What.ACCEPTED, link, quote=quote)
    _note(link, quote, "accepted")


def refuse_quote(*, link: Link, quote: Quote, reason: str) -> None:
    """Raises PortalRefused: refused, with a sentence; written to the audit."""
    try:
        _refused(link, quote, reason)
    except quotes.QuoteRefused as refused:
        _note(link, quote, "refused", refused=True)
        raise PortalRefused("refused", (refused.reason,)) from refused


@transaction.atomic
def _refused(link: Link, quote: Quote, reason: str) -> None:
    quotes.refuse(quote=quote, reason=reason, by=None)
    acts.tell(OwnAct.What.REFUSED, link, quote=quote)
    _note(link, quote, "refused")


def _note(link: Link, quote: Quote, answer: str, *, refused: bool = False) -> None:
    patient = link.patient
    audit.record(
        by=None, what="portal.quote_answered", subject=quote, clinic=patient.clinic, patient=patient, refused=refused,
        detail={"link": link.pk, "answer": answer, "number": str(quote)},
    )  # fmt: skip
