"""Codes of elements that take those of one list alone (required bindings of R4): any other is refused by its path, for
an unknown status would pass for a current one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from wheal.fhir import canonical
from wheal.fhir.outcomes import Problem

_OF_EVENTS: Final = (
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown",
)  # fmt: skip
_WHOLE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("Observation", "status"): _OF_EVENTS,
    ("DetectedIssue", "status"): _OF_EVENTS,
    ("RiskAssessment", "status"): _OF_EVENTS,
    ("DiagnosticReport", "status"): (*_OF_EVENTS, "partial", "appended"),
    ("DeviceUseStatement", "status"): ("active", "completed", "entered-in-error", "intended", "stopped", "on-hold"),
}  # fmt: skip
"""Where the library's list is cut short."""
_CONCEPTS: Final[Mapping[tuple[str, str], tuple[str, tuple[str, ...]]]] = {
    ("AllergyIntolerance", "clinicalStatus"): ("allergyintolerance-clinical", ("active", "inactive", "resolved")),
    ("AllergyIntolerance", "verificationStatus"): (
        "allergyintolerance-verification", ("unconfirmed", "confirmed", "refuted", "entered-in-error")),
    ("Condition", "clinicalStatus"): (
        "condition-clinical", ("active", "recurrence", "relapse", "inactive", "remission", "resolved")),
    ("Condition", "verificationStatus"): (
        "condition-ver-status",
        ("unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error")),
}  # fmt: skip
_CUT: Final = {"+", "etc."}


def unbound(read: BaseModel, path: str) -> Iterator[Problem]:
    """`read`: a resource or an element, as the library holds it."""
    kind = type(read).__name__
    for name, field in type(read).model_fields.items():
        value = getattr(read, name)
        if value is None:
            continue
        element = field.alias or name
        yield from _of(kind, element, value, field.json_schema_extra, f"{path}.{element}")


def _of(kind: str, element: str, value: Any, extra: Any, path: str) -> Iterator[Problem]:
    if (kind, element) in _CONCEPTS:
        yield from _concept(value, *_CONCEPTS[kind, element], path)
    codes = _WHOLE.get((kind, element)) or (
        extra.get("enum_values", ()) if isinstance(extra, Mapping) else ()
    )
    for place, each in enumerate(value) if isinstance(value, list) else ((None, value),):
        where = path if place is None else f"{path}[{place}]"
        if isinstance(each, BaseModel):
            yield from unbound(each, where)
        elif codes and not _CUT & set(codes) and isinstance(each, str) and each not in codes:
            yield Problem("code-invalid", f"{each!r} is none of {', '.join(codes)}", where)


def _concept(value: Any, system: str, codes: tuple[str, ...], path: str) -> Iterator[Problem]:
    held = [(str(each.system), each.code) for each in value.coding or []]
    if not any(of == f"{canonical.HL7}/{system}" and code in codes for of, code in held):
        yield Problem(
            "code-invalid", f"one of {', '.join(codes)} of {canonical.HL7}/{system} is wanted", path
        )
