"""What a statement says beside its line: codes, status, criticality, reactions, doses, lots, notes; and whatever else
stands in it, by the name of its element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wheal.fhir import canonical
from wheal.fhir.documents import plain
from wheal.fhir.narrative import day_in
from wheal.fhir.wording import NAMES, Find, in_words, lots

LONGEST: Final = 2000
"""Characters of one statement that are kept, and of each thing that it says beside."""
MANY: Final = 40
"""Further things of one statement that are kept; how many more there are is told."""
DAYS: Final = (
    "performedDateTime",
    "effectiveDateTime",
    "recordedDate",
    "date",
    "occurrenceDateTime",
    "issued",
)
"""Of what day it is; one of the first three stands in its line."""
_SAID: Final = frozenset({
    "resourceType", "id", "meta", "text", "language", "contained", "identifier", "patient", "subject",
    "medicationReference", "doNotPerform",
})  # fmt: skip
"""Elements that stand in its line, or say nothing of the person."""
LINED: Final = ("valueQuantity", "valueCodeableConcept")
"""Values that a line of words holds by itself."""
_CALLED: Final = {
    "clinicalStatus": "status", "verificationStatus": "certainty", "statusReason": "reason", "reasonCode": "why",
    "reasonReference": "why", "dosageInstruction": "dosage",
}  # fmt: skip
"""What is named alike here; the rest by the name of the element."""
_USUAL: Final = {
    "clinicalStatus": {"active"}, "verificationStatus": {"confirmed"}, "actuality": {"actual"},
    "status": {"active", "final", "completed", "amended", "corrected"},
}  # fmt: skip
"""What goes without saying."""
_ONE_BY_ONE: Final = ("dosage", "dosageInstruction", "note", "extension")
_SYSTEMS: Final = {
    "http://snomed.info/sct": "SNOMED CT", canonical.LOINC: "LOINC", canonical.ICD10CM: "ICD-10-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10", canonical.ATC: "ATC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
}  # fmt: skip


def further(told: Mapping[str, Any], concept: Mapping[str, Any], find: Find) -> Iterator[tuple[str, str]]:
    """`concept`: what it is of."""
    found = [*_coded(concept), *_lots(told, find), *_elements(told, find), *_text(told)]
    kept = [(what, text[:LONGEST]) for what, text in found if text]
    yield from kept[:MANY]
    if len(kept) > MANY:
        yield "left_out", str(len(kept) - MANY)


def _coded(concept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for system, code, _shown in codes_of(concept):
        named = "Wheal" if system.startswith(canonical.BASE) else _SYSTEMS.get(system, system)
        yield "code", f"{named} {code}".strip()


def _lots(told: Mapping[str, Any], find: Find) -> Iterator[tuple[str, str]]:
    there = find(told.get("medicationReference", {}).get("reference", ""))
    for each in dict.fromkeys(lots(there or {}, find)):  # several containers of one lot are one line
        yield "lot", each


def _elements(told: Mapping[str, Any], find: Find) -> Iterator[tuple[str, str]]:
    named = next((each for each in NAMES if told.get(each)), "")
    day = day_in(told)
    for name, inner in told.items():
        if (
            name in _SAID
            or name in (named, day)
            or name.startswith("value")
            or _values(inner) & _USUAL.get(name, set())
        ):
            continue
        what = _CALLED.get(name, name.removeprefix("_"))
        if name == "reaction":
            yield from ((what, _reaction(each, find)) for each in inner)
        elif name in _ONE_BY_ONE and isinstance(inner, list):
            yield from ((what, in_words(each, find)) for each in inner)
        else:
            yield what, in_words(inner, find)


def _text(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    text = told.get("text", {})
    if text.get("status") == "additional":
        yield "note", plain(text.get("div", ""))


def _values(inner: Any) -> set[str]:
    if isinstance(inner, Mapping):
        return {code for _system, code in codings(inner)}
    return {inner} if isinstance(inner, str) else set()


def _reaction(told: Mapping[str, Any], find: Find) -> str:
    leading = ("manifestation", "severity", "description")
    first = (in_words(told.get(name), find) for name in leading)
    rest = {name: each for name, each in told.items() if name not in leading}
    return ", ".join(each for each in (*first, in_words(rest, find)) if each)


def codings(concept: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    for each in (concept or {}).get("coding", []):
        yield each.get("system", ""), each.get("code", "")


def codes_of(concept: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Each as system, code and display."""
    told = [
        (each.get("system", ""), each.get("code", ""), each.get("display", ""))
        for each in concept.get("coding", [])
    ]
    return tuple(each for each in told if each[1])
