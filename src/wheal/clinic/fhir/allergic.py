"""Reactions of an allergic kind that were recorded after the questions about allergies: over these nobody is told that
none is known."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _

from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.patients.models import Patient
from wheal.clinic.safety.models import Reaction
from wheal.events import flags
from wheal.fhir import terms
from wheal.knowledge import Knowledge

KINDS: Final = ("anaphylaxis", "allergic_reaction")


def since(patient: Patient, settled_at: datetime, telling: Telling) -> str:
    """What the history said, of which day, and what was recorded since; "" where nothing was."""
    rows = Reaction.objects.standing().filter(patient=patient).prefetch_related("corrections").order_by("pk")
    found = [
        _named(row, kinds, telling)
        for row in rows
        if (kinds := _kinds(row, telling.known)) and _known_since(row) > settled_at
    ]
    if not found:
        return ""
    day = formats.date_format(settled_at.astimezone(telling.zone), "DATE_FORMAT")
    words = _(
        "No allergies were told of on %(day)s. Recorded since then as a reaction after treatment: %(reactions)s"
    )
    return words % {"day": day, "reactions": ", ".join(found)}


def _kinds(row: Reaction, known: Knowledge) -> list[str]:
    """Its kind, and what its warnings and signs would be told as: redness with hives is an allergy too."""
    others = flags.kinds_with(row.kind, warnings=row.warnings, signs=row.signs, known=known)
    return [row.kind, *others] if {row.kind, *others} & set(KINDS) else []


def _known_since(row: Reaction) -> datetime:
    """When somebody last said what it is."""
    made = (each.made_at for each in row.corrections.all() if each.corrects == "kind")
    return max([row.recorded_at, *made])


def _named(row: Reaction, kinds: list[str], telling: Telling) -> str:
    shown = [terms.worded("event_kinds", each, telling.known, telling.language) for each in kinds]
    return f"{' + '.join(shown)} ({_day(row)})"


def _day(row: Reaction) -> str:
    """The day of the report is never shown as the first one."""
    if row.onset is None:
        return f"{_('told of on')} {formats.date_format(row.reported_on, 'DATE_FORMAT')}"
    return formats.date_format(row.onset, "YEAR_MONTH_FORMAT" if row.onset_is_about else "DATE_FORMAT")
