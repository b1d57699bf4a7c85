"""How earlier alarms on the same things ended: whoever reads a new one should not begin from nothing."""

from __future__ import annotations

from dataclasses import dataclass

from wheal.clinic.safety.watching import naming
from wheal.clinic.safety.watching.cases import Cluster, as_likely
from wheal.clinic.safety.watching.models import Alarm
from wheal.surveillance import Exposure

EVERYBODY_S = frozenset(("clinic", "practitioner", "product"))
"""What most alarms of a clinic share: by itself no reason to think of an earlier one, unless it was its cause."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """`cause`: what was concluded on; `same`: what it was about that is suspected now; `cases`: shared with it."""

    alarm: Alarm
    cause: str
    same: tuple[str, ...]
    cases: int


def earlier(of: Cluster) -> list[Earlier]:
    """The newest first. Two reads more, however many there are."""
    suspected = {one.exposure: one.named.label for one in of.suspects}
    numbers = {case.reaction.pk for case in of.cases}
    rows = Alarm.objects.filter(clinic=of.alarm.clinic, closed_at__lte=of.alarm.opened_at)
    about = {alarm: _about(alarm) for alarm in rows.exclude(pk=of.alarm.pk).prefetch_related("sightings")}
    causes = naming.names({_cause(alarm) for alarm in about if alarm.cause_kind}, of.alarm.clinic)
    found = [
        Earlier(
            alarm,
            causes[_cause(alarm)].label if alarm.cause_kind else "",
            tuple(label for exposure, label in suspected.items() if exposure in things),
            len(numbers & {case for one in alarm.sightings.all() for case in one.cases}),
        )
        for alarm, things in about.items()
    ]
    return [one for one in found if one.same or one.cases]


def _about(alarm: Alarm) -> set[Exposure]:
    """Its cause, and what it suspected last."""
    last = alarm.last_sighting
    likely = as_likely(last.suspects) if last else []
    things = {(str(row["kind"]), str(row["id"])) for row in likely}
    return {it for it in things if it[0] not in EVERYBODY_S} | (
        {_cause(alarm)} if alarm.cause_kind else set()
    )


def _cause(alarm: Alarm) -> Exposure:
    return alarm.cause_kind, alarm.cause_id
