"""A search answered: one page, what it includes, the links to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from wheal import characters
from wheal.clinic.fhir import queries, sorting, streams
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.kinds import Kind, Parameter, Telling
from wheal.clinic.fhir.queries import Asked
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.streams import Place, Wanted
from wheal.fhir import bundles
from wheal.fhir.datatypes import Json
from wheal.fhir.elements import references, walk
from wheal.fhir.matching import Criterion
from wheal.fhir.outcomes import Problem, refused


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Of a query, in the order in which they stand. Raises Refused for characters that nothing here can hold."""
    pairs = parse_qsl(text, keep_blank_values=True)
    for name, value in pairs:
        if sign := characters.strange(name + value):
            raise refused(
                400, "value", f"this holds {sign}, which no text of FHIR may", characters.kept(name)
            )
    return pairs


@dataclass(slots=True)
class Found:
    matches: list[Json]
    next: object | None
    included: list[Json] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)
    total: int | None = None

    @property
    def all(self) -> list[Json]:
        return [*self.matches, *self.included]


def find(kind: Kind, asked: Asked, caller: Caller, telling: Telling) -> Found:
    wanted = [Wanted(kind, asked.criteria)]
    if asked.counts_only:
        return Found([], None, total=_counted(wanted, caller, telling))
    total = None
    if asked.by:
        page, total = sorting.page(wanted[0], telling, caller.patient, asked.by, asked.page, asked.count)
    else:
        page = streams.page(wanted, telling, caller.patient, Place.read(asked.page), asked.count)
    found = Found(page.resources, page.next, total=total)
    _include(kind, asked, caller, telling, found)
    if asked.by:
        return found
    if asked.counts:
        found.total = _counted(wanted, caller, telling)
    elif page.next is None and not asked.page:
        found.total = len(page.resources)
    return found


def _counted(wanted: list[Wanted], caller: Caller, telling: Telling) -> int:
    return sum(resource is not None for resource, _place in streams.stream(wanted, telling, caller.patient))


DEPTH = 4  # how far further includes lead


def _include(kind: Kind, asked: Asked, caller: Caller, telling: Telling, found: Found) -> None:
    """Of the matches first, then what points at them, then step by step what is to be followed further."""
    first = [literal for each in asked.includes for literal in _followed(each, found.matches, kind)]
    first += [literal for each in asked.further for literal in _followed(each, found.matches)]
    found.included += _read(first, caller, telling, found)
    for each in asked.revincludes:
        found.included += _pointing(kind, each, caller, telling, found)
    for _step in range(DEPTH if asked.further else 0):
        literals = [literal for each in asked.further for literal in _followed(each, found.all)]
        fresh = _read(literals, caller, telling, found)
        if not fresh:
            return
        found.included += fresh


def _read(literals: list[str], caller: Caller, telling: Telling, found: Found) -> list[Json]:
    read: list[Json] = []
    for name, identities in streams.referenced(found.all, literals).items():
        if caller.may(KINDS[name], "r"):
            read += streams.by_id(caller.seen(KINDS[name]), identities, telling, caller.patient).values()
        else:
            told = Problem("forbidden", f"{name} may not be seen and is left out", "_include", "warning")
            found.told += [told] if told not in found.told else []
    return read


def _followed(include: str, resources: Iterable[Json], of: Kind | None = None) -> Iterator[str]:
    """`include`: "Procedure:patient", "Procedure:performer:Practitioner" or "*". `of`: the kind that is searched; what
    follows further may lead on from any."""
    if include == "*":
        yield from references(list(resources))
        return
    source, _colon, rest = include.partition(":")
    name, _colon, target = rest.partition(":")
    parameter = KINDS[source].parameters.get(name) if source in KINDS else None
    if parameter is None or parameter.type != "reference" or (of and source != of.name):
        raise refused(400, "not-supported", f"{include!r} is no reference that can be followed", "_include")
    for resource in resources:
        if resource["resourceType"] == source:
            yield from _targets(resource, parameter, target)


def _targets(resource: Json, parameter: Parameter, target: str) -> Iterator[str]:
    for path in parameter.paths:
        for literal in walk(resource, f"{path}.reference"):
            if literal.partition("/")[0] in ((target,) if target else parameter.of):
                yield literal


def _pointing(kind: Kind, revinclude: str, caller: Caller, telling: Telling, found: Found) -> list[Json]:
    """What points at the page's resources: one question of the kind that points, however many they are."""
    name, _colon, rest = revinclude.partition(":")
    by = rest.partition(":")[0]
    other = KINDS.get(name)
    parameter = other.parameters.get(by) if other else None
    if other is None or parameter is None or kind.name not in parameter.of:
        raise refused(400, "not-supported", f"{revinclude!r} does not point at {kind.name}", "_revinclude")
    if not caller.may(other, "s"):
        found.told.append(
            Problem("forbidden", f"{name} may not be seen and is left out", "_revinclude", "warning")
        )
        return []
    literals = tuple(f"{kind.name}/{each['id']}" for each in found.matches)
    if not literals:
        return []
    points = Criterion(by, "reference", parameter.paths, parameter.of, "", literals)
    told = streams.page(
        [Wanted(caller.seen(other), (points,))], telling, caller.patient, Place(), queries.MOST
    )
    if told.next:
        found.told.append(
            Problem(
                "too-costly", f"not every {name} is on this page: search for them", "_revinclude", "warning"
            )
        )
    return told.resources


def as_bundle(found: Found, asked: Asked, base: str, path: str) -> Json:
    kept = [(name, value) for name, value in asked.pairs if name != "_page"]
    links = {"self": _link(base, path, [*kept, *([("_page", asked.page)] if asked.page else [])])}
    if found.next:
        links["next"] = _link(base, path, [*kept, ("_page", str(found.next))])
    matches = [_shortened(each, asked.elements) for each in found.matches]
    return bundles.searchset(base, matches, found.included, links, total=found.total, told=found.told)


def _link(base: str, path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{base}/{path}" + (f"?{urlencode(pairs)}" if pairs else "")


def _shortened(resource: Json, elements: tuple[str, ...]) -> Json:
    if not elements:
        return resource
    kept = {"resourceType", "id", "meta", *elements}
    short = {name: value for name, value in resource.items() if name in kept}
    tag = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
    return short | {"meta": resource["meta"] | {"tag": [tag]}}


def include_all(found: Found, caller: Caller, telling: Telling) -> None:
    """What the page's resources point to and is of no patient: people, places, devices; mixes, their lots, what is in
    them."""
    for _step in range(DEPTH):
        fresh: list[Json] = []
        for name, identities in streams.referenced(found.all, references(found.all)).items():
            if not KINDS[name].is_of_a_patient and caller.may(KINDS[name], "r"):
                fresh += streams.by_id(caller.seen(KINDS[name]), identities, telling, caller.patient).values()
        if not fresh:
            return
        found.included += fresh
