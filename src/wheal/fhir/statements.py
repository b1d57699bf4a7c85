"""What a summary says of allergies, medicines and conditions: what of it is understood, and all of it in its own
words, with its own codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from wheal.conditions import LISTED, mentions
from wheal.fhir import canonical
from wheal.fhir.documents import Document, Entry, Section
from wheal.fhir.further import DAYS, LINED, LONGEST, codes_of, codings, further
from wheal.fhir.matching import day_of
from wheal.fhir.narrative import day_in, words
from wheal.fhir.negations import says_none, sounds_so
from wheal.fhir.wording import Find, called, in_words
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question

GROUPS: Final = {
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "MedicationStatement": "medications",
    "MedicationRequest": "medications",
    "Flag": "",
}
SECTIONS: Final = {"48765-2": "allergies", "10160-0": "medications", "11450-4": "conditions"}
"""By LOINC's code of a section."""
OTHER: Final = "other"
OVER: Final = {"inactive", "resolved", "remission", "completed", "stopped", "not-taken", "cancelled"}
Becomes = Literal[
    "answer", "other", "nothing", "over", "unasked", "denied", "lacking", "narrative", "beside", "absent"
]
TOLD: Final[Mapping[Becomes, tuple[str, str]]] = {
    "other": ("not a code of this record; ask", "warning"), "nothing": ("it is asked here", "information"),
    "over": ("over, as it says; ask", "information"), "unasked": ("no question asks for it", "warning"),
    "absent": ("none told of there; ask", "warning"),
    "denied": ("refuted, as it says; ask", "warning"),
    "lacking": ("named on the title page and not in the document; ask", "warning"),
    "narrative": ("said in words alone, not understood; ask", "warning"),
    "beside": ("not read into the answers: it stands in its own words; read it", "information"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One statement. `becomes`: an answer; the answer "other"; nothing, for elsewhere nothing was known; over or
    refuted there; no question asks for it; named and not there; words alone; beside, what no list of the history holds;
    absent, words that sound like none of it: neither a statement of it nor an answer.
    `code` and `question`: of ours, where it becomes an answer. `more`: what else it says, by what it is (`further`).
    `kind`: of FHIR's resources, "" of words alone. `codes`: its codes there, each as system, code and display."""

    group: str
    words: str
    becomes: Becomes
    path: str
    code: str = ""
    question: str = ""
    more: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    codes: tuple[tuple[str, str, str], ...] = ()


BORNE: Final = frozenset({
    "Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Location", "Substance",
})  # fmt: skip
"""Kinds that say nothing of the person's health by themselves: told where something points to them."""
UNREAD: Final = frozenset({
    "Composition", "Provenance", "AuditEvent", "Binary", "Bundle", "Parameters", "OperationOutcome", "Questionnaire",
    "CodeSystem", "ValueSet", "ConceptMap", "StructureDefinition", "CapabilityStatement", "SearchParameter",
    "MessageHeader", "Endpoint", "HealthcareService", "Schedule", "Slot", "Subscription",
})  # fmt: skip
"""Kinds about documents, programs and the like: counted."""
_OF_THINGS: Final = ("Medication", "Device")
_FIRST: Final = (
    "AdverseEvent",
    "Immunization",
    "Device",
    "DeviceUseStatement",
    "MedicationAdministration",
    "Procedure",
)
"""Of what no list of the history holds; the rest, mostly measures, after these."""


def said_by(document: Document, known: Knowledge, zone: ZoneInfo) -> Iterator[Said]:
    """`zone`: whose day a moment in UTC is told as."""
    kept = [each for each in document.entries if is_kept(each, document)]
    for each in kept:
        if each.kind in GROUPS:
            yield _said(each, document, GROUPS[each.kind], known, zone)
    others = [_beside_the_lists(each, document, zone) for each in kept if each.kind not in GROUPS]
    for _day, said in sorted(others, key=lambda each: (_rank(each[1]), _later_first(each[0]))):
        yield said
    for section in document.sections():
        yield from _beside(section, document)


def is_kept(entry: Entry, document: Document) -> bool:
    """It says something of the person. A medicine or a device says so by itself only where nothing points to it."""
    if entry.kind in BORNE or entry.kind in UNREAD or _is_an_error(entry.resource):
        return False
    if entry.kind in _OF_THINGS and "patient" not in entry.resource:
        return not any(entry.is_at(each) for each in document.pointed_to)
    return True


def _rank(said: Said) -> int:
    return _FIRST.index(said.kind) if said.kind in _FIRST else len(_FIRST)


def _later_first(day: str) -> tuple[int, ...]:
    return tuple(-ord(each) for each in day)


def _beside_the_lists(entry: Entry, document: Document, zone: ZoneInfo) -> tuple[str, Said]:
    """With its day."""
    told, find = entry.resource, _finder(entry.resource, document)
    concept = _concept(told, find)
    named = called(told, find) or (concept.get("text") or entry.kind)
    if other := next((each for each in told if each.startswith("value") and each not in LINED), ""):
        named = f"{named}: {in_words(told[other], find)}"
    line = words({**told, "code": {"text": named}}, document.by_name, zone)
    if entry.kind == "MedicationAdministration":  # told by what was injected where, not by its name
        line = " · ".join(each for each in (str(concept.get("text") or named), line) if each)
    day = next((day_of(str(told[name]), zone) for name in (day_in(told), *DAYS) if name in told), "")
    more = tuple(further(told, concept, find))
    return day, Said("", line[:LONGEST], "beside", entry.path, "", "", more, entry.kind, codes_of(concept))


def _beside(section: Section, document: Document) -> Iterator[Said]:
    """What a program cannot read, of a section: what it names and has not, and what it says in words alone."""
    group = next((SECTIONS[each] for each in section.codes if each in SECTIONS), "")
    for path, pointed in section.entries:
        literal = pointed.get("reference", "")
        if document.find(literal) is None:
            yield Said(group, pointed.get("display") or literal or section.title, "lacking", path)
    if section.words:
        told = f"{section.title}: {section.words}" if section.title else section.words
        becomes: Becomes = "absent" if section.is_empty or sounds_so(section.words) else "narrative"
        yield Said(group, told[:LONGEST], becomes, f"{section.path}.text")


def _said(entry: Entry, document: Document, group: str, known: Knowledge, zone: ZoneInfo) -> Said:
    told, find = entry.resource, _finder(entry.resource, document)
    concept = _concept(told, find)
    coded = list(codings(concept))
    bare = next((code for _system, code in coded), entry.kind)
    called = concept if _is_worded(concept) else {"text": bare}
    named = words({**told, "code": called}, zone=zone)[:LONGEST]
    more = tuple(further(told, concept, find))
    here = Said(group, named, "narrative", entry.path, more=more, kind=entry.kind, codes=codes_of(concept))
    if "refuted" not in _verified(told) and (none := _absent(here, coded, concept, known)):
        return none
    if told.get("doNotPerform"):  # that it is not to be given
        return replace(here, more=(("note", "doNotPerform"), *more))
    if "refuted" in _verified(told):
        return replace(here, becomes="denied")
    if ({code for _system, code in codings(told.get("clinicalStatus"))} | {told.get("status")}) & OVER:
        return replace(here, becomes="over")
    code = next((found for each in coded if (found := _own(*each, group, known))), OTHER)
    asked = question_of(group, code, known)
    becomes: Becomes = "unasked" if asked is None else "other" if code == OTHER else "answer"
    return replace(here, becomes=becomes, code=code, question=asked[0] if asked else "")


def _absent(
    here: Said, coded: list[tuple[str, str]], concept: Mapping[str, Any], known: Knowledge
) -> Said | None:
    """Where it says that there is none. With a code of ours beside, or with something else said, it says more."""
    if any(_own(*each, here.group, known) for each in coded):
        return None
    if says_none(coded):
        says_more = any(what in ("note", "reaction") for what, _text in here.more)
        return replace(here, becomes="absent") if says_more else replace(here, becomes="nothing", more=())
    shown = (concept.get("text", ""), *(each.get("display", "") for each in concept.get("coding", [])))
    called = [each for each in shown if each]
    return replace(here, becomes="absent") if called and all(map(sounds_so, called)) else None


def _finder(told: Mapping[str, Any], document: Document) -> Find:
    """What a reference in it leads to: within it, or in the document."""
    within = {f"#{each.get('id', '')}": each for each in told.get("contained", [])}
    return lambda literal: within.get(literal) or document.find(literal)


def _verified(told: Mapping[str, Any]) -> set[str]:
    return {code for _system, code in codings(told.get("verificationStatus"))}


def _is_an_error(told: Mapping[str, Any]) -> bool:
    return "entered-in-error" in {*_verified(told), told.get("status")}


def _concept(told: Mapping[str, Any], find: Find) -> Mapping[str, Any]:
    """What it is, also of a medicine that stands elsewhere in the document."""
    for name in ("code", "medicationCodeableConcept", "vaccineCode", "event", "type"):
        if isinstance(own := told.get(name), Mapping):
            return own
    pointed = told.get("medicationReference", {})
    there = find(pointed.get("reference", "")) or {}
    return there.get("code") or {"text": pointed.get("display", "")}


def _is_worded(concept: Mapping[str, Any]) -> bool:
    return bool(concept.get("text")) or any(each.get("display") for each in concept.get("coding", []))


def question_of(group: str, code: str, known: Knowledge) -> tuple[str, Question] | None:
    for name, question in known.questions.items():
        if question.kind == "codes" and question.fills == group and code in question.codes:
            return name, question
    return None


def answers_of(said: list[Said], known: Knowledge) -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    for each in said:
        if each.question:
            _answer(answers, each.group, each.code, known)
    return answers


def _answer(answers: dict[str, list[str]], group: str, code: str, known: Knowledge) -> None:
    """With the answer that leads to its question, where that is a follow-up: else it would not stand on the page."""
    asked = question_of(group, code, known)
    if asked is None or code in answers.get(asked[0], []):
        return
    answers.setdefault(asked[0], []).append(code)
    for row in mentions(asked[1].ask_if):
        if row.kind in LISTED:
            _answer(answers, group, row.code, known)


def _own(system: str, code: str, group: str, known: Knowledge) -> str | None:
    """A code of ours, or the one that a standard's code is, or lies beneath."""
    if system == canonical.system(group):
        named = group == "allergies" and code in known.substances  # an allergy may name a substance
        return code if named or code in getattr(known.vocabulary, group, ()) else None
    for own, standard in known.standard.get(group, {}).items():
        same = canonical.STANDARD[standard.system] == system
        if same and any(code == each or code.startswith(each) for each in standard.codes):
            return own
    return None
