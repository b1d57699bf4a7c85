"""The sessions that may have led to a reaction, with the maps on which somebody taps where it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from wheal import bodymap, knowledge
from wheal.clinic import charts
from wheal.clinic.patients.models import Patient
from wheal.clinic.safety.reactions.models import Place, Reaction
from wheal.clinic.safety.reactions.places import day_of
from wheal.clinic.treatments import grounds
from wheal.clinic.treatments.models import Pass, Session

LOOK_BACK = timedelta(days=365)
MOST = 12


@dataclass(frozen=True, slots=True)
class Drawn:
    row: Pass
    name: str  # of the area, and of its side
    drawing: charts.Drawing
    points: list[bodymap.Point]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Led:
    session: Session
    day: date
    days_before: int  # of the onset, or of today where it is not known yet
    drawn: list[Drawn]


def candidates(patient: Patient, until: date) -> list[Led]:
    """Signed sessions of the year before, the newest first. Two reads."""
    rows = Session.objects.filter(patient=patient, signed_at__isnull=False).select_related(
        "clinic", "practitioner"
    )
    year = until - LOOK_BACK, until + timedelta(days=1)  # some are signed the day before they were planned
    recent = rows.filter(planned_for__date__range=year).order_by("-planned_for")
    return _with_maps(list(recent.defer("judgement", "document", "given")[:MOST]), until, {})


def of(reaction: Reaction) -> list[Led]:
    """Those that it is tied to, with the places that were tapped. Three reads."""
    tied = Session.objects.filter(
        pk__in=reaction.ties.filter(taken_back_at=None).values("session")
    ).select_related("clinic", "practitioner", "patient")
    places: dict[int, list[Place]] = defaultdict(list)
    for place in reaction.places.all():
        if place.drawn_id:
            places[place.drawn_id].append(place)
    sessions = list(tied.defer("judgement", "document", "given").order_by("-planned_for"))
    return _with_maps(sessions, reaction.counted_from, places)


def _with_maps(sessions: list[Session], until: date, places: dict[int, list[Place]]) -> list[Led]:
    by_id, known = {session.pk: session for session in sessions}, knowledge.current()
    passes: dict[int, list[Drawn]] = defaultdict(list)
    for row in Pass.objects.filter(session__in=sessions, count__gt=0):
        session = by_id[row.session_id]
        passes[row.session_id].append(
            Drawn(
                row,
                grounds.title(row, known),
                grounds.drawing_of(row, session, known),
                bodymap.unpack_points(row.points),
                tuple(places.get(row.pk, ())),
            )
        )
    days = [(session, day_of(session)) for session in sessions]
    return [Led(session, day, (until - day).days, passes[session.pk]) for session, day in days]
