"""What would be refused of a plan, as soon as it can be judged: before anything is mixed or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from wheal import assessment, dosing, mixing
from wheal.assessment import Case
from wheal.clinic.treatments.case import case_from
from wheal.clinic.treatments.chart import Chart
from wheal.findings import FACT_MISSING, Finding
from wheal.knowledge import Knowledge
from wheal.quantities import Quantity

_LITTLE = Decimal("0.001")  # mL: judged is the plan, not an amount
_FAR = date.max


@dataclass(frozen=True, slots=True)
class Warnings:
    findings: tuple[Finding, ...]  # of each substance by itself
    together: tuple[Finding, ...]  # only if they shared a syringe


def warnings(chart: Chart, known: Knowledge, now: datetime) -> Warnings:
    """Nothing until the purpose, the area, the technique and one substance are chosen."""
    plan = chart.session.plan
    if plan is None or not all((plan.purpose, plan.area, plan.technique, plan.substances)):
        return Warnings((), ())
    planned = chart.session.practitioner_id
    case = case_from(chart, chart.staff.practitioner(chart.session.practitioner_id), now, known)
    apart = _judged(case, [[name] for name in plan.substances], plan, known, now)
    if planned is None:
        apart = tuple(row for row in apart if row.code != "role_not_permitted")
    if len(plan.substances) < 2:
        return Warnings(apart, ())
    seen = {(row.code, row.about) for row in apart}
    whole = _judged(case, [plan.substances], plan, known, now)
    return Warnings(
        apart, tuple(row for row in whole if (row.code, row.about) not in seen and row.severity == "stop")
    )


def _judged(
    case: Case, syringes: list[list[str]], plan: object, known: Knowledge, now: datetime
) -> tuple[Finding, ...]:
    passes = tuple(_pass(names, at, plan, known, now) for at, names in enumerate(syringes))
    supposed = Case(
        case.jurisdiction,
        case.date,
        case.patient,
        case.practitioner,
        case.purpose,
        passes,
        case.previous_sessions,
    )
    found = assessment.assess(supposed, known).findings
    return tuple(row for row in found if row.code not in (FACT_MISSING, "unknown_code"))


def _pass(names: list[str], at: int, plan: object, known: Knowledge, now: datetime) -> dosing.Pass:
    technique = known.techniques[plan.technique]  # type: ignore[attr-defined]
    mix = mixing.Mix(
        components=tuple(_component(name, known) for name in names),
        prepared_at=now,
        inject_at=now,
        prepared_by="pharmacy",
    )
    return dosing.Pass(
        area=plan.area,  # type: ignore[attr-defined]
        technique=plan.technique,  # type: ignore[attr-defined]
        mix=mix,
        points=dosing.Points(count=1, volume_ml=_LITTLE, spacing_cm=Decimal(10)),
        area_cm2=Decimal(1000),
        depth_mm=technique.depth_min_mm,
        mix_id=str(at),
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
