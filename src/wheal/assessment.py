"""All judgements on one case: the findings and the decision.

known = knowledge.current()
assess(case, known).decision                  # from the site
answer_line(b'{"jurisdiction": ...}', known)  # from the command line
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from wheal import credentials, dosing, lawfulness, limits, mixing, placement, screening
from wheal.cases import Case, read_document
from wheal.comparisons import Session
from wheal.conditions import Answer
from wheal.dosing import Pass, PreviousSession
from wheal.findings import FACT_MISSING, Decision, Finding, decide, in_order, in_words
from wheal.knowledge import Knowledge
from wheal.limits import AppliedLimit, Total
from wheal.quantities import Quantity
from wheal.reading import Malformed

__all__ = [
    "AppliedLimit",
    "Assessment",
    "Case",
    "Malformed",
    "Pass",
    "PreviousSession",
    "Total",
    "answer",
    "answer_line",
    "assess",
    "of_syringe",
    "read_document",
]


@dataclass(frozen=True, slots=True)
class Assessment:
    decision: Decision
    totals: Mapping[str, Total]
    findings: tuple[Finding, ...]
    knowledge_version: str
    knowledge_digest: str


def assess(case: Case, known: Knowledge) -> Assessment:
    """Every finding at once, the worst first. No order of rules, components or passes decides anything.

    Raises ValueError where passes that share a `mix_id` do not carry the same mix, and KeyError for a
    country, area or technique that is not held: `read_document` has refused those.
    """
    totals, broken = limits.judge(_session(case), known)
    findings = in_order([*_findings(case, known), *broken])
    return Assessment(decide(findings), totals, findings, known.version, known.digest)


def _session(case: Case) -> Session:
    return Session(case.passes, case.patient, case.date, case.jurisdiction, case.previous_sessions)


def _findings(case: Case, known: Knowledge) -> Iterator[Finding]:
    where, on = case.jurisdiction, case.date
    yield from credentials.may_inject(case.practitioner, jurisdiction=where, on=on, known=known)
    yield from screening.unknown_codes(case.patient, known)
    yield from _strange_substances(case, known)
    yield from _named_by_the_clinic(case, known)
    for mix in dosing.syringes(case.passes).values():
        yield from _mix(case, mix, known)
    yield from dosing.injected_from_mixes(case.passes, known)
    for one in case.passes:
        yield from _pass(case, one, known)
    if not case.passes:
        yield from screening.screen_person(
            case.patient, on=on, jurisdiction=where, purpose=case.purpose, known=known
        )


def _strange_substances(case: Case, known: Knowledge) -> Iterator[Finding]:
    named = {code for one in case.passes for code in one.mix.substances}
    named.update(code for session in case.previous_sessions or () for code in session.substances)
    yield from screening.strange_substances(named, known)


def _named_by_the_clinic(case: Case, known: Knowledge) -> Iterator[Finding]:
    """What gives the plan its structure, where the clinic's own folder alone holds it: no rule that was read does."""
    if known.named_by_clinic:
        for group, code in sorted(_structure(case)):
            if known.is_of_the_clinic(group, code):
                yield screening.code_of_the_clinic(code, known)


def _structure(case: Case) -> set[tuple[str, str]]:
    named = {
        ("jurisdictions", case.jurisdiction),
        ("roles", case.practitioner.role),
        ("purposes", case.purpose),
    }
    for one in case.passes:
        named |= {
            ("areas", one.area),
            ("techniques", one.technique),
            ("prepared_by", one.mix.prepared_by or ""),
        }
        for component in one.mix.components:
            named.add(("container_kinds", component.container.kind if component.container else ""))
    return named | {("areas", session.area) for session in case.previous_sessions or ()}


def _mix(case: Case, mix: mixing.Mix, known: Knowledge) -> Iterator[Finding]:
    yield from mixing.check(mix, jurisdiction=case.jurisdiction, on=case.date, known=known)
    yield from screening.own_allergies(case.patient, mix.substances, known)


def _pass(case: Case, one: Pass, known: Knowledge) -> Iterator[Finding]:
    measured = {"area_cm2": one.area_cm2, "depth_mm": one.depth_mm, "spacing_cm": one.points.spacing_cm}
    yield from _given(case, one.mix, one.area, one.technique, measured, known)
    yield from placement.check(one, known)


def _given(
    case: Case,
    mix: mixing.Mix,
    area: str | None,
    technique: str | None,
    measured: Mapping[str, Answer],
    known: Knowledge,
) -> Iterator[Finding]:
    """What rules and law say of this mix for this person and plan."""
    on, where = case.date, case.jurisdiction
    given = screening.facts(
        case.patient,
        on=on,
        plan={
            "purpose": case.purpose or None,
            "area": area,
            "technique": technique,
            "prepared_by": mix.prepared_by,
            "jurisdiction": where,
        },
        measured=measured,
        substances=mix.substances,
        known=known,
        vehicles=mix.vehicles,
    )
    yield from screening.screen(known.screening.values(), given, on=on, known=known)
    yield from screening.screen(known.jurisdictions[where].rules, given, on=on, known=known)
    for code in sorted(mix.substances & known.substances.keys()):
        yield from screening.screen(known.substances[code].rules, given, on=on, known=known, substance=code)
    yield from lawfulness.check(given, on=on, known=known)


def of_syringe(
    case: Case, mix: mixing.Mix, area: str | None, technique: str | None, known: Knowledge
) -> tuple[Finding, ...]:
    """All that stands against a mix which no point delivers yet, the worst first: what is in it, together and for
    this person, and the law. Doses come with the points; what is still to be asked or measured is said where it is.
    """
    found = [
        *screening.strange_substances(mix.substances, known),
        *_mix(case, mix, known),
        *_given(case, mix, area, technique, {}, known),
    ]
    return in_order(one for one in found if one.code != FACT_MISSING)


def answer(assessment: Assessment) -> dict[str, Any]:
    """As the JSON contract says it; numbers are rounded only here."""
    return {
        "decision": assessment.decision,
        "totals": {substance: _total(total) for substance, total in assessment.totals.items()},
        "findings": [_finding(finding) for finding in assessment.findings],
    }


def _total(total: Total) -> dict[str, Any]:
    said: dict[str, Any] = {"dose": total.dose.as_json()}
    for name, amount in (("per_kg", total.per_kg), ("per_cm2", total.per_cm2)):
        if amount is not None:
            said[name] = _rounded(amount).as_json()
    said["limits"] = [
        {"code": limit.code, "max": limit.max.as_json(), "source": limit.source} for limit in total.limits
    ]
    return said


_THOUSANDTH: Final = Decimal("0.001")


def _rounded(amount: Quantity) -> Quantity:
    return Quantity(amount.value.quantize(_THOUSANDTH, ROUND_HALF_EVEN), amount.unit)


def _finding(finding: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity,
        "about": finding.about,
        "message": in_words(finding),
        "source": finding.source,
    }
    if finding.found is not None:
        said["found"] = finding.found.as_json()
    if finding.limit is not None:
        said["limit"] = finding.limit.as_json()
    return said


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def answer_line(data: bytes, known: Knowledge) -> bytes:
    """The answer to one document, or the error that says what is wrong with it: JSON without a line end."""
    try:
        said = answer(assess(read_document(data, known), known))
    except Malformed as problem:
        said = problem.as_json()
    # Half a surrogate pair has no UTF-8; "backslashreplace" writes it as JSON escapes it.
    return _encode(said).encode("utf-8", "backslashreplace")
