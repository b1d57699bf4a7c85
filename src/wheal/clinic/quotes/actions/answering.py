"""What comes of a quote: accepted, refused, withdrawn; a physician's note that the time to think is not waited for."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from wheal import quotes
from wheal.clinic.people.models import User
from wheal.clinic.quotes.actions.noting import QuoteRefused, locked, note, tell_the_plan
from wheal.clinic.quotes.models import Quote, Step
from wheal.clinic.quotes.offers import country_of, state_of
from wheal.clinic.signatures import Strokes, refusal


@transaction.atomic
def accept(
    *, quote: Quote, signed_name: str, signature: Strokes, by: User | None, on_paper: bool = False
) -> Step:
    """By the patient: signed here or on a phone (`by` None), or on the printed copy that the clinic keeps.

    Raises QuoteRefused where it is not open, or nobody has signed.
    """
    quote = locked(quote)
    if reason := refusal(signed_name, signature):
        raise QuoteRefused(reason)
    return _step(
        quote, "accepted", by, signed_name=signed_name.strip(), signature=signature if not on_paper else [],
        on_paper=on_paper,
    )  # fmt: skip


@transaction.atomic
def refuse(*, quote: Quote, by: User | None, reason: str = "") -> Step:
    """By the patient."""
    return _step(locked(quote), "refused", by, reason=reason.strip())


@transaction.atomic
def withdraw(*, quote: Quote, reason: str, by: User | None) -> Step:
    """By the clinic, or by the patient after having accepted; with the reason. What was paid stays to be refunded."""
    if not reason.strip():
        raise QuoteRefused(_("Write why the quote is withdrawn."))
    return _step(locked(quote), "withdrawn", by, reason=reason.strip())


def _step(quote: Quote, what: quotes.Step, by: User | None, **said: object) -> Step:
    state = state_of(quote, quote.clinic.day_of())
    if what not in quotes.POSSIBLE[state]:
        raise QuoteRefused(_why_not(state))
    return _kept(quote, what, by, **said)


def _why_not(state: quotes.State) -> str:
    return {
        "draft": _("This quote was not handed over yet."),
        "expired": _("This quote no longer holds. Hand over a new version of it."),
        "accepted": _("This quote is accepted. It can be withdrawn, or replaced by a new version."),
    }.get(state) or _("This quote has come to its end. Hand over a new version of it.")


@transaction.atomic
def shorten(*, quote: Quote, reason: str, by: User) -> Step:
    """The time to think is not waited for, for the reason that a physician writes. Raises QuoteRefused.

    Possible only where it is a question whether the law asks for it, and while the quote is open or accepted.
    """
    quote = locked(quote)
    country = country_of(quote)
    if not country.reflection_days or country.reflection_standing != "question":
        raise QuoteRefused(_("The time to think is the law here: it cannot be shortened."))
    if len(reason.split()) < 2:
        raise QuoteRefused(_("Write the reason for not waiting, in a sentence."))
    if state_of(quote, quote.clinic.day_of()) not in ("sent", "accepted"):
        raise QuoteRefused(_("This quote is not open."))
    if quote.steps.filter(what="shortened").exists():
        raise QuoteRefused(_("A reason is noted already."))
    return _kept(quote, Step.What.SHORTENED, by, reason=reason.strip())


def _kept(quote: Quote, what: str, by: User | None, **said: object) -> Step:
    step = Step.objects.create(quote=quote, what=what, recorded_by=by, **said)
    tell_the_plan(quote, by)
    note(by=by, what=f"quote_{what}", quote=quote, number=str(quote), fixes=[Step.objects.filter(pk=step.pk)])
    return step
