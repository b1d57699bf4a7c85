"""One case: a person, a practitioner, a plan, a day; and how it is read from a JSON document."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError, with_config

from wheal.credentials import Practitioner
from wheal.dosing import Pass, Points, PreviousSession, measured_in
from wheal.knowledge import Knowledge
from wheal.knowledge.values import CLOSED
from wheal.mixing import Component, Mix
from wheal.quantities import Unit
from wheal.reading import AtLeastZero, Code, Day, Malformed, Positive, parse
from wheal.screening import Patient


@dataclass(frozen=True, slots=True)
class Case:
    """All that one judgement needs. `previous_sessions` None means not known, () none."""

    jurisdiction: str
    date: date
    patient: Patient
    practitioner: Practitioner
    purpose: str
    passes: tuple[Pass, ...]
    previous_sessions: tuple[PreviousSession, ...] | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Plan:
    purpose: Code
    area: Code
    technique: Code
    mix: Mix
    points: Points
    area_cm2: Positive | None = None
    depth_mm: AtLeastZero | None = None


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Document:
    jurisdiction: Code
    date: Day
    patient: Patient
    practitioner: Practitioner
    plan: _Plan
    previous_sessions: tuple[PreviousSession, ...] | None = None


_DOCUMENT: Final = TypeAdapter(_Document)
_MASS: Final = Unit.parse("mg").dimension
_CODES: Final = {
    "unexpected_keyword_argument": ("unknown_field", "this field is not known here"),
    "missing": ("missing_field", "this field is mandatory"),
    "dataclass_type": ("wrong_type", "this must be an object"),
    "dict_type": ("wrong_type", "this must be an object"),
    "tuple_type": ("wrong_type", "this must be a list"),
    "string_type": ("wrong_type", "this must be text"),
    "bool_type": ("wrong_type", "this must be true or false"),
}
_OWN: Final = ("wrong_type", "bad_value", "unknown_field", "missing_field")


def read_document(data: bytes, known: Knowledge) -> Case:
    """The case that a JSON document means. Raises Malformed, which names the path of what is wrong."""
    return _case(parse(data), known)


def read_stored(data: bytes, known: Knowledge) -> Case:
    """The case of a signed session. Its plan may hold several `passes`, which share a syringe by their `mix_id`."""
    document = parse(data)
    plan = document["plan"]
    if "passes" not in plan:
        return _case(document, known)
    each = [{**one, "purpose": plan["purpose"]} for one in plan["passes"]]
    named = [{"mix_id": one.pop("mix_id", ""), "side": one.pop("side", "")} for one in each]
    cases = [_case({**document, "plan": one}, known) for one in each]
    passes = [replace(case.passes[0], **names) for case, names in zip(cases, named, strict=True)]
    return replace(cases[0], passes=tuple(passes))


def _case(document: Any, known: Knowledge) -> Case:
    try:
        read = _DOCUMENT.validate_python(document)
    except ValidationError as refused:
        raise _first(refused) from None
    if problem := next(_problems(read, known), None):
        raise problem
    plan = read.plan
    one = Pass(plan.area, plan.technique, plan.mix, plan.points, plan.area_cm2, plan.depth_mm)
    return Case(
        read.jurisdiction,
        read.date,
        read.patient,
        read.practitioner,
        plan.purpose,
        (one,),
        _in_own_units(read.previous_sessions, known),
    )


def _in_own_units(
    sessions: tuple[PreviousSession, ...] | None, known: Knowledge
) -> tuple[PreviousSession, ...] | None:
    if sessions is None:
        return None
    return tuple(
        replace(
            one, substances={code: known.in_own_unit(code, dose) for code, dose in one.substances.items()}
        )
        for one in sessions
    )


def _first(refused: ValidationError) -> Malformed:
    """One problem of a document: an unknown field before a missing one, whose misspelling it may be."""
    found = [_malformed(error) for error in refused.errors(include_url=False, include_input=False)]
    order = ("unknown_field", "missing_field", "wrong_type", "bad_value")
    return min(found, key=lambda problem: order.index(problem.code))


def _malformed(error: Any) -> Malformed:
    path = ""
    for part in (*error["loc"], *filter(None, [error.get("ctx", {}).get("below")])):
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    code, message = _CODES.get(error["type"], (error["type"], error["msg"]))
    return Malformed(code if code in _OWN else "bad_value", path, message)


def _problems(read: _Document, known: Knowledge) -> Iterator[Malformed]:
    """What only the knowledge can tell: codes that are not held, units that do not fit, impossible days."""
    for path, code, held in _codes(read, known):
        if code not in held:
            yield Malformed("unknown_code", path, f"{code!r} is none of {', '.join(sorted(held))}")
    if read.patient.birth_date > read.date:
        yield Malformed("bad_value", "patient.birth_date", "this is after the date of the case")
    yield from _mix(read.plan.mix, known)
    for at, session in enumerate(read.previous_sessions or ()):
        yield from _earlier(f"previous_sessions[{at}]", session, read.date, known)


def _codes(read: _Document, known: Knowledge) -> Iterator[tuple[str, str, Collection[str]]]:
    """Every code that gives the document its structure, with its path and those that are held."""
    words, plan = known.vocabulary, read.plan
    yield "jurisdiction", read.jurisdiction, known.jurisdictions
    yield "patient.sex", read.patient.sex, words.sexes
    yield "practitioner.role", read.practitioner.role, words.roles
    for at, credential in enumerate(read.practitioner.credentials):
        yield f"practitioner.credentials[{at}].kind", credential.kind, words.credential_kinds
    yield "plan.purpose", plan.purpose, words.purposes
    yield "plan.area", plan.area, known.areas
    yield "plan.technique", plan.technique, known.techniques
    if plan.mix.prepared_by is not None:
        yield "plan.mix.prepared_by", plan.mix.prepared_by, words.prepared_by
    for at, component in enumerate(plan.mix.components):
        if component.container is not None:
            path = f"plan.mix.components[{at}].container.kind"
            yield path, component.container.kind, words.container_kinds
        if component.vehicle is not None:
            yield f"plan.mix.components[{at}].vehicle", component.vehicle, words.vehicles
    for at, session in enumerate(read.previous_sessions or ()):
        yield f"previous_sessions[{at}].area", session.area, known.areas


def _mix(mix: Mix, known: Knowledge) -> Iterator[Malformed]:
    """Every concentration is so much of what the substance is counted in, a mL. What is counted in mL itself
    (an ampoule) may carry any strength that its label prints."""
    if not mix.components:
        yield Malformed("bad_value", "plan.mix.components", "a mix has at least one component")
    counted_in: dict[str, str] = {}
    for at, component in enumerate(mix.components):
        yield from _named_once(at, component)
        for further, (code, concentration) in enumerate(component.contents):
            unit = counted_in.setdefault(code, measured_in(code, concentration, known))
            dimension = known.in_own_unit(code, concentration).unit.dimension
            if unit == "mL" and dimension != _MASS:
                continue
            if dimension == _MASS or dimension != Unit.parse(f"{unit}/mL").dimension:
                where = f"plan.mix.components[{at}]" + (f".also[{further - 1}]" if further else "")
                complaint = f"{concentration.unit} is not so much {unit} a mL"
                yield Malformed("bad_value", f"{where}.concentration.unit", complaint)


def _named_once(at: int, component: Component) -> Iterator[Malformed]:
    codes = component.product
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        yield Malformed(
            "bad_value", f"plan.mix.components[{at}].also", f"{twice} stands twice in one product"
        )


def _earlier(path: str, session: PreviousSession, on: date, known: Knowledge) -> Iterator[Malformed]:
    if session.date > on:
        yield Malformed("bad_value", f"{path}.date", "this is after the date of the case")
    for code, dose in session.substances.items():
        held = known.substances.get(code)
        own = known.in_own_unit(code, dose)
        if held is not None and own.unit.dimension != Unit.parse(held.measured_in).dimension:
            where = f"{path}.substances.{code}.unit"
            yield Malformed("bad_value", where, f"{code} is counted in {held.measured_in}")
