"""A patient's summary from elsewhere (an IPS document, of another Wheal too): who it is of, and which of the history's
answers it holds.

What is understood becomes an answer; what is not becomes the answer "other", which a physician must look at, and is
told in words. That elsewhere nothing was known is no answer: it is asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from wheal.conditions import LISTED, mentions
from wheal.fhir import canonical
from wheal.fhir.narrative import words
from wheal.fhir.outcomes import Problem, Refused, refused
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question

GROUPS: Final = {
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "MedicationStatement": "medications",
    "MedicationRequest": "medications",
}
OTHER: Final = "other"
OVER: Final = {"inactive", "resolved", "remission", "completed", "stopped", "not-taken", "cancelled"}
_SEXES: Final = ("female", "male")
Becomes = Literal["answer", "other", "nothing", "over", "unasked"]
TOLD: Final[Mapping[Becomes, tuple[str, str]]] = {
    "other": ("not a code of this record; ask", "warning"), "nothing": ("it is asked here", "information"),
    "over": ("over, as it says; ask", "information"), "unasked": ("no question asks for it", "warning"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """What it says of itself; "" and None where it says nothing that can be read."""

    family_name: str
    given_names: str
    birth_date: date | None
    sex: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Said:
    """One statement. `becomes`: an answer; the answer "other"; nothing, for elsewhere nothing was known; over; or no
    question asks for it. `code` and `question`: of ours, where it becomes an answer."""

    group: str
    words: str
    becomes: Becomes
    path: str
    code: str = ""
    question: str = ""


@dataclass(slots=True)
class Summary:
    """`day`, `source`: when and by whom it was written, as far as it says. `lacks`: what it does not say of the person,
    who stands at `place`."""

    person: Person
    source: str
    day: date | None
    lacks: list[Problem]
    place: str = ""
    said: list[Said] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)

    def written_by(self, today: date) -> date | None:
        """The day of which it can be; a day to come is none."""
        return self.day if self.day is not None and self.day <= today else None

    @property
    def told(self) -> list[Problem]:
        """What was not understood as it stands, for whoever asks the patient."""
        return [
            Problem(
                "informational", f"{each.words}: {TOLD[each.becomes][0]}", each.path, TOLD[each.becomes][1]
            )
            for each in self.said
            if each.becomes in TOLD
        ]


def read(document: Mapping[str, Any], known: Knowledge) -> Summary:
    """Raises Refused, with the path, where it is no document of one patient."""
    if document.get("type") != "document":
        raise refused(422, "invalid", "a summary is a Bundle of type document", "Bundle.type")
    entries = [
        (f"Bundle.entry[{place}].resource", each.get("resource", {}))
        for place, each in enumerate(document.get("entry", []))
    ]
    whose = [(path, each) for path, each in entries if each.get("resourceType") == "Patient"]
    if len(whose) != 1:
        raise refused(422, "invalid", f"a summary is of one patient, not of {len(whose)}", "Bundle.entry")
    if entries[0][1].get("resourceType") != "Composition":
        raise refused(422, "invalid", "a document begins with its Composition", entries[0][0])
    person = _person(whose[0][1])
    summary = Summary(
        person, _source(entries), _day(document, entries), list(_lacks(*whose[0], person)), whose[0][0]
    )
    by_address = {each.get("fullUrl", ""): each.get("resource", {}) for each in document["entry"]}
    for path, each in entries:
        group = GROUPS.get(each.get("resourceType", ""))
        if group and not _is_an_error(each):
            _take(summary, each, _concept(each, by_address), group, path, known)
    return summary


def whole(summary: Summary) -> Summary:
    """Raises Refused where it does not say whom it is of."""
    if summary.lacks:
        raise Refused(422, *summary.lacks)
    return summary


def _person(told: Mapping[str, Any]) -> Person:
    names = told.get("name") or [{}]
    name = next((each for each in names if each.get("use") == "official"), names[0])
    ways = {each.get("system"): each.get("value", "") for each in reversed(told.get("telecom", []))}
    spoken = [
        code for each in told.get("communication", []) for _system, code in _codings(each.get("language"))
    ]
    sex = told.get("gender", "")
    return Person(
        name.get("family", ""), " ".join(name.get("given", [])), _as_day(told.get("birthDate")),
        sex if sex in _SEXES else "", ways.get("phone", ""), ways.get("email", ""),
        spoken[0][:2].lower() if spoken else "",
    )  # fmt: skip


def _lacks(path: str, told: Mapping[str, Any], person: Person) -> Iterator[Problem]:
    if not person.family_name:
        yield Problem("required", "the patient has no family name", f"{path}.name")
    if not person.sex:
        yield Problem("not-supported", f"the record knows {' and '.join(_SEXES)}", f"{path}.gender")
    if person.birth_date is None:
        yield Problem("value", "the whole day of birth is needed", f"{path}.birthDate")


def _as_day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _source(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Who wrote it: the name that stands in its title page, or that of the first organization in it."""
    held = [each for _path, each in entries]
    for each in held:
        if each.get("resourceType") == "Composition":
            wrote = [each.get("custodian", {}), *each.get("author", [])]
            if name := next((one["display"] for one in wrote if one.get("display")), ""):
                return str(name)
    return next(
        (str(each.get("name", "")) for each in held if each.get("resourceType") == "Organization"), ""
    )


def _day(document: Mapping[str, Any], entries: Iterable[tuple[str, Mapping[str, Any]]]) -> date | None:
    written = [each.get("date") for _path, each in entries if each.get("resourceType") == "Composition"]
    return next((day for each in [*written, document.get("timestamp")] if (day := _as_day(each))), None)


def _is_an_error(told: Mapping[str, Any]) -> bool:
    verified = {code for _system, code in _codings(told.get("verificationStatus"))}
    return bool({"entered-in-error", "refuted"} & verified) or told.get("status") == "entered-in-error"


def _codings(concept: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    for each in (concept or {}).get("coding", []):
        yield each.get("system", ""), each.get("code", "")


def _concept(told: Mapping[str, Any], by_address: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """What it is, also of a medicine that stands elsewhere in the document."""
    if own := told.get("code") or told.get("medicationCodeableConcept"):
        return own  # type: ignore[no-any-return]
    pointed = told.get("medicationReference", {})
    there = by_address.get(pointed.get("reference", ""), {})
    return there.get("code") or {"text": pointed.get("display", "")}


def _is_worded(concept: Mapping[str, Any]) -> bool:
    return bool(concept.get("text")) or any(each.get("display") for each in concept.get("coding", []))


def _take(
    summary: Summary,
    told: Mapping[str, Any],
    concept: Mapping[str, Any],
    group: str,
    path: str,
    known: Knowledge,
) -> None:
    codings = list(_codings(concept))
    bare = next((code for _system, code in codings), told["resourceType"])
    named = words({**told, "code": concept if _is_worded(concept) else {"text": bare}})
    states = {code for _system, code in _codings(told.get("clinicalStatus"))} | {told.get("status")}
    if any(system == canonical.ABSENT_OR_UNKNOWN for system, _code in codings):
        summary.said.append(Said(group, named, "nothing", path))
        return
    if states & OVER:
        summary.said.append(Said(group, named, "over", path))
        return
    code = next((found for each in codings if (found := _own(*each, group, known))), OTHER)
    asked = _asks(group, code, known)
    if asked:
        _answer(summary, group, code, known)
    becomes: Becomes = "other" if code == OTHER else "answer" if asked else "unasked"
    summary.said.append(Said(group, named, becomes, path, code, asked[0] if asked else ""))


def _asks(group: str, code: str, known: Knowledge) -> tuple[str, Question] | None:
    for name, question in known.questions.items():
        if question.kind == "codes" and question.fills == group and code in question.codes:
            return name, question
    return None


def _answer(summary: Summary, group: str, code: str, known: Knowledge) -> None:
    """With the answer that leads to its question, where that is a follow-up: else it would not stand on the page."""
    asked = _asks(group, code, known)
    if asked is None or code in summary.answers.get(asked[0], []):
        return
    summary.answers.setdefault(asked[0], []).append(code)
    for row in mentions(asked[1].ask_if):
        if row.kind in LISTED:
            _answer(summary, group, row.code, known)


def _own(system: str, code: str, group: str, known: Knowledge) -> str | None:
    """A code of ours, or the one that a standard's code is, or lies beneath."""
    if system == canonical.system(group):
        named = group == "allergies" and code in known.substances  # an allergy may name a substance
        return code if named or code in getattr(known.vocabulary, group) else None
    for own, standard in known.standard.get(group, {}).items():
        same = canonical.STANDARD[standard.system] == system
        if same and any(code == each or code.startswith(each) for each in standard.codes):
            return own
    return None
