"""What a country asks of whoever saw a reaction, and which serious ones nobody has reported yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.authorities.models import Sent
from wheal.clinic.safety.reactions.models import Reaction, newest
from wheal.events.seriousness import is_serious
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Duty

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    duty: Duty
    text: str  # the key of its wording
    by: date | None  # None: no number of days is held; the wording says how soon


@dataclass(frozen=True, slots=True)
class Waiting:
    reaction: Reaction
    days: int  # since the clinic learned of it
    by: date | None  # the earliest day that a law names


def of_country(country: str, learned: date, known: Knowledge) -> tuple[Due, ...]:
    """Law first, then advice, then what nobody verified."""
    held = known.jurisdictions.get(country)
    duties = [duty for duty in held.duties if duty.kind == "report"] if held else []
    order = ("law", "advice", "question")
    return tuple(
        Due(duty, f"law.{country}.duty.{duty.id}", _until(learned, duty))
        for duty in sorted(duties, key=lambda one: order.index(one.standing))
    )


def waiting(clinic: Clinic, today: date, known: Knowledge) -> list[Waiting]:
    """Serious reactions of which no report was sent, the oldest first."""
    told = Sent.objects.values("declaration__reaction")
    open_ones = (
        Reaction.objects.filter(clinic=clinic, withdrawn_at=None)
        .exclude(pk__in=told)
        .select_related("patient", "clinic")
        .prefetch_related("assessments")
    )
    found = [one for one in open_ones if _serious(one)]
    return sorted((_waiting(one, today, known) for one in found), key=lambda one: -one.days)


def _serious(reaction: Reaction) -> bool:
    judged = newest(reaction.assessments.all())
    return judged is not None and is_serious(judged.serious)


def _waiting(reaction: Reaction, today: date, known: Knowledge) -> Waiting:
    country = reaction.clinic.jurisdiction
    days = [due.by for due in of_country(country, reaction.reported_on, known) if due.by]
    return Waiting(reaction, (today - reaction.reported_on).days, min(days, default=None))


def _until(learned: date, duty: Duty) -> date | None:
    """Working days: Monday to Friday. Public holidays are not held, so the day named is never too late."""
    if duty.within_days is None:
        return None
    if not duty.working_days:
        return learned + timedelta(days=duty.within_days)
    day, left = learned, duty.within_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
