"""The International Patient Summary (IPS 2.0, on R4) as a document, and what of one is understood.

What was asked and found absent is said as such; what nobody asked is said to be not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import Json, absent, coding, concept, held, instant, reference, resource
from wheal.fhir.matching import moment
from wheal.fhir.narrative import Wording, line

PROFILES: Final = "http://hl7.org/fhir/uv/ips/StructureDefinition"
SUMMARY: Final = terms.loinc("60591-5", "Patient summary Document")
NOTHING: Final[Mapping[str, Mapping[bool, tuple[str, str]]]] = {
    "AllergyIntolerance": {
        True: ("no-known-allergies", "No known allergies"), False: ("no-allergy-info",
            "No information about allergies"),
    },
    "MedicationStatement": {
        True: ("no-known-medications", "No known medications"), False: ("no-medication-info",
            "No information about medications"),
    },
    "Condition": {
        True: ("no-known-problems", "No known problems"), False: ("no-problem-info", "No information about problems"),
    },
}  # fmt: skip
"""By kind: what is said where every question was answered and nothing given (True), and where it is not known."""


@dataclass(frozen=True, slots=True)
class Section:
    """`kinds`: of the resources that it lists. `code`: of LOINC; None where no code of it was seen."""

    code: Json | None
    title: str
    kinds: tuple[str, ...]
    is_required: bool = False


FIRST: Final = (
    Section(terms.loinc("104605-1", "Alert"), "Alerts", ("Flag",)),
    Section(terms.loinc("48765-2", "Allergies and adverse reactions Document"), "Allergies and Intolerances",
            ("AllergyIntolerance",), True),
    Section(None, "Reactions after treatment", ("AdverseEvent",)),
)  # fmt: skip
"""What nobody must miss; after it, what was said elsewhere in words alone."""
THEN: Final = (
    Section(terms.loinc("10160-0", "History of Medication use Narrative"), "Medication Summary",
        ("MedicationStatement",), True),
    Section(terms.loinc("11450-4", "Problem list - Reported"), "Problem List", ("Condition",), True),
    Section(terms.loinc("18610-6", "Medication administered Narrative"), "Treatment passport: what was injected",
            ("MedicationAdministration",)),
    Section(terms.loinc("47519-4", "History of Procedures Document"), "History of Procedures", ("Procedure",)),
    Section(terms.loinc("8716-3", "Vital signs"), "Vital Signs", ("Observation",)),
)  # fmt: skip


ELSEWHERE: Final = "Said elsewhere; nobody has asked about it here yet"


def said_of_nothing(
    kind: str, patient: Json, settled_at: datetime | None, wording: Wording, instead: str = ""
) -> Json:
    """A resource that says that there is nothing, as of when everything was asked, or that nobody knows (None).
    `instead`: in which words it is not known, where they say more."""
    code, words = NOTHING[kind][settled_at is not None]
    told = concept([coding(canonical.ABSENT_OR_UNKNOWN, code, words)], instead or wording(words))
    identity, at = f"{kind.lower()}-{code}", instant(settled_at) if settled_at else None
    if kind == "MedicationStatement":
        whole = resource(
            kind, identity, status="unknown", medicationCodeableConcept=told, subject=patient, effectiveDateTime=at
        )  # fmt: skip
        return whole if at else whole | {"_effectiveDateTime": absent("unknown")}
    clinical = terms.hl7(
        "allergyintolerance-clinical" if kind == "AllergyIntolerance" else "condition-clinical", "active"
    )
    whose = {"patient": patient} if kind == "AllergyIntolerance" else {"subject": patient}
    return resource(kind, identity, clinicalStatus=clinical, code=told, recordedDate=at, **whose)


def document(
    patient: Json,
    author: Json,
    resources: Sequence[Json],
    others: Iterable[Json],
    at: datetime,
    title: str,
    zone: ZoneInfo,
    *,
    language: str,
    wording: Wording,
    elsewhere: Sequence[str] = (),
) -> Json:
    """`resources`: what the sections list; `others`: what these point to. References lead within the document. `zone`:
    whose days people read. `elsewhere`: what has no section of its own, in words alone."""
    pointed_to = list(others)
    found = {f"{each['resourceType']}/{each['id']}": each for each in pointed_to}
    first, then = (
        [told for each in some if (told := _section(each, resources, found, zone, wording))]
        for some in (FIRST, THEN)
    )
    in_words = [{"title": wording(ELSEWHERE), "text": _text(elsewhere)}] if elsewhere else []
    sections = [*first, *in_words, *then]
    composition = resource(
        "Composition", f"summary-{patient['id']}",
        meta=_claims("Composition", sections), status="final", type=concept([SUMMARY]),
        subject=reference("Patient", patient["id"]), date=instant(at),
        author=[reference("Organization", author["id"], author["name"])],
        custodian=reference("Organization", author["id"], author["name"]), title=title,
        language=language, section=sections,
    )  # fmt: skip
    held_here = [composition, patient, author, *resources, *pointed_to]
    space = uuid4()  # of this document alone: another clinic has a Patient/1 too
    addresses = {f"{each['resourceType']}/{each['id']}": _address(each, space) for each in held_here}
    entries = [
        {"fullUrl": _address(each, space), "resource": _within(each, addresses, zone)} for each in held_here
    ]
    return {
        "resourceType": "Bundle", **held(meta=_claims("Bundle", sections)),
        "identifier": {"system": "urn:ietf:rfc:3986",
            "value": f"urn:uuid:{space}"},
        "type": "document", "timestamp": _by_the_clock(instant(at), zone), "entry": entries,
    }  # fmt: skip


def _claims(kind: str, sections: Iterable[Json]) -> Json | None:
    """The profile wants a code and entries of every section; words alone have neither."""
    is_whole = all("code" in each and "entry" in each for each in sections)
    return {"profile": [f"{PROFILES}/{kind}-uv-ips"]} if is_whole else None


def _address(told: Json, space: UUID) -> str:
    return f"urn:uuid:{uuid5(space, told['resourceType'] + '/' + told['id'])}"


_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def _by_the_clock(text: str, zone: ZoneInfo) -> str:
    """A moment as the clock of the clinic told it, so that its first ten signs are the day that it was."""
    if not _INSTANT.fullmatch(text):
        return text
    return moment(text).astimezone(zone).isoformat(timespec="milliseconds")


def _within(node: Any, addresses: Mapping[str, str], zone: ZoneInfo) -> Any:
    """With references to what is in the document, of the rest the words alone; moments by the clinic's clock."""
    if isinstance(node, list):
        kept = [_within(each, addresses, zone) for each in node]
        return [each for each in kept if each != {}]
    if isinstance(node, str):
        return _by_the_clock(node, zone)
    if not isinstance(node, Mapping):
        return node
    told = {name: _within(each, addresses, zone) for name, each in node.items()}
    literal = node.get("reference")
    if isinstance(literal, str):
        told.pop("reference")
        if literal in addresses:
            told["reference"] = addresses[literal]
    return {name: each for name, each in told.items() if each not in ({}, [])}


def _section(
    section: Section, resources: Iterable[Json], found: Mapping[str, Json], zone: ZoneInfo, wording: Wording
) -> Json | None:
    listed = [each for each in resources if each["resourceType"] in section.kinds]
    if not listed and not section.is_required:
        return None
    return held(
        title=wording(section.title),
        code=concept([section.code]) if section.code else concept(text=wording(section.title)),
        text=_text([line(each, found, zone, wording) for each in listed]),
        entry=[reference(each["resourceType"], each["id"]) for each in listed],
    )  # fmt: skip


def _text(lines: Iterable[str]) -> Json:
    rows = "".join(f"<li>{escape(each)}</li>" for each in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{rows}</ul></div>'}
