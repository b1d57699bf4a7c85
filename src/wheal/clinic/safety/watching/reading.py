"""Alarms as pages read them: few, so all of a clinic are read at once."""

from __future__ import annotations

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.safety.watching.models import Alarm


def alarms_of(reaction: Reaction) -> list[Alarm]:
    """Those of which the reaction is a case, the newest first."""
    rows = Alarm.objects.filter(clinic=reaction.clinic_id).prefetch_related("sightings")
    return [alarm for alarm in rows if any(reaction.pk in one.cases for one in alarm.sightings.all())]


def under_way(clinic: Clinic) -> list[Alarm]:
    return list(Alarm.objects.filter(clinic=clinic).under_way().prefetch_related("sightings"))
