"""What would be refused of a plan, as soon as it can be judged: before anything is mixed or drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from wheal import assessment, dosing, mixing
from wheal.assessment import Case
from wheal.clinic.treatments.case import case_from
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Plan
from wheal.findings import Finding, in_order
from wheal.knowledge import Knowledge
from wheal.quantities import Quantity

_LITTLE = Decimal("0.001")  # mL: judged is the plan, not an amount
_FAR = date.max


def of_each(chart: Chart, known: Knowledge, now: datetime) -> Mapping[str, tuple[Finding, ...]]:
    """Of each substance of the plan by itself. Nothing until purpose, area, technique and one substance are chosen."""
    plan = chart.session.plan
    if plan is None or not all((plan.purpose, plan.area, plan.technique, plan.substances)):
        return {}
    case = _planned_case(chart, known, now)
    found = {name: _judged(case, [name], plan, known, now) for name in plan.substances}
    if chart.session.practitioner_id is None:
        return {
            name: tuple(row for row in rows if row.code != "role_not_permitted")
            for name, rows in found.items()
        }
    return found


def together(
    chart: Chart, apart: Mapping[str, tuple[Finding, ...]], known: Knowledge, now: datetime
) -> tuple[Finding, ...]:
    """What would be refused only if they shared a syringe. `apart`: what is said of each by itself."""
    plan = chart.session.plan
    if plan is None or len(apart) < 2:
        return ()
    told = {(row.code, row.about) for rows in apart.values() for row in rows}
    whole = _judged(_planned_case(chart, known, now), plan.substances, plan, known, now)
    return tuple(row for row in whole if (row.code, row.about) not in told and row.severity == "stop")


def stops(chart: Chart, planned: Mapping[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """What forbids a substance that is planned and in no syringe yet: one that is drawn is judged with its syringe."""
    waiting = planned.keys() - chart.drawn
    return in_order(row for name in waiting for row in planned[name] if row.severity == "stop")


def _planned_case(chart: Chart, known: Knowledge, now: datetime) -> Case:
    return case_from(chart, chart.staff.practitioner(chart.session.practitioner_id), now, known)


def _judged(case: Case, names: list[str], plan: Plan, known: Knowledge, now: datetime) -> tuple[Finding, ...]:
    supposed = replace(case, passes=(_pass(names, plan, known, now),))
    found = assessment.assess(supposed, known).findings
    return tuple(row for row in found if row.code != "unknown_code")


def _pass(names: list[str], plan: Plan, known: Knowledge, now: datetime) -> dosing.Pass:
    technique = known.techniques[plan.technique]
    mix = mixing.Mix(
        components=tuple(_component(name, known) for name in names),
        prepared_at=now,
        inject_at=now,
        prepared_by="pharmacy",
    )
    return dosing.Pass(
        area=plan.area,
        technique=plan.technique,
        mix=mix,
        points=dosing.Points(count=1, volume_ml=_LITTLE, spacing_cm=Decimal(10)),
        area_cm2=Decimal(1000),
        depth_mm=technique.depth_min_mm,
    )


def _component(name: str, known: Knowledge) -> mixing.Component:
    held = known.substances.get(name)
    strength = next(iter(held.strengths), f"1 {held.measured_in}/mL") if held else "1 mg/mL"
    return mixing.Component(
        substance=name,
        concentration=Quantity.parse(strength),
        volume_ml=Decimal(1),
        lot=mixing.Lot(number="-", expires=_FAR, recalled=False),
        container=mixing.Container(kind="pharmacy_syringe"),
    )
