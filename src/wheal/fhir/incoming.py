"""A patient's summary from elsewhere (an IPS document, of another Wheal too): who it is of, and which of the history's
answers it holds.

What is understood becomes an answer; what is not becomes the answer "other", which a physician must look at. All of it
is told in its own words as well, and so is whatever else it says of the person: measures, treatments, reactions. That
elsewhere nothing was known is no answer: it is asked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from wheal.fhir import documents
from wheal.fhir.documents import Document
from wheal.fhir.further import codings
from wheal.fhir.matching import day_of
from wheal.fhir.outcomes import Problem, Refused
from wheal.fhir.statements import BORNE, TOLD, UNREAD, Said, answers_of, said_by
from wheal.knowledge import Knowledge

_SEXES: Final = ("female", "male")


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


@dataclass(slots=True)
class Summary:
    """`day`, `source`: when and by whom it was written, as far as it says. `lacks`: what it does not say of the person,
    who stands at `place`. `unread`: how much of which other kinds it
    holds."""

    person: Person
    source: str
    day: date | None
    lacks: list[Problem]
    place: str = ""
    said: list[Said] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)

    def written_by(self, today: date) -> date | None:
        """The day of which it can be; a day to come is none."""
        return self.day if self.day is not None and self.day <= today else None

    @property
    def kept(self) -> list[Said]:
        """What whoever asks the history reads in its own words: all but that nothing is known there."""
        return [each for each in self.said if each.becomes != "nothing"]

    @property
    def told(self) -> list[Problem]:
        """What was not understood as it stands, for whoever asks the patient."""
        return [
            Problem(
                "informational", f"{each.words}: {TOLD[each.becomes][0]}", each.path, TOLD[each.becomes][1]
            )
            for each in self.said
            if each.becomes in TOLD
        ] + [
            Problem(
                "informational",
                f"{count} {kind}: says nothing of the person, and is not read",
                "",
                "information",
            )
            for kind, count in self.unread.items()
        ]


def read(bundle: Mapping[str, Any], known: Knowledge, zone: ZoneInfo) -> Summary:
    """`zone`: of who reads it, by which a moment in UTC has its day. Raises Refused, with the path, where it is no
    document of one patient, or says something of another."""
    document = documents.opened(bundle)
    _stands(document)
    documents.refuse_of_others(document, frozenset(each.kind for each in document.entries) - BORNE)
    place, told = document.person.path, document.person.resource
    person, said = _person(told), list(said_by(document, known, zone))
    unread = Counter(each.kind for each in document.entries[1:] if each.kind in UNREAD)
    return Summary(
        person, _source(document), _day(bundle, document, zone), list(_lacks(place, told, person)), place, said,
        answers_of(said, known), dict(sorted(unread.items())),
    )  # fmt: skip


def _stands(document: Document) -> None:
    """Raises Refused for a document that was withdrawn, and for one of somebody who has died: nobody like that comes to
    be treated, and one of the two is wrong."""
    page, person = document.title_page, document.person
    wrong = []
    if page.resource.get("status") == "entered-in-error":
        words = "whoever wrote this document has withdrawn it (entered in error)"
        wrong.append(Problem("business-rule", words, f"{page.path}.status"))
    for name in ("deceasedBoolean", "deceasedDateTime"):
        if person.resource.get(name):
            words = "this person has died, as the document says: ask whoever wrote it if that is wrong"
            wrong.append(Problem("business-rule", words, f"{person.path}.{name}"))
    if person.resource.get("active") is False:
        words = "this record of the person is out of use there: ask for the one in use"
        wrong.append(Problem("business-rule", words, f"{person.path}.active"))
    if wrong:
        raise Refused(422, *wrong)


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
        code for each in told.get("communication", []) for _system, code in codings(each.get("language"))
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
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _source(document: Document) -> str:
    """Who wrote it: the name that stands in its title page, or that of the first organization in it."""
    page = document.title_page.resource
    wrote = [page.get("custodian", {}), *page.get("author", [])]
    if name := next((one["display"] for one in wrote if one.get("display")), ""):
        return str(name)
    held = (each.resource for each in document.entries if each.kind == "Organization")
    return next((str(each.get("name", "")) for each in held), "")


def _day(bundle: Mapping[str, Any], document: Document, zone: ZoneInfo) -> date | None:
    written = (document.title_page.resource.get("date"), bundle.get("timestamp"))
    return next((day for each in written if (day := _as_day(day_of(str(each), zone)))), None)
