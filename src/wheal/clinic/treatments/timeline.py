"""The visits of one patient, newest first, each with what its small map and its line say.

Days with photographs and no visit stand between them: photographs, weight and sessions are read on one axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from wheal import bodymap, knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments import called, grounds
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent, Pass, Session
from wheal.quantities import Quantity

MOST = 50


@dataclass(frozen=True, slots=True)
class TimelineVisit:
    session: Session
    day: date
    drawn: list[dict[str, object]]
    doses: list[tuple[str, Quantity]]
    names_of: date | None  # where not of the day of signing


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """One day on the axis: its visits, or none where only photographs were taken."""

    day: date
    visits: list[TimelineVisit]


def days_of(patient: Patient, visits: list[TimelineVisit]) -> list[TimelineDay]:
    """Newest first. Photographs older than the oldest visit shown are in the gallery."""
    held = {each.day: [one for one in visits if one.day == each.day] for each in visits}
    taken = Photograph.objects.kept().filter(patient=patient).values_list("taken_on", flat=True)
    photographed = set(taken if len(visits) < MOST else taken.filter(taken_on__gte=min(held)))
    return [TimelineDay(day, held.get(day, [])) for day in sorted({*held, *photographed}, reverse=True)]


def visits_of(patient: Patient) -> list[TimelineVisit]:
    """Five queries, whatever the number of sessions."""
    components = MixComponent.objects.select_related("lot__product")
    mixes = Mix.objects.prefetch_related(Prefetch("components", queryset=components))
    passes = Pass.objects.prefetch_related(Prefetch("mix", queryset=mixes))
    rows = Session.objects.filter(patient=patient).order_by("-planned_for").defer("judgement", "document")
    rows = rows.timed().prefetch_related(
        Prefetch("passes", queryset=passes),
        Prefetch("amendments", queryset=Amendment.objects.select_related("made_by")),
    )
    found = list(rows[:MOST])
    for session in found:
        session.patient = patient
    return [_visit(session) for session in found]


def _visit(session: Session) -> TimelineVisit:
    known = knowledge.current()
    drawn = [
        {
            "row": row,
            "name": grounds.title(row, known),
            "drawing": grounds.drawing_of(row, session, known),
            "points": bodymap.unpack_points(row.points),
            "lots": _lots(session, row),
        }
        for row in session.passes.all()
        if row.count
    ]
    given = session.given["substances"] if session.given else {}
    doses = [(name, Quantity.parse(dose)) for name, dose in given.items()]
    return TimelineVisit(session, timezone.localdate(session.was), drawn, doses, called.kept_on(session))


def booked(patient: Patient) -> QuerySet[Session]:
    """The visits themselves, newest first."""
    rows = Session.objects.filter(patient=patient).select_related("practitioner").order_by("-planned_for")
    return rows.defer("judgement", "document", "given", "checklist", "reason")[:MOST]


def _lots(session: Session, row: Pass) -> list[tuple[str, Lot]]:
    """Each substance of each lot once."""
    called.as_signed(session, row.mix.components.all())
    drawn = [(code, each.lot) for each in row.mix.components.all() for code, _strength in each.contents]
    return list(dict.fromkeys(drawn))
