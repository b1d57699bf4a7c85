"""The rows of a session as the case that the domain judges. The guard, the check and the signature all use this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal import assessment, bodymap, dosing, knowledge, mixing, screening
from wheal.clinic.patients.answers import patient_facts
from wheal.clinic.people.models import User
from wheal.clinic.treatments.chart import Chart, read_chart, readable
from wheal.clinic.treatments.grounds import place_of
from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Session
from wheal.credentials import Practitioner
from wheal.knowledge import Knowledge


def case_of(session: Session, *, by: User | None = None, now: datetime | None = None) -> assessment.Case:
    """The case as it stands, injected by `by`, else by the session's practitioner."""
    chart = read_chart(readable(Session.objects.all()).get(pk=session.pk))
    injector = by.pk if by else session.practitioner_id
    return case_from(chart, chart.staff.practitioner(injector), now or timezone.now(), knowledge.current())


def case_from(chart: Chart, injector: Practitioner, now: datetime, known: Knowledge) -> assessment.Case:
    session = chart.session
    plan = session.plan
    inject_at = injected_at(session, now)
    mixes = {mix.pk: as_mix(mix, chart.components[mix.pk], inject_at) for mix in chart.mixes}
    return assessment.Case(
        jurisdiction=session.clinic.jurisdiction,
        date=inject_at.date(),  # signed later, it is judged on the day it was given
        patient=_patient(chart),
        practitioner=injector,
        purpose=plan.purpose if plan else "",
        passes=tuple(
            as_pass(row, mixes[row.mix_id], _spacing(row, chart.passes, mixes, known))
            for row in chart.passes
            if is_judgeable(row, mixes[row.mix_id])
        ),
        previous_sessions=chart.previous,
    )


def injected_at(session: Session, now: datetime) -> datetime:
    """By the clock of the clinic, where days are counted; now while nothing is written down."""
    return timezone.localtime(session.inject_at or now, ZoneInfo(session.clinic.time_zone))


def is_judgeable(row: Pass, mix: mixing.Mix) -> bool:
    """A pass still without points, volume or anything drawn delivers nothing yet; signing refuses it by name."""
    return bool(row.count and row.volume_ml and mix.components and row.area and row.technique)


def _spacing(
    row: Pass, rows: Iterable[Pass], mixes: Mapping[int, mixing.Mix], known: Knowledge
) -> Decimal | None:
    """The least distance between points that get a substance of this pass, those of other passes included."""
    given = mixes[row.mix_id].substances
    together = [
        other
        for other in rows
        if other.area == row.area
        and mixes[other.mix_id].substances & given
        and _same_ground(row, other, known)
    ]
    if len(together) < 2:
        return row.nearest_cm or row.spacing_cm
    points = [point for other in together for point in bodymap.unpack_points(bytes(other.points))]
    return bodymap.nearest_spacing_cm(points, row.scale)


def _same_ground(row: Pass, other: Pass, known: Knowledge) -> bool:
    return place_of(row, known) == place_of(other, known)


def as_pass(row: Pass, mix: mixing.Mix, spacing_cm: Decimal | None) -> dosing.Pass:
    return dosing.Pass(
        area=row.area,
        technique=row.technique,
        mix=mix,
        points=dosing.Points(count=row.count, volume_ml=row.volume_ml, spacing_cm=spacing_cm),
        area_cm2=row.area_cm2,
        depth_mm=row.depth_mm,
        mix_id=str(row.mix_id),
        side=row.side or "",
    )


def as_mix(mix: Mix, components: list[MixComponent], inject_at: datetime) -> mixing.Mix:
    return mixing.Mix(
        components=tuple(_component(row) for row in components),
        prepared_at=mix.prepared_at,
        inject_at=inject_at,
        prepared_by=mix.prepared_by or None,
    )


def _component(row: MixComponent) -> mixing.Component:
    kind = row.lot.product.container_kind
    opened_at = row.container.opened_at if row.container else None
    return mixing.Component(
        substance=row.substance,
        concentration=row.concentration,
        volume_ml=row.volume_ml,
        lot=row.lot.as_lot(),
        container=mixing.Container(kind=kind, opened_at=opened_at),
        vehicle=row.lot.product.vehicle or None,
        also=tuple(mixing.Further(code, strength) for code, strength in row.contents[1:]),
    )


def _patient(chart: Chart) -> screening.Patient:
    session = chart.session
    if chart.history is not None:
        return patient_facts(chart.history, weight_kg=session.weight_kg)
    patient = session.patient
    return screening.Patient(birth_date=patient.birth_date, sex=patient.sex, weight_kg=session.weight_kg)
