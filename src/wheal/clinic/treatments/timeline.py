"""The sessions of one patient, newest first, each with what its small map and its line say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from wheal import bodymap, knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.treatments import grounds
from wheal.clinic.treatments.models import Amendment, Mix, MixComponent, Pass, Session
from wheal.quantities import Quantity

MOST = 50


@dataclass(frozen=True, slots=True)
class TimelineVisit:
    session: Session
    day: date
    drawn: list[dict[str, object]]
    doses: list[tuple[str, Quantity]]


def visits_of(patient: Patient) -> list[TimelineVisit]:
    """Five queries, whatever the number of sessions."""
    components = MixComponent.objects.select_related("lot__product")
    mixes = Mix.objects.prefetch_related(Prefetch("components", queryset=components))
    passes = Pass.objects.prefetch_related(Prefetch("mix", queryset=mixes))
    rows = Session.objects.filter(patient=patient).order_by("-planned_for").defer("judgement", "document")
    rows = rows.prefetch_related(
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
            "lots": list(dict.fromkeys((each.substance, each.lot) for each in row.mix.components.all())),
        }
        for row in session.passes.all()
        if row.count
    ]
    given = session.given["substances"] if session.given else {}
    doses = [(name, Quantity.parse(dose)) for name, dose in given.items()]
    return TimelineVisit(session, timezone.localdate(session.signed_at or session.planned_for), drawn, doses)


def booked(patient: Patient) -> QuerySet[Session]:
    """The visits themselves, newest first."""
    rows = Session.objects.filter(patient=patient).select_related("practitioner").order_by("-planned_for")
    return rows.defer("judgement", "document", "given", "checklist", "reason")[:MOST]
