"""Resources of a clinic one after the other, from where a page ended, with few queries however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wheal.clinic.fhir.kinds import Kind, Source, Telling, numbers
from wheal.clinic.fhir.queries import narrowed, only_of
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.fhir.datatypes import Json
from wheal.fhir.matching import Criterion
from wheal.fhir.outcomes import refused

AT_ONCE = 500  # rows of one question
LOOKED_AT = 5000  # rows of one page: where few of many match, a page is short and the next one goes on


@dataclass(frozen=True, slots=True)
class Place:
    """After which resource: of which kind and source, row and number within the row."""

    kind: int = 0
    source: int = 0
    row: int = 0
    number: int = -1

    def __str__(self) -> str:
        return f"{self.kind}.{self.source}.{self.row}.{self.number}"

    @staticmethod
    def read(text: str) -> Place:
        parts = text.split(".") if text else []
        if not parts:
            return Place()
        if len(parts) != 4 or not all(numbers([each.removeprefix("-")]) for each in parts):
            raise refused(400, "value", "this is no page of an answer", "_page")
        return Place(*map(int, parts))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind and what its resources must match. `patient`: whose alone, where its rows are of somebody."""

    kind: Kind
    criteria: tuple[Criterion, ...] = ()
    patient: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    resources: list[Json]
    next: object | None  # as text it is the `_page` of the next one


def page(wanted: Iterable[Wanted], telling: Telling, patient: int | None, after: Place, count: int) -> Page:
    """At most `count`, and where the next one begins."""
    found: list[tuple[Json, Place]] = []
    looked, last = 0, after
    for resource, place in stream(list(wanted), telling, patient, after, count + 1):
        looked, last = looked + 1, place
        if resource is not None:
            if len(found) == count:
                return Page([each for each, _place in found], found[-1][1])
            found.append((resource, place))
        if looked >= LOOKED_AT and len(found) < count:
            return Page([each for each, _place in found], last)
    return Page([each for each, _place in found], None)


def stream(
    wanted: list[Wanted],
    telling: Telling,
    patient: int | None,
    after: Place = Place(),
    at_once: int = AT_ONCE,
) -> Iterator[tuple[Json | None, Place]]:
    """Every resource, or None for one that does not match, with its place."""
    for number, each in enumerate(wanted):
        if number < after.kind:
            continue
        begin = after if number == after.kind else Place(number)
        whose = each.patient if patient is None else patient
        criteria = only_of(each.kind, whose, each.criteria)
        for resource, place in _of_kind(each.kind, criteria, telling, begin, at_once, whose):
            matches = all(one.matches(resource, telling.zone) for one in criteria)
            yield (resource if matches else None), place


def _of_kind(
    kind: Kind,
    criteria: tuple[Criterion, ...],
    telling: Telling,
    after: Place,
    at_once: int,
    patient: int | None,
) -> Iterator[tuple[Json, Place]]:
    for number, source in enumerate(kind.sources):
        if number >= after.source:
            begin = after if number == after.source else Place(after.kind, number)
            yield from _of_source(kind, source, criteria, telling, begin, at_once, patient)
    if kind.held:
        begin = after.number if after.source == len(kind.sources) else -1
        for place, resource in enumerate(kind.held(telling)):
            if place > begin:
                yield resource, Place(after.kind, len(kind.sources), 0, place)


def _of_source(
    kind: Kind,
    source: Source,
    criteria: tuple[Criterion, ...],
    telling: Telling,
    after: Place,
    at_once: int,
    patient: int | None,
) -> Iterator[tuple[Json, Place]]:
    rows = _rows(kind, source, criteria, telling, patient)
    last, skip, size = after.row - 1, after, min(at_once, AT_ONCE)
    while True:
        some = list(rows.filter(pk__gt=last)[:size])
        for row in some:
            for number, resource in enumerate(source.tell(row, telling)):
                if row.pk != skip.row or number > skip.number:
                    yield resource, Place(after.kind, after.source, row.pk, number)
        if len(some) < size:
            return
        last, size = some[-1].pk, AT_ONCE


def _rows(
    kind: Kind, source: Source, criteria: tuple[Criterion, ...], telling: Telling, patient: int | None
) -> QuerySet[Any]:
    """Those that may match."""
    rows = narrowed(source.rows(telling.clinic), kind, source, criteria, telling).order_by("pk")
    return rows.filter(**{source.patient: patient}) if patient is not None and source.patient else rows


def rows(wanted: Wanted, telling: Telling, patient: int | None, most: int) -> int:
    """How many may match, counted up to `most` of each table."""
    whose = wanted.patient if patient is None else patient
    criteria = only_of(wanted.kind, whose, wanted.criteria)
    of_each = (_rows(wanted.kind, source, criteria, telling, whose) for source in wanted.kind.sources)
    return sum(each[:most].count() for each in of_each)


def by_id(kind: Kind, identities: Iterable[str], telling: Telling, patient: int | None) -> dict[str, Json]:
    """Those that are there and may be seen, by id."""
    wanted = tuple(sorted(set(identities)))
    if not wanted:
        return {}
    named = Criterion("_id", "token", ("id",), (), "", wanted)
    found = stream([Wanted(kind, (named,))], telling, patient)
    return {resource["id"]: resource for resource, _place in found if resource is not None}


def versions(kind: Kind, identity: str, telling: Telling, patient: int | None) -> list[Json]:
    """Every version that the record can still tell, the newest first; one where it keeps no older."""
    now = by_id(kind, [identity], telling, patient)
    if identity not in now:
        return []
    for source in kind.sources:
        if source.history and (key := source.key_of(identity)):
            row = source.rows(telling.clinic).filter(pk=key).first()
            return list(source.history(row, telling)) if row else []
    return [now[identity]]


def referenced(resources: Iterable[Mapping[str, Any]], literals: Iterable[str]) -> dict[str, set[str]]:
    """Ids by kind, of references to kinds that are told here; not those that are on the page already."""
    there = {f"{each['resourceType']}/{each['id']}" for each in resources}
    found: dict[str, set[str]] = {}
    for literal in literals:
        kind, _slash, identity = literal.partition("/")
        if kind in KINDS and literal not in there:
            found.setdefault(kind, set()).add(identity)
    return found
