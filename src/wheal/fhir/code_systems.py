"""Every group of the vocabulary as a CodeSystem, with its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from wheal.fhir import canonical, terms
from wheal.fhir.datatypes import Json
from wheal.knowledge import Knowledge


def code_systems(known: Knowledge, language: str) -> Iterator[Json]:
    groups: dict[str, Iterable[str]] = {
        each.name: getattr(known.vocabulary, each.name)
        for each in fields(known.vocabulary)
        if isinstance(getattr(known.vocabulary, each.name), tuple)
    }
    groups |= {
        "substances": known.substances, "areas": known.areas, "techniques": known.techniques, "poses": known.poses,
        "instruments": known.instruments, "signs": known.signs,
    }  # fmt: skip
    groups["allergies"] = dict.fromkeys([*groups["allergies"], *known.substances])  # one may name a substance
    for group, codes in sorted(groups.items()):
        listed = list(codes)
        yield {
            "resourceType": "CodeSystem", "id": canonical.as_id(group), "url": canonical.system(group),
            "version": known.version, "name": "Wheal" + "".join(part.title() for part in group.split("_")),
            "title": group.replace("_", " "), "status": "active", "experimental": False, "publisher": "Wheal",
            "language": language, "caseSensitive": True, "content": "complete", "count": len(listed),
            "concept": [{"code": each, "display": terms.worded(group, each, known, language)} for each in listed],
        }  # fmt: skip
