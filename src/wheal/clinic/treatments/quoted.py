"""How the quote of a plan stands, and what of the country's duties is in the way of treating."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from wheal import quotes
from wheal.clinic import packing
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments.consents import terms_of
from wheal.clinic.treatments.jsons import as_moment
from wheal.clinic.treatments.models import Plan, Quoted
from wheal.clinic.treatments.words import term
from wheal.findings import Finding
from wheal.knowledge import Knowledge

_TOLD = ("number", "state", "handed_at", "valid_until", "covers", "shortened")


def newest() -> Subquery:
    """An annotation of sessions: the newest telling of their plan's quote."""
    rows = Quoted.objects.filter(plan=OuterRef("plan")).order_by("-pk")
    return Subquery(
        rows.values(told=JSONObject(**dict(zip(_TOLD, _TOLD, strict=True))))[:1], output_field=JSONField()
    )


def standing_from(held: dict[str, object] | None, clinic: Clinic, today: date) -> quotes.Standing | None:
    if held is None:
        return None
    until = date.fromisoformat(str(held["valid_until"])[:10])
    told = str(held["state"])
    return quotes.Standing(
        number=str(held["number"]),
        state=quotes.state_of(True, until, [] if told == "sent" else [told], today),
        handed_on=clinic.day_of(as_moment(held["handed_at"])),
        covers=packing.within(held["covers"]),
        shortened=bool(held["shortened"]),
    )


def standing_of(plan: Plan, clinic: Clinic, today: date) -> quotes.Standing | None:
    return standing_from(plan.quoted.values(*_TOLD).first(), clinic, today)


def obstacles(
    plan: Plan | None, standing: quotes.Standing | None, clinic: Clinic, on: date, known: Knowledge
) -> tuple[Finding, ...]:
    """As stops, in words."""
    country = known.jurisdictions[clinic.jurisdiction]
    found = quotes.obstacles(terms_of(plan), standing, country, on)
    return tuple(_stop(each, known) for each in found)


def _stop(found: quotes.Obstacle, known: Knowledge) -> Finding:
    message = {language: _said(found, language, known) for language, _name in settings.LANGUAGES}
    sources = found.sources
    return Finding(found.code, "stop", found.code, message, sources[0] if sources else "", sources=sources)


_SAID = {
    "quote_missing": gettext_noop(
        "A written quote is due for this price, and none was handed over. Make the quote and hand it over."
    ),
    "quote_not_accepted": gettext_noop(
        "The patient has not accepted the quote. Have it accepted, or hand over another one."
    ),
    "quote_ended": gettext_noop(
        "The quote was refused, withdrawn, or no longer holds. Hand over a new version and have it accepted."
    ),
    "quote_does_not_cover": gettext_noop(
        "The quote that was accepted does not cover this: %(what)s. Hand over a new version of the quote."
    ),
    "reflection_open": gettext_noop(
        "The time to think since the quote was handed over has not passed. The earliest day is %(day)s. Choose that "
        "day or a later one, or let a physician note on the quote why it is not waited for."
    ),
}


def _said(found: quotes.Obstacle, language: str, known: Knowledge) -> str:
    with override(language):
        day = (
            formats.date_format(found.earliest, "l j F Y" if language == "fr" else "l, j F Y")
            if found.earliest
            else ""
        )
        what = ", ".join(term(each, language, known) for each in found.what)
        return _(_SAID[found.code]) % {"day": day, "what": what}
