"""Read, search, history and everything of one patient."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from wheal.clinic.fhir import finding, hidden_words, queries, streams, summaries
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.answers import (
    allowed,
    as_json,
    base_of,
    fhir_view,
    note_access,
    telling_of,
    versioned,
)
from wheal.clinic.fhir.finding import pairs_of
from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.fhir.resources import lists
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.writing import create, transact
from wheal.clinic.patients.models import Patient
from wheal.fhir import bundles
from wheal.fhir.datatypes import Json
from wheal.fhir.outcomes import Problem, refused


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        raise refused(404, "not-supported", f"{name} is no kind of resource that this record has")
    return KINDS[name]


@fhir_view("GET", "POST")
def of_kind(request: HttpRequest, caller: Caller, resource: str) -> HttpResponse:
    if request.method == "POST":
        return create(request, caller, kind_of(resource))
    return _found(request, caller, kind_of(resource), pairs_of(request.META["QUERY_STRING"]))


@fhir_view("POST")
def system(request: HttpRequest, caller: Caller) -> HttpResponse:
    return transact(request, caller)


@fhir_view("POST")
def search(request: HttpRequest, caller: Caller, resource: str) -> HttpResponse:
    """As `of_kind`, with the parameters in the body, where no log of addresses keeps them."""
    told = pairs_of(request.body.decode(errors="replace"))
    return _found(request, caller, kind_of(resource), pairs_of(request.META["QUERY_STRING"]) + told)


def _found(request: HttpRequest, caller: Caller, kind: Kind, pairs: list[tuple[str, str]]) -> HttpResponse:
    kind = allowed(caller, kind, "s")
    hides = request.method == "POST" or any(name == hidden_words.NAME for name, _value in pairs)
    pairs, telling = hidden_words.opened(pairs), telling_of(caller)
    asked = queries.asked(kind, pairs, telling, lenient=_is_lenient(request), base=base_of(request))
    found = finding.find(kind, asked, caller, telling)
    found.told += [_left_out(name) for name in asked.left_out]
    if hides:
        asked = replace(asked, pairs=tuple(hidden_words.hidden(asked.pairs)))
    names = sorted({name for name, _value in pairs})
    note_access(caller, "resources_searched", kind.name, found.all, found=len(found.matches), by=names)
    return as_json(finding.as_bundle(found, asked, base_of(request), kind.name))


def _is_lenient(request: HttpRequest) -> bool:
    return "handling=lenient" in request.headers.get("Prefer", "")


def _left_out(name: str) -> Problem:
    return Problem("not-supported", f"{name!r} is not known here and was left out", name, "warning")


def parameters(request: HttpRequest, *known: str) -> list[tuple[str, str]]:
    """The parameters of what is no search. Raises Refused, by name, for one that is not known there."""
    return queries.only(pairs_of(request.META["QUERY_STRING"]), known, lenient=_is_lenient(request))


def _one(caller: Caller, kind: Kind, identity: str) -> Json:
    """Raises Refused: of another clinic, of nobody and of somebody else are all not found."""
    found = streams.by_id(kind, [identity], telling_of(caller), caller.patient).get(identity)
    if found is None:
        raise refused(404, "not-found", f"there is no {kind.name}/{identity} that this caller may see")
    return found


@fhir_view("GET")
def one(request: HttpRequest, caller: Caller, resource: str, identity: str) -> HttpResponse:
    kind = allowed(caller, kind_of(resource), "r")
    parameters(request)
    found = _one(caller, kind, identity)
    note_access(caller, "resource_read", kind.name, [found], id=identity)
    return versioned(request, found)


def _versions(caller: Caller, kind: Kind, identity: str) -> list[Json]:
    kind = allowed(caller, kind, "r")
    return streams.versions(kind, identity, telling_of(caller), caller.patient) or [
        _one(caller, kind, identity)
    ]


@fhir_view("GET")
def history(request: HttpRequest, caller: Caller, resource: str, identity: str) -> HttpResponse:
    kind = kind_of(resource)
    parameters(request)
    found = _versions(caller, kind, identity)
    note_access(caller, "history_read", kind.name, found, id=identity)
    return as_json(bundles.history(base_of(request), found))


@fhir_view("GET")
def version(request: HttpRequest, caller: Caller, resource: str, identity: str, version: str) -> HttpResponse:
    kind = kind_of(resource)
    parameters(request)
    for each in _versions(caller, kind, identity):
        if each["meta"]["versionId"] == version:
            note_access(caller, "history_read", kind.name, [each], id=identity, version=version)
            return versioned(request, each)
    raise refused(
        404,
        "not-found",
        f"{kind.name}/{identity} is not told in version {version!r}: only what the record keeps is",
    )


def _named(names: list[str], kinds: list[Kind]) -> list[Kind]:
    """Raises Refused for what is not of patients, or may not be seen: nothing that was named is left out silently."""
    seen = {each.name: each for each in kinds}
    for name in names:
        if name not in seen:
            is_told = name in KINDS and KINDS[name].is_of_a_patient
            raise refused(403 if is_told else 400, "not-supported", f"{name!r} is not told here", "_type")
    return [each for each in kinds if each.name in names]


@fhir_view("GET")
def everything(request: HttpRequest, caller: Caller, identity: str) -> HttpResponse:
    """All that is of one patient and may be seen, page by page, with what it points to."""
    allowed(caller, KINDS["Patient"], "r")
    pairs = parameters(request, "_type", "_since", "_count", "_page")
    _one(caller, KINDS["Patient"], identity)
    kinds = [each for each in KINDS.values() if each.is_of_a_patient and caller.may(each, "r")]
    if wanted := queries.types_of(pairs):
        kinds = _named(wanted, kinds)
    telling = telling_of(caller)
    begin = queries.since_of(pairs, telling.zone)
    since = [("_lastUpdated", f"ge{begin}")] if begin else []
    control = [(name, value) for name, value in pairs if name in ("_count", "_page")]
    of_each = [
        streams.Wanted(each, queries.asked(each, since, telling, lenient=False).criteria, int(identity))
        for each in kinds
    ]
    asked = queries.asked(KINDS["Patient"], control, telling, lenient=False)
    page = streams.page(
        of_each, telling, caller.patient, streams.Place.read(asked.page), asked.count or queries.USUAL
    )
    found = finding.Found(page.resources, page.next)
    finding.include_all(found, caller, telling)
    note_access(caller, "everything_read", "Patient", [], of=[int(identity)], found=len(found.matches))
    asked = queries.Asked(asked.criteria, asked.count, asked.page, tuple(pairs))
    return as_json(finding.as_bundle(found, asked, base_of(request), f"Patient/{identity}/$everything"))


@fhir_view("GET")
def summary(request: HttpRequest, caller: Caller, identity: str) -> HttpResponse:
    """The patient's passport as an IPS document."""
    for name in ("Patient", *lists.LISTED, *summaries.ALSO):
        allowed(caller, KINDS[name], "r")
    parameters(request)
    _one(caller, KINDS["Patient"], identity)
    patient = Patient.objects.select_related("clinic").get(pk=identity)
    told = summaries.summary(patient, telling_of(caller))
    note_access(caller, "summary_read", "Patient", [], of=[patient.pk])
    return as_json(told)


@fhir_view("GET", "POST", "PUT", "PATCH", "DELETE")
def elsewhere(request: HttpRequest, caller: Caller, rest: str) -> HttpResponse:
    raise refused(404, "not-supported", f"{request.method} /fhir/{rest}: nothing is told or taken there")
