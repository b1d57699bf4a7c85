"""What a quote says of a plan, in the words of the knowledge and of the clinic."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from wheal.clinic.treatments.models import Plan
from wheal.clinic.treatments.words import PLAN_WORDS
from wheal.knowledge import Knowledge

LACKING: dict[str, Promise] = {
    "lines": _("Write at least one line with its price."),
    "tax": _("Say for every line how it is taxed; where no tax is due, choose a rate of 0 that says why."),
    "reduction": _("A price below nothing is a reduction, and a reduction is below nothing."),
    "total": _("The reductions are larger than the price."),
    "valid_until": _("Say until which day the quote holds."),
    "valid_too_short": _("The quote must hold until the time to think has passed."),
}


def lacking_words(name: str, language: str, known: Knowledge) -> str:
    """One sentence for a name of `wheal.quotes.lacking`."""
    if name in LACKING:
        return str(LACKING[name])
    if name.startswith("plan."):
        return gettext("The plan lacks this: %(field)s.") % {"field": PLAN_WORDS[name.removeprefix("plan.")]}
    return gettext("The law of the country asks the quote to say this: %(content)s.") % {
        "content": known.text(f"quote.content.{name}", language)
    }


def act_of(plan: Plan, language: str, known: Knowledge) -> str:
    """Technique, area and substances, as far as they are planned."""
    named = [
        known.text(f"{kind}.{code}", language)
        for kind, code in (("technique", plan.technique), ("area", plan.area))
        if code
    ]
    substances = ", ".join(known.name(code, language) for code in plan.substances)
    return " · ".join(part for part in (*named, substances) if part)


def session_words(language: str) -> str:
    with override(language):
        return gettext("Session as planned")


def rest_words(language: str) -> str:
    with override(language):
        return gettext("Rounding of the price of the course")
