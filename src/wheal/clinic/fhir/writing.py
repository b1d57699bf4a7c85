"""What is taken from elsewhere: answers to the history questions and appointments, by the actions that pages use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from wheal.clinic.fhir import actions, finding, queries, streams
from wheal.clinic.fhir.access import Caller, proves_to_be_no_other_site
from wheal.clinic.fhir.answers import allowed, as_json, base_of, note_access, telling_of, versioned
from wheal.clinic.fhir.kinds import Kind
from wheal.clinic.fhir.receiving import appointments, histories
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.fhir import bundles, validating
from wheal.fhir.datatypes import Json
from wheal.fhir.outcomes import refused

Resource = Mapping[str, Any]
TAKEN: dict[str, Callable[[Resource, Caller, str], int]] = {
    "QuestionnaireResponse": histories.take, "Appointment": appointments.take,
}  # fmt: skip
ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Made:
    """`is_told`: whoever sends may also read it; else no more is answered than where it is."""

    resource: Json
    is_new: bool
    is_told: bool


def body_of(request: HttpRequest) -> Any:
    if "json" not in (request.content_type or "json"):
        raise refused(415, "not-supported", f"JSON is taken, not {request.content_type}", "Content-Type")
    try:
        return validating.parsed(request.body)
    except RequestDataTooBig as problem:
        raise refused(413, "too-long", "this is more than is taken at once") from problem


def may_write(request: HttpRequest, caller: Caller, kind: Kind) -> None:
    if "create" not in kind.writes:
        raise refused(
            405, "not-supported", f"{kind.name} is told here, and written only in the record itself"
        )
    allowed(caller, kind, "c")
    if caller.user is None:
        raise refused(
            403, "forbidden", "who writes into the record is a person: this program acts for nobody"
        )
    proves_to_be_no_other_site(request, caller)


def create(request: HttpRequest, caller: Caller, kind: Kind) -> HttpResponse:
    may_write(request, caller, kind)
    sent = validating.checked(body_of(request), kind.name)
    with transaction.atomic():
        made = _made(sent, kind, caller, request.headers.get("If-None-Exist", ""), kind.name)
        what = "resource_taken" if made.is_new or not made.is_told else "resource_read"
        note_access(caller, what, kind.name, [made.resource], id=made.resource["id"], new=made.is_new)
    where = f"{base_of(request)}/{_where(made)}"
    status = 201 if made.is_new else 200
    if not made.is_told or "return=minimal" in request.headers.get("Prefer", ""):
        return HttpResponse(status=status, headers={"ETag": bundles.etag(made.resource), "Location": where})
    return versioned(request, made.resource, status, Location=where)


def _where(made: Made) -> str:
    told = made.resource
    return f"{told['resourceType']}/{told['id']}/_history/{told['meta']['versionId']}"


def _made(sent: Resource, kind: Kind, caller: Caller, unless: str, path: str) -> Made:
    is_told = caller.may(kind, "r")
    if unless and (there := _there(kind, caller, unless, path)):
        return Made(there, is_new=False, is_told=is_told)
    key = TAKEN[kind.name](sent, caller, path)
    actions.note_identifiers(caller.clinic, kind.name, key, sent.get("identifier"), path)
    made = streams.by_id(kind, [str(key)], telling_of(caller), caller.patient)
    return Made(made[str(key)], is_new=True, is_told=is_told)


def _there(kind: Kind, caller: Caller, unless: str, path: str) -> Json | None:
    """Of a conditional create: the one that is there already. By nothing but the number that the sender gave it: any
    other question would be a search, and who may write need not be one who may read. Raises Refused: 412 where several
    are."""
    pairs = finding.pairs_of(unless)
    if [name for name, _value in pairs] != ["identifier"] or pairs[0][1].endswith("|"):
        words = "If-None-Exist asks for one identifier and nothing else: identifier=system|value"
        raise refused(400, "not-supported", words, path)
    asked = queries.asked(kind, pairs, telling_of(caller), lenient=False)
    if len(asked.criteria[0].values) > 1:
        raise refused(400, "not-supported", "If-None-Exist asks for one identifier, not for several", path)
    found = streams.page(
        [streams.Wanted(kind, asked.criteria)], telling_of(caller), caller.patient, streams.Place(), 2
    )
    if len(found.resources) > 1:
        raise refused(412, "multiple-matches", "several match If-None-Exist", path)
    return found.resources[0] if found.resources else None


def transact(request: HttpRequest, caller: Caller) -> HttpResponse:
    """All of it or nothing."""
    bundle = validating.checked(body_of(request), "Bundle")
    if bundle["type"] != "transaction":
        raise refused(422, "not-supported", "a transaction is taken: all of it or nothing", "Bundle.type")
    entries = bundle.get("entry", [])
    if len(entries) > ENTRIES:
        raise refused(413, "too-long", f"at most {ENTRIES} entries are taken at once", "Bundle.entry")
    with transaction.atomic():
        made = [_entry(request, caller, each, f"Bundle.entry[{place}]") for place, each in enumerate(entries)]
        told = [each.resource for each in made]
        read = [_where(each).partition("/_")[0] for each in made if each.is_told and not each.is_new]
        more = {"read": read} if read else {}
        note_access(caller, "transaction_taken", "Bundle", told, entries=len(made), **more)
    return as_json(
        {"resourceType": "Bundle", "type": "transaction-response", "entry": [_told(each) for each in made]}
    )


def _entry(request: HttpRequest, caller: Caller, entry: Resource, path: str) -> Made:
    asked, resource = entry.get("request", {}), entry.get("resource", {})
    name = resource.get("resourceType", "")
    if asked.get("method") != "POST" or asked.get("url") not in TAKEN:
        raise refused(422, "not-supported", f"POST of {' or '.join(TAKEN)} is taken", f"{path}.request")
    if name != asked["url"]:
        raise refused(422, "invalid", f"{name} is sent to {asked['url']}", f"{path}.request.url")
    may_write(request, caller, KINDS[name])
    validating.checked(resource, name, f"{path}.resource")
    return _made(resource, KINDS[name], caller, asked.get("ifNoneExist", ""), f"{path}.resource")


def _told(made: Made) -> Json:
    status = "201 Created" if made.is_new else "200 OK"
    told = {"response": {"status": status, "location": _where(made), "etag": bundles.etag(made.resource)}}
    return told | ({"resource": made.resource} if made.is_told else {})
