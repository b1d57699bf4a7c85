"""What the country's law asks of a plan before anybody is treated, and what the plan still lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from wheal import consent as wording
from wheal.clinic.treatments.consents import terms_of
from wheal.clinic.treatments.models import Plan
from wheal.clinic.treatments.words import PLAN_WORDS
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Duties:
    quote_from: str = ""  # a written quote is due: from this price
    quote_source: str = ""
    reflection_days: int = 0
    reflection_source: str = ""


def of_plan(plan: Plan | None, country: str, known: Knowledge) -> Duties:
    law = known.jurisdictions[country]
    due = plan is not None and wording.quote_is_due(plan.price, plan.currency, law.quote_from)
    return Duties(
        quote_from=law.quote_from if due else "",
        quote_source=next(iter(law.quote_sources), ""),
        reflection_days=law.reflection_days,
        reflection_source=next(iter(law.reflection_sources), ""),
    )


def lacking(plan: Plan | None) -> list[Promise]:
    """In words; the currency goes with the price."""
    missing = wording.missing(terms_of(plan))
    return [PLAN_WORDS[name] for name in missing if name != "currency" or "price" not in missing]
