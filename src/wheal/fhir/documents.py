"""A FHIR document: its title page (Composition), what stands in it, and what points where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from wheal.fhir.elements import references
from wheal.fhir.outcomes import Problem, Refused, refused

Resource = Mapping[str, Any]
_WHOSE: Final = ("patient", "subject")
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    address: str
    resource: Resource

    @property
    def kind(self) -> str:
        return str(self.resource.get("resourceType", ""))

    @property
    def names(self) -> Iterator[str]:
        """By which it is pointed to: its full address; "Patient/1" where that ends so, or it is that by its id."""
        if self.address:
            yield self.address
            yield "/".join(self.address.rsplit("/", 2)[-2:])
        if identity := self.resource.get("id"):
            yield f"{self.kind}/{identity}"

    def is_at(self, literal: str) -> bool:
        return _bare(literal) in self.names


def _bare(literal: str) -> str:
    return literal.partition("/_history/")[0]


@dataclass(frozen=True, slots=True)
class Section:
    """`words`: what stands in it as text alone; "" where its entries say the same. `is_empty`: it says itself that it
    holds nothing, and the words why."""

    path: str
    title: str
    codes: tuple[str, ...]
    words: str
    entries: tuple[tuple[str, Resource], ...]
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    entries: tuple[Entry, ...]
    person: Entry
    by_name: Mapping[str, Resource]
    pointed_to: frozenset[str] = frozenset()  # by its resources, the title page aside

    @property
    def title_page(self) -> Entry:
        return self.entries[0]

    def find(self, literal: str) -> Resource | None:
        return self.by_name.get(_bare(literal))

    def is_of_the_person(self, pointed: Resource) -> bool:
        if literal := pointed.get("reference"):
            return self.person.is_at(literal)
        number = pointed.get("identifier", {})
        own = self.person.resource.get("identifier", [])
        same = ("system", "value")
        return bool(number.get("value")) and any(
            all(each.get(name) == number.get(name) for name in same) for each in own
        )

    def sections(self) -> Iterator[Section]:
        page = self.title_page
        yield _section(page.resource, page.path, has_parts="section" in page.resource)
        yield from _sections(page.resource, page.path)


def opened(bundle: Resource) -> Document:
    """Raises Refused, with the path, where it is no document of one patient."""
    if bundle.get("type") != "document":
        raise refused(422, "invalid", "a summary is a Bundle of type document", "Bundle.type")
    entries = tuple(
        Entry(f"Bundle.entry[{place}].resource", each.get("fullUrl", ""), each.get("resource", {}))
        for place, each in enumerate(bundle.get("entry", []))
    )
    whose = [each for each in entries if each.kind == "Patient"]
    if len(whose) != 1:
        raise refused(422, "invalid", f"a summary is of one patient, not of {len(whose)}", "Bundle.entry")
    if entries[0].kind != "Composition":
        raise refused(422, "invalid", "a document begins with its Composition", entries[0].path)
    by_name = {
        name: each.resource for each in reversed(entries) for name in each.names
    }  # the first of a name
    pointed_to = frozenset(_bare(each) for entry in entries[1:] for each in references(entry.resource))
    return Document(entries, whose[0], by_name, pointed_to)


def refuse_of_others(document: Document, kinds: frozenset[str]) -> None:
    """Raises Refused where one of these is not of the person of the document."""
    if wrong := [
        Problem("business-rule", "this is not said of the patient of this document", f"{each.path}.{name}")
        for each in document.entries
        if each.kind in kinds
        for name in _WHOSE
        if name in each.resource and not document.is_of_the_person(each.resource[name])
    ]:
        raise Refused(422, *wrong)


def _sections(told: Resource, path: str) -> Iterator[Section]:
    for place, each in enumerate(told.get("section", [])):
        here = f"{path}.section[{place}]"
        yield _section(each, here, has_parts="section" in each)
        yield from _sections(each, here)


def _section(told: Resource, path: str, *, has_parts: bool) -> Section:
    text = told.get("text", {})
    entries = tuple((f"{path}.entry[{place}]", each) for place, each in enumerate(told.get("entry", [])))
    says_more = text.get("status") == "additional" or not (entries or has_parts)
    codes = tuple(each.get("code", "") for each in told.get("code", {}).get("coding", []))
    return Section(
        path, str(told.get("title", "")), codes, plain(text.get("div", "")) if says_more else "", entries,
        is_empty="emptyReason" in told and not entries and not has_parts,
    )  # fmt: skip


def plain(div: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", div)).split())
