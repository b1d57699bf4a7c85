"""What a summary says of allergies, medicines and conditions: what of it is understood, and all of it in its own
words, with its own codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from wheal.conditions import LISTED, mentions
from wheal.fhir import canonical
from wheal.fhir.documents import Document, Entry, Section
from wheal.fhir.narrative import words
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
LONGEST: Final = 2000
"""Characters of one statement that are kept."""
Becomes = Literal["answer", "other", "nothing", "over", "unasked", "denied", "lacking", "narrative"]
TOLD: Final[Mapping[Becomes, tuple[str, str]]] = {
    "other": ("not a code of this record; ask", "warning"), "nothing": ("it is asked here", "information"),
    "over": ("over, as it says; ask", "information"), "unasked": ("no question asks for it", "warning"),
    "denied": ("refuted, as it says; ask", "warning"),
    "lacking": ("named on the title page and not in the document; ask", "warning"),
    "narrative": ("said in words alone, not understood; ask", "warning"),
}  # fmt: skip
_NAMES: Final = {
    "http://snomed.info/sct": "SNOMED CT", "http://loinc.org": "LOINC", canonical.ICD10CM: "ICD-10-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10", canonical.ATC: "ATC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One statement. `becomes`: an answer; the answer "other"; nothing, for elsewhere nothing was known; over or
    refuted there; no question asks for it; named and not there; words alone. `code` and `question`: of ours, where it
    becomes an answer. `more`: what else it says, by what it is (code, criticality, severity, reaction, dosage, note).
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


def said_by(document: Document, known: Knowledge) -> Iterator[Said]:
    for each in document.entries:
        group = GROUPS.get(each.kind)
        if group is not None and not _is_an_error(each.resource):
            yield _said(each, document, group, known)
    for section in document.sections():
        yield from _beside(section, document)


def _beside(section: Section, document: Document) -> Iterator[Said]:
    """What a program cannot read, of a section: what it names and has not, and what it says in words alone."""
    group = next((SECTIONS[each] for each in section.codes if each in SECTIONS), "")
    for path, pointed in section.entries:
        literal = pointed.get("reference", "")
        if document.find(literal) is None:
            yield Said(group, pointed.get("display") or literal or section.title, "lacking", path)
    if section.words:
        told = f"{section.title}: {section.words}" if section.title else section.words
        yield Said(group, told[:LONGEST], "narrative", f"{section.path}.text")


def _said(entry: Entry, document: Document, group: str, known: Knowledge) -> Said:
    told, concept = entry.resource, _concept(entry.resource, document)
    coded = list(codings(concept))
    bare = next((code for _system, code in coded), entry.kind)
    named = words({**told, "code": concept if _is_worded(concept) else {"text": bare}})[:LONGEST]
    here = Said(
        group,
        named,
        "narrative",
        entry.path,
        more=tuple(_more(told, concept)),
        kind=entry.kind,
        codes=_codes(concept),
    )
    if any(system == canonical.ABSENT_OR_UNKNOWN for system, _code in coded):
        return replace(here, becomes="nothing", more=())
    if told.get("doNotPerform"):  # that it is not to be given
        return replace(here, more=(*here.more, ("note", "doNotPerform")))
    if "refuted" in _verified(told):
        return replace(here, becomes="denied")
    if ({code for _system, code in codings(told.get("clinicalStatus"))} | {told.get("status")}) & OVER:
        return replace(here, becomes="over")
    code = next((found for each in coded if (found := _own(*each, group, known))), OTHER)
    asked = question_of(group, code, known)
    becomes: Becomes = "unasked" if asked is None else "other" if code == OTHER else "answer"
    return replace(here, becomes=becomes, code=code, question=asked[0] if asked else "")


def _codes(concept: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    told = [
        (each.get("system", ""), each.get("code", ""), each.get("display", ""))
        for each in concept.get("coding", [])
    ]
    return tuple(each for each in told if each[1])


def _more(told: Mapping[str, Any], concept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in concept.get("coding", []):
        if code := each.get("code"):
            yield "code", f"{_NAMES.get(each.get('system', ''), each.get('system', ''))} {code}".strip()
    if criticality := told.get("criticality"):
        yield "criticality", criticality
    if severity := _in_words(told.get("severity")):
        yield "severity", severity
    for each in told.get("reaction", []):
        shown = [_in_words(one) for one in each.get("manifestation", [])]
        parts = [*shown, each.get("severity", ""), each.get("description", "")]
        yield "reaction", ", ".join(part for part in parts if part)[:LONGEST]
    yield from _texts(told, {"dosage": "dosage", "dosageInstruction": "dosage", "note": "note"})


def _texts(told: Mapping[str, Any], named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, what in named.items():
        for each in told.get(name, []):
            if text := each.get("text"):
                yield what, text[:LONGEST]


def _in_words(concept: Any) -> str:
    if not isinstance(concept, Mapping):
        return str(concept or "")
    first: Mapping[str, Any] = next(iter(concept.get("coding", [])), {})
    return str(concept.get("text") or first.get("display") or first.get("code") or "")


def _verified(told: Mapping[str, Any]) -> set[str]:
    return {code for _system, code in codings(told.get("verificationStatus"))}


def _is_an_error(told: Mapping[str, Any]) -> bool:
    return "entered-in-error" in {*_verified(told), told.get("status")}


def codings(concept: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    for each in (concept or {}).get("coding", []):
        yield each.get("system", ""), each.get("code", "")


def _concept(told: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    """What it is, also of a medicine that stands elsewhere in the document."""
    if own := told.get("code") or told.get("medicationCodeableConcept"):
        return own  # type: ignore[no-any-return]
    pointed = told.get("medicationReference", {})
    there = document.find(pointed.get("reference", "")) or {}
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
