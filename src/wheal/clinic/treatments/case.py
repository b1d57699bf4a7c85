"""The rows of a session as the case that the domain judges. The guard, the check and the signature all use this."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal import assessment, dosing, mixing, screening
from wheal.clinic.patients.answers import patient_facts
from wheal.clinic.people.models import Membership, Role, User
from wheal.clinic.treatments.chart import Chart, read_chart
from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Session
from wheal.credentials import Practitioner

# what the law calls those who work here; who is not named is a layperson to it
_ROLES = {Role.PHYSICIAN: "physician", Role.NURSE: "nurse", Role.ASSISTANT: "assistant"}
NOBODY = Practitioner(role="layperson", credentials=())


def case_of(session: Session, *, by: User | None = None, now: datetime | None = None) -> assessment.Case:
    """The case as it stands, injected by `by`, else by the session's practitioner."""
    injector = by or session.practitioner
    held = practitioner(injector, session) if injector else NOBODY
    return case_from(read_chart(session), held, now or timezone.now())


def practitioner(user: User, session: Session, role: str | None = None) -> Practitioner:
    """What this person is and holds at the session's clinic."""
    if role is None:
        held = Membership.objects.filter(user=user, clinic_id=session.clinic_id, ended_at=None)
        role = held.values_list("role", flat=True).first() or ""
    return user.as_practitioner(_ROLES.get(Role(role), "layperson") if role else "layperson")


def case_from(chart: Chart, injector: Practitioner, now: datetime) -> assessment.Case:
    session = chart.session
    plan = session.plan
    inject_at = session.inject_at or now
    mixes = {mix.pk: as_mix(mix, chart.components[mix.pk], inject_at) for mix in chart.mixes}
    return assessment.Case(
        jurisdiction=session.clinic.jurisdiction,
        date=timezone.localdate(now, ZoneInfo(session.clinic.time_zone)),
        patient=_patient(chart),
        practitioner=injector,
        purpose=plan.purpose if plan else "",
        passes=tuple(
            as_pass(row, mixes[row.mix_id]) for row in chart.passes if is_judgeable(row, mixes[row.mix_id])
        ),
        previous_sessions=chart.previous,
    )


def is_judgeable(row: Pass, mix: mixing.Mix) -> bool:
    """A pass still without points, volume or anything drawn delivers nothing yet; signing refuses it by name."""
    return bool(row.count and row.volume_ml and mix.components and row.area and row.technique)


def as_pass(row: Pass, mix: mixing.Mix) -> dosing.Pass:
    return dosing.Pass(
        area=row.area,
        technique=row.technique,
        mix=mix,
        points=dosing.Points(
            count=row.count, volume_ml=row.volume_ml, spacing_cm=row.nearest_cm or row.spacing_cm
        ),
        area_cm2=row.area_cm2,
        depth_mm=row.depth_mm,
        mix_id=str(row.mix_id),
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
    container = row.container.as_container() if row.container else mixing.Container(kind=kind)
    return mixing.Component(
        substance=row.substance,
        concentration=row.concentration,
        volume_ml=row.volume_ml,
        lot=row.lot.as_lot(),
        container=container,
    )


def _patient(chart: Chart) -> screening.Patient:
    session = chart.session
    if chart.history is not None:
        return patient_facts(chart.history, weight_kg=session.weight_kg)
    patient = session.patient
    return screening.Patient(birth_date=patient.birth_date, sex=patient.sex, weight_kg=session.weight_kg)
