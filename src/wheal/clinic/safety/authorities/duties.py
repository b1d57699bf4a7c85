"""What a country asks of whoever saw a reaction, and of which reactions nobody has settled it yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.authorities.models import Declaration, DutyMet
from wheal.clinic.safety.reactions.models import Assessment, Reaction, newest
from wheal.events.seriousness import is_serious
from wheal.knowledge import Knowledge
from wheal.knowledge.countries import Duty

SATURDAY = 5
STANDINGS = ("law", "advice", "question")


@dataclass(frozen=True, slots=True)
class Due:
    duty: Duty
    text: str  # the key of its wording
    by: date | None  # None: no number of days is held; the wording says how soon


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty for one reaction. `met`: by what it was settled, the last of it."""

    due: Due
    met: DutyMet | None

    @property
    def is_open(self) -> bool:
        return self.met is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """`is_judged`: False for a red flag of which nobody has said yet whether it is serious."""

    reaction: Reaction
    is_judged: bool
    days: int  # since the clinic learned of it
    owed: tuple[Owed, ...]
    sent: tuple[str, ...]  # to whom anything was sent, whatever it settled

    @property
    def by(self) -> date | None:
        """The earliest day that a duty names which nobody has settled."""
        return min((each.due.by for each in self.owed if each.is_open and each.due.by), default=None)

    @property
    def is_open(self) -> bool:
        """Where nothing is held of the country, until anything was sent."""
        return any(each.is_open for each in self.owed) if self.owed else not self.sent

    @property
    def is_left(self) -> list[Owed]:
        return [each for each in self.owed if each.is_open]


def of_country(country: str, learned: date, known: Knowledge) -> tuple[Due, ...]:
    """Law first, then advice, then what nobody verified; in each, what names a day before what names none."""
    held = known.jurisdictions.get(country)
    duties = [duty for duty in held.duties if duty.kind == "report"] if held else []
    found = (Due(duty, f"law.{country}.duty.{duty.id}", _until(learned, duty)) for duty in duties)
    return tuple(sorted(found, key=lambda one: (STANDINGS.index(one.duty.standing), one.by or date.max)))


def owed(reaction: Reaction, known: Knowledge) -> tuple[Owed, ...]:
    """What law and advice ask; what is only a question is asked of the authority first."""
    met = {one.duty: one for one in reaction.duties_met.all()}
    dues = of_country(reaction.clinic.jurisdiction, reaction.reported_on, known)
    return tuple(Owed(due, met.get(due.duty.id)) for due in dues if due.duty.standing != "question")


def waiting(clinic: Clinic, today: date, known: Knowledge) -> list[Waiting]:
    """Serious reactions and red flags that nobody has judged, of which a duty is not settled: those first whose day
    comes first, then those known longest."""
    judged_so = Assessment.objects.exclude(serious=[]).values("reaction")
    rows = Reaction.objects.standing().filter(~Q(flags=[]) | Q(pk__in=judged_so), clinic=clinic)
    held = rows.select_related("patient", "clinic").prefetch_related(
        "assessments", "duties_met", Prefetch("declarations", Declaration.objects.prefetch_related("sent"))
    )
    found = [_waiting(one, today, known) for one in held if _may_be_serious(one, known)]
    return sorted(
        (one for one in found if one.is_open), key=lambda one: (one.by or date.max, one.reaction.reported_on)
    )


def _may_be_serious(reaction: Reaction, known: Knowledge) -> bool:
    """Judged so, or a red flag that nobody judged; what the knowledge holds no more counts as one."""
    judged = newest(reaction.assessments.all())
    if judged:
        return is_serious(judged.serious)
    return any(name not in known.signs or known.signs[name].is_red_flag for name in reaction.flags)


def _waiting(reaction: Reaction, today: date, known: Knowledge) -> Waiting:
    sent = [row.to for one in reaction.declarations.all() for row in one.sent.all()]
    is_judged = bool(reaction.assessments.all())
    days = (today - reaction.reported_on).days
    return Waiting(reaction, is_judged, days, owed(reaction, known), tuple(dict.fromkeys(sent)))


def asked(ids: Sequence[str], reaction: Reaction, known: Knowledge) -> bool:
    """Whether each of these is asked by the country of the clinic."""
    dues = of_country(reaction.clinic.jurisdiction, reaction.reported_on, known)
    return set(ids) <= {due.duty.id for due in dues if due.duty.standing != "question"}


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
