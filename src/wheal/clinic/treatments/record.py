"""What is fixed by a signature: the case as a document, and the digest over everything that was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from wheal import assessment, dosing, mixing
from wheal.assessment import Case
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.judging import Judgement
from wheal.clinic.treatments.models import Mix, MixComponent, Pass, Session, ThingUsed
from wheal.quantities import number

Json = dict[str, object]


def document_of(case: Case) -> Json:
    """The judged case in the shape of a case document. With one pass it is exactly what `wheal assess` reads."""
    passes = [_pass(one) for one in case.passes]
    named = [
        {"mix_id": one.mix_id, **({"side": one.side} if one.side else {}), **told}
        for one, told in zip(case.passes, passes, strict=True)
    ]
    plan: Json = {"purpose": case.purpose, **(passes[0] if len(passes) == 1 else {"passes": named})}
    return {
        "jurisdiction": case.jurisdiction,
        "date": case.date.isoformat(),
        "patient": _known(
            birth_date=case.patient.birth_date,
            sex=case.patient.sex,
            weight_kg=case.patient.weight_kg,
            height_cm=case.patient.height_cm,
            pregnant=case.patient.pregnant,
            breastfeeding=case.patient.breastfeeding,
            allergies=case.patient.allergies,
            conditions=case.patient.conditions,
            medications=case.patient.medications,
        ),
        "practitioner": {
            "role": case.practitioner.role,
            "credentials": [
                _known(kind=row.kind, valid_until=row.valid_until) for row in case.practitioner.credentials
            ],
        },
        **_known(previous_sessions=_earlier(case)),
        "plan": plan,
    }


def _earlier(case: Case) -> list[Json] | None:
    if case.previous_sessions is None:
        return None
    return [
        {
            "date": row.date.isoformat(),
            "area": row.area,
            "substances": {name: dose.as_json() for name, dose in row.substances.items()},
        }
        for row in case.previous_sessions
    ]


def _pass(one: dosing.Pass) -> Json:
    points = _known(count=one.points.count, volume_ml=one.points.volume_ml, spacing_cm=one.points.spacing_cm)
    return _known(
        area=one.area,
        area_cm2=one.area_cm2,
        technique=one.technique,
        depth_mm=one.depth_mm,
        mix=_mix(one.mix),
        points=points,
    )


def _mix(mix: mixing.Mix) -> Json:
    return _known(
        prepared_at=mix.prepared_at,
        inject_at=mix.inject_at,
        prepared_by=mix.prepared_by,
        components=[
            _known(
                substance=row.substance,
                concentration=row.concentration.as_json(),
                volume_ml=row.volume_ml,
                container=row.container
                and _known(kind=row.container.kind, opened_at=row.container.opened_at),
                lot=_known(number=row.lot.number, expires=row.lot.expires, recalled=row.lot.recalled),
                also=[
                    {"substance": it.substance, "concentration": it.concentration.as_json()}
                    for it in row.also
                ]
                or None,
                vehicle=row.vehicle,
            )
            for row in mix.components
        ],
    )


def _known(**facts: object) -> Json:
    """Facts as JSON; what is not known is left out, as the contract of case documents has it."""
    return {name: _plain(value) for name, value in facts.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, datetime):  # with its own offset: days are counted where the clinic is, later too
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    return list(value) if isinstance(value, tuple) else value


def judgement_json(judgement: Judgement) -> Json:
    """The answer as `wheal assess` writes it, with the findings of the record beside those of the domain."""
    held = judgement.assessment
    whole = assessment.Assessment(
        judgement.decision,
        judgement.totals,
        judgement.findings,
        held.knowledge_version,
        held.knowledge_digest,
    )
    return assessment.answer(whole)


def given(judgement: Judgement) -> Json:
    """Day, area and exact doses: what later sessions are judged with."""
    return {
        "date": judgement.case.date.isoformat(),
        "area": judgement.case.passes[0].area,
        "substances": {name: str(total.dose) for name, total in judgement.totals.items()},
    }


def names_of(chart: Chart) -> Json:
    """Of every lot that was drawn: product, number, expiry. Of everybody who is named: the name."""
    session = chart.session
    whose = {session.signed_by_id, session.practitioner_id}
    whose |= {pk for mix in chart.mixes for pk in (mix.preparer_id, mix.checker_id)}
    lots = {row.lot_id: row.lot for rows in chart.components.values() for row in rows}
    return {
        "lots": {
            str(pk): [lot.product.name, lot.number, lot.expires.isoformat()]
            for pk, lot in sorted(lots.items())
        },
        "people": {
            str(pk): chart.staff.members[pk].name
            for pk in sorted(filter(None, whose))
            if pk in chart.staff.members
        },
    }


def digest_of(
    chart: Chart, consent_digest: str, *, signed_in: tzinfo = UTC, injected_in: tzinfo = UTC
) -> str:
    """SHA-256 over all that the signature fixes. Read again later, the same rows give the same digest.

    A moment counts, not the clock that told it: each is written in UTC. The zones are for records from before that.
    """
    session = chart.session
    fixed = {
        "session": session.pk,
        "patient": session.patient_id,
        "plan": session.plan_id,
        "history": session.history_id,
        "consent": [session.consent_id, consent_digest],
        "practitioner": session.practitioner_id,
        "weight_kg": _number_words(session.weight_kg),
        "inject_at": _moment(session.inject_at, injected_in),
        "checklist": session.checklist,
        "signed": [
            _moment(session.signed_at, signed_in), session.signed_by_id, session.signed_role, session.decision,
            session.reason,
        ],
        "knowledge": [session.knowledge_version, session.knowledge_digest],
        "document": session.document,
        "judgement": session.judgement,
        "given": session.given,
        "passes": [_pass_row(row) for row in chart.passes],
        "mixes": [_mix_row(mix, chart) for mix in chart.mixes],
    }  # fmt: skip
    if session.names is not None:  # as signed before names were kept
        fixed["names"] = session.names
    if chart.things:
        fixed["things"] = [_thing_row(row) for row in chart.things]
    text = json.dumps(fixed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def is_as_signed(chart: Chart, signed: Session) -> bool:
    """Whether the database still holds what was signed. `signed` comes with its consent and its clinic.

    Earlier records have the moments of the signature in the zone of the clock that told them: UTC or the clinic's own.
    """
    there, here = replace(chart, session=signed), ZoneInfo(signed.clinic.time_zone)
    return any(
        digest_of(there, signed.consent.digest, signed_in=one, injected_in=other) == signed.record_digest
        for one, other in ((UTC, UTC), (here, here), (here, UTC))
    )


def _pass_row(row: Pass) -> list[object]:
    told: list[object] = [
        row.pk, row.mix_id, row.order, row.area, row.technique, row.outline, row.pattern,
        bytes(row.points).hex(), row.count,
        *map(_number_words, (row.area_cm2, row.spacing_cm, row.nearest_cm, row.depth_mm, row.volume_ml, row.total_ml)),
    ]  # fmt: skip
    later = [row.chart, row.side, row.ruler, _number_words(row.ruler_cm), _moment(row.measured_at)]
    return [*told, later] if any(each is not None for each in later) else told


def _mix_row(mix: Mix, chart: Chart) -> list[object]:
    row = [mix.pk, mix.label, mix.prepared_by, _moment(mix.prepared_at), mix.preparer_id, mix.checker_id,
           [_component_row(each) for each in chart.components[mix.pk]]]  # fmt: skip
    later = [
        mix.protocol_id,
        mix.code,
        _moment(mix.scanned_at),
        mix.scanned_by_id,
        _number_words(mix.thrown_ml),
        *([mix.batch] if mix.batch else []),
    ]
    return (
        [*row, later] if any(each is not None for each in later) else row
    )  # as signed before there were such


def _component_row(row: MixComponent) -> list[object]:
    said = [
        row.pk,
        row.lot_id,
        row.container_id,
        row.substance,
        *map(_number_words, (row.strength, row.volume_ml)),
        row.strength_unit,
    ]
    return [*said, row.also] if row.also else said  # as signed before products held several


def _thing_row(row: ThingUsed) -> list[object]:
    return [row.pk, row.thing_id, row.thing.kind, row.cleaning_id]


def _moment(at: datetime | None, zone: tzinfo = UTC) -> object:
    return _plain(at and at.astimezone(zone))


def _number_words(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")
