"""What the profiles that Wheal claims ask for, element by element, and whether a resource has it.

Taken from the published definitions: US Core (hl7.fhir.us.core 6.1.0: StructureDefinitions us-core-patient,
us-core-condition-problems-health-concerns, us-core-vital-signs, us-core-body-weight, -body-height, -heart-rate and
-blood-pressure) and the International Patient Summary (hl7.fhir.uv.ips, 1.1.0 and later: Bundle-uv-ips,
Composition-uv-ips, Patient-uv-ips, with bdl-ips-1, ips-comp-1 and ips-pat-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wheal.fhir.elements import walk

US, IPS = (
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-",
    "http://hl7.org/fhir/uv/ips/StructureDefinition/",
)
HL7, LOINC, UCUM = "http://terminology.hl7.org/CodeSystem/", "http://loinc.org", "http://unitsofmeasure.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
MANY = 10_000


@dataclass(frozen=True)
class Rule:
    """Each `of` ("": the resource) has `least` to `most` of `element` ("a|b": of either). `among`: the values that it
    may have; `like`: only those that hold this are counted."""

    of: str
    element: str
    least: int = 1
    most: int = MANY
    among: tuple[object, ...] = ()
    like: Any = None

    def broken(self, resource: Mapping[str, Any]) -> Iterator[str]:
        for parent in walk(resource, self.of) if self.of else [resource]:
            found = [each for name in self.element.split("|") for each in walk(parent, name)]
            counted = [each for each in found if self.like is None or holds(each, self.like)]
            if not self.least <= len(counted) <= self.most:
                yield f"{self.of}.{self.element}: {len(counted)}, not {self.least} to {self.most} {self.like or ''}"
            if self.among and not set(map(str, found)) <= set(map(str, self.among)):
                yield f"{self.of}.{self.element}: {found} is not among {self.among}"


def holds(node: Any, like: Any) -> bool:
    if isinstance(like, Mapping):
        return isinstance(node, Mapping) and all(
            name in node and holds(node[name], like[name]) for name in like
        )
    if isinstance(like, list):
        return isinstance(node, list) and all(any(holds(each, wanted) for each in node) for wanted in like)
    return node == like


def one(of: str, element: str, *among: object) -> Rule:
    return Rule(of, element, 1, 1, among)


def coded(system: str, code: str) -> dict:
    return {"coding": [{"system": system, "code": code}]}


def _vital(code: str, *units: str) -> tuple[Rule, ...]:
    measured = (
        one("", "valueQuantity|dataAbsentReason"), *(one("valueQuantity", each) for each in ("value", "unit")),
        one("valueQuantity", "system", UCUM), one("valueQuantity", "code", *units),
    )  # fmt: skip
    return (
        one("", "status", "registered", "preliminary", "final", "amended", "corrected", "cancelled",
            "entered-in-error", "unknown"),
        Rule("", "category", 1, 1, like=coded(f"{HL7}observation-category", "vital-signs")),
        Rule("", "code", 1, 1, like=coded(LOINC, code)), one("subject", "reference"),
        one("", "effectiveDateTime|effectivePeriod"), *(measured if units else ()),
    )  # fmt: skip


def _pressure(code: str) -> Rule:
    return Rule("", "component", 1, 1, like={"code": coded(LOINC, code)})


def _section(code: str) -> Rule:
    return Rule("", "section", 1, 1, like={"code": coded(LOINC, code)})


PROFILES: dict[str, tuple[Rule, ...]] = {
    f"{US}patient": (
        Rule("", "identifier"), one("identifier", "system"), one("identifier", "value"), Rule("", "name"),
        Rule("name", "family|given"), one("", "gender", "male", "female", "other", "unknown"),
        one("telecom", "system", "phone", "fax", "email", "pager", "url", "sms", "other"), one("telecom", "value"),
        one("communication", "language"),
    ),
    f"{US}condition-problems-health-concerns": (
        Rule("", "category", like=coded(f"{HL7}condition-category", "problem-list-item")), one("", "code"),
        Rule("code", "coding", like={"system": ICD10CM}), one("subject", "reference"),
        one("clinicalStatus.coding", "code", "active", "recurrence", "relapse", "inactive", "remission", "resolved"),
        one("verificationStatus.coding", "code", "unconfirmed", "provisional", "differential", "confirmed", "refuted",
            "entered-in-error"),
    ),
    f"{US}body-weight": _vital("29463-7", "kg", "g", "[lb_av]"),
    f"{US}body-height": _vital("8302-2", "cm", "[in_i]"),
    f"{US}heart-rate": _vital("8867-4", "/min"),
    f"{US}blood-pressure": (
        *_vital("85354-9"), Rule("", "component", 2), _pressure("8480-6"), _pressure("8462-4"),
        one("component", "valueQuantity|dataAbsentReason"), one("component.valueQuantity", "value"),
        one("component.valueQuantity", "unit"), one("component.valueQuantity", "system", UCUM),
        one("component.valueQuantity", "code", "mm[Hg]"),
    ),
    f"{IPS}Bundle-uv-ips": (
        one("", "identifier"), one("", "type", "document"), one("", "timestamp"), one("entry", "fullUrl"),
        one("entry", "resource"), Rule("entry", "search|request|response", 0, 0),
        Rule("", "entry", 1, 1, like={"resource": {"resourceType": "Composition"}}),
        Rule("", "entry", 1, 1, like={"resource": {"resourceType": "Patient"}}),
    ),
    f"{IPS}Composition-uv-ips": (
        one("", "status", "preliminary", "final", "amended", "entered-in-error"),
        Rule("", "type", 1, 1, like=coded(LOINC, "60591-5")), one("subject", "reference"), one("", "date"),
        Rule("", "author"), one("", "title"), _section("10160-0"), _section("48765-2"), _section("11450-4"),
        one("section", "title"), one("section", "code"), one("section", "text"), Rule("section", "section", 0, 0),
        Rule("section", "entry|emptyReason"), Rule("section.entry", "reference", 1, 1),
    ),
    f"{IPS}Patient-uv-ips": (Rule("", "name"), Rule("name", "family|given|text"), one("", "birthDate")),
}  # fmt: skip


def claimed(resource: Mapping[str, Any]) -> list[str]:
    return list(resource.get("meta", {}).get("profile", []))


def broken(resource: Mapping[str, Any], profile: str) -> list[str]:
    return [words for rule in PROFILES[profile] for words in rule.broken(resource)]
