"""A patient's summary from elsewhere (an IPS document, of another Wheal too): who it is of, and which of the history's
answers it holds.

What is understood becomes an answer; what is not becomes the answer "other", which a physician must look at, and is
told in words. That elsewhere nothing was known is no answer: it is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from wheal.fhir import canonical
from wheal.fhir.ips import words
from wheal.fhir.outcomes import Problem, refused
from wheal.knowledge import Knowledge

GROUPS: Final = {
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "MedicationStatement": "medications",
}
OTHER: Final = "other"
OVER: Final = {"inactive", "resolved", "remission"}
_SEXES: Final = ("female", "male")


@dataclass(frozen=True, slots=True)
class Person:
    family_name: str
    given_names: str
    birth_date: date
    sex: str
    phone: str
    email: str


@dataclass(slots=True)
class Summary:
    """`told`: what was not understood as it stands, for whoever asks the patient."""

    person: Person
    answers: dict[str, Any] = field(default_factory=dict)
    told: list[Problem] = field(default_factory=list)


def read(document: Mapping[str, Any], known: Knowledge) -> Summary:
    """Raises Refused, with the path, where it is no document or does not say whose it is."""
    if document.get("type") != "document":
        raise refused(422, "invalid", "a summary is a Bundle of type document", "Bundle.type")
    entries = [
        (f"Bundle.entry[{place}].resource", each.get("resource", {}))
        for place, each in enumerate(document["entry"])
    ]
    whose = [(path, each) for path, each in entries if each.get("resourceType") == "Patient"]
    if len(whose) != 1:
        raise refused(422, "invalid", f"a summary is of one patient, not of {len(whose)}", "Bundle.entry")
    summary = Summary(_person(*whose[0]))
    for path, each in entries:
        group = GROUPS.get(each.get("resourceType", ""))
        if group and not _is_an_error(each):
            _take(summary, each, group, path, known)
    return summary


def _person(path: str, told: Mapping[str, Any]) -> Person:
    names = told.get("name") or [{}]
    name = next((each for each in names if each.get("use") == "official"), names[0])
    if not name.get("family"):
        raise refused(422, "required", "the patient has no family name", f"{path}.name")
    if told.get("gender") not in _SEXES:
        raise refused(422, "not-supported", f"the record knows {' and '.join(_SEXES)}", f"{path}.gender")
    try:
        born = date.fromisoformat(told.get("birthDate", ""))
    except ValueError as problem:
        raise refused(422, "value", "the whole day of birth is needed", f"{path}.birthDate") from problem
    ways = {each.get("system"): each.get("value", "") for each in reversed(told.get("telecom", []))}
    given = " ".join(name.get("given", []))
    return Person(name["family"], given, born, told["gender"], ways.get("phone", ""), ways.get("email", ""))


def _is_an_error(told: Mapping[str, Any]) -> bool:
    verified = {code for _system, code in _codings(told.get("verificationStatus"))}
    return bool({"entered-in-error", "refuted"} & verified) or told.get("status") == "entered-in-error"


def _codings(concept: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    for each in (concept or {}).get("coding", []):
        yield each.get("system", ""), each.get("code", "")


def _take(summary: Summary, told: Mapping[str, Any], group: str, path: str, known: Knowledge) -> None:
    codings = list(_codings(told.get("code") or told.get("medicationCodeableConcept")))
    if any(system == canonical.ABSENT_OR_UNKNOWN for system, _code in codings):
        summary.told.append(Problem("informational", f"{words(told)}: it is asked here", path, "information"))
        return
    if {code for _system, code in _codings(told.get("clinicalStatus"))} & OVER:
        summary.told.append(
            Problem("informational", f"{words(told)}: over, as it says; ask", path, "information")
        )
        return
    code = next((found for each in codings if (found := _own(*each, group, known))), OTHER)
    if code == OTHER:
        summary.told.append(
            Problem("informational", f"{words(told)}: not a code of this record; ask", path, "warning")
        )
    for name, question in known.questions.items():
        if question.kind == "codes" and question.fills == group and code in question.codes:
            given = summary.answers.setdefault(name, [])
            given += [code] if code not in given else []
            return
    if code != OTHER:
        summary.told.append(
            Problem("informational", f"{words(told)}: no question asks for it", path, "warning")
        )


def _own(system: str, code: str, group: str, known: Knowledge) -> str | None:
    """A code of ours, or the one that a standard's code is, or lies beneath."""
    if system == canonical.system(group):
        return code if code in getattr(known.vocabulary, group) else None
    for own, standard in known.standard.get(group, {}).items():
        same = canonical.STANDARD[standard.system] == system
        if same and any(code == each or code.startswith(each) for each in standard.codes):
            return own
    return None
