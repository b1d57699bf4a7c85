"""What is taken from elsewhere: answers to the history questions and appointments, by the actions that pages use."""

from __future__ import annotations

import re
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
from wheal.clinic.fhir.receiving.taken import Taken
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.fhir import bundles, validating
from wheal.fhir.datatypes import Json
from wheal.fhir.matching import parted
from wheal.fhir.outcomes import Problem, outcome, refused

Resource = Mapping[str, Any]
TAKEN: dict[str, Callable[[Resource, Caller, str], Taken]] = {
    "QuestionnaireResponse": histories.take, "Appointment": appointments.take,
}  # fmt: skip
ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Made:
    """`resource`: None where it waits to be asked about. `is_told`: whoever sends may also read it; else no more is
    answered than where it is, and what to know that is no secret. `told`: what whoever sent it should know."""

    resource: Json | None
    is_new: bool
    is_told: bool
    told: tuple[Problem, ...] = ()
    whose: int | None = None


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
        _note(caller, what, kind.name, [made], new=made.is_new)
    return _answered(request, made)


def _note(caller: Caller, what: str, name: str, made: list[Made], **detail: object) -> None:
    """With whose records were written in, also where nothing of it is told back yet."""
    told = [each.resource for each in made if each.resource]
    ids = {"id": told[0]["id"]} if len(made) == 1 and told else {}
    note_access(caller, what, name, told, of=[each.whose for each in made if each.whose], **ids, **detail)


def _answered(request: HttpRequest, made: Made) -> HttpResponse:
    """What there is to know comes before the resource itself, unless that alone is asked for."""
    wanted = request.headers.get("Prefer", "")
    if made.resource is None:
        return as_json(outcome(made.told), 202)
    headers = {"ETag": bundles.etag(made.resource), "Location": f"{base_of(request)}/{_where(made.resource)}"}
    status = 201 if made.is_new else 200
    if "return=OperationOutcome" in wanted or (made.told and not re.search(r"return=(rep|min)", wanted)):
        return as_json(outcome(made.told or (_NOTHING,)), status, **headers)
    if not made.is_told or "return=minimal" in wanted:
        return HttpResponse(status=status, headers=headers)
    return versioned(request, made.resource, status, Location=headers["Location"])


_NOTHING = Problem("informational", "taken as it is", "", "information")


def _where(told: Json) -> str:
    return f"{told['resourceType']}/{told['id']}/_history/{told['meta']['versionId']}"


def _made(sent: Resource, kind: Kind, caller: Caller, unless: str, path: str) -> Made:
    is_told = caller.may(kind, "r")
    if unless and (there := _there(kind, caller, unless, path)):
        return Made(there, is_new=False, is_told=is_told)
    if unless:
        _bears(sent, unless, path)
    taken = TAKEN[kind.name](sent, caller, path)
    told = taken.told if is_told else taken.bare
    if taken.is_new:
        actions.note_identifiers(caller.clinic, kind.name, taken.key, sent.get("identifier"), path)
    if taken.waits:
        return Made(None, taken.is_new, is_told, told, taken.whose)
    made = streams.by_id(kind, [str(taken.key)], telling_of(caller), caller.patient)
    return Made(made[str(taken.key)], taken.is_new, is_told, told)


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


def _bears(sent: Resource, unless: str, path: str) -> None:
    """Raises Refused where it lacks the number that was asked for: sent again, it would be taken again."""
    system, value = parted(finding.pairs_of(unless)[0][1])
    held = sent.get("identifier") or []
    for each in [held] if isinstance(held, Mapping) else held:
        if each.get("value") == value and system in (None, each.get("system", "")):
            return
    words = "If-None-Exist asks for a number that this does not bear: sent again, it would be taken twice"
    raise refused(422, "business-rule", words, f"{path}.identifier")


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
        read = [
            _where(each.resource).partition("/_")[0]
            for each in made
            if each.resource and each.is_told and not each.is_new
        ]
        more = {"read": read} if read else {}
        _note(caller, "transaction_taken", "Bundle", made, entries=len(made), **more)
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
    told = {"outcome": outcome(made.told)} if made.told else {}
    if made.resource is None:
        return {"response": {"status": "202 Accepted"} | told}
    status = "201 Created" if made.is_new else "200 OK"
    response = {"status": status, "location": _where(made.resource), "etag": bundles.etag(made.resource)}
    return {"response": response | told} | ({"resource": made.resource} if made.is_told else {})
