"""What goes back over HTTP: resources with their version, refusals as OperationOutcome, every access in the audit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.fhir.access import Caller, NotTaken, caller_of, missing
from wheal.clinic.fhir.kinds import Kind, Telling
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import tokens
from wheal.fhir import bundles
from wheal.fhir.datatypes import Json
from wheal.fhir.elements import walk
from wheal.fhir.outcomes import Refused, outcome, refused

TYPE = "application/fhir+json"
FORMATS = {"", "json", TYPE, "application/json", "text/json", "application/json+fhir", "*/*"}
Answered = Callable[..., HttpResponse]


def base_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/fhir")


def as_json(told: Json, status: int = 200, **headers: str) -> HttpResponse:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type=f"{TYPE}; charset=utf-8", headers=headers)


def versioned(request: HttpRequest, told: Json, status: int = 200, **headers: str) -> HttpResponse:
    """Nothing but the version where the client has this one already."""
    tag = bundles.etag(told)
    sent = {"ETag": tag} | headers
    if updated := told["meta"].get("lastUpdated"):
        moment = datetime.fromisoformat(updated.replace("Z", "+00:00")).astimezone(UTC)
        sent["Last-Modified"] = format_datetime(moment, usegmt=True)
    known = {each.strip() for each in request.headers.get("If-None-Match", "").split(",")}
    if request.method in ("GET", "HEAD") and known & {tag, "*"}:
        unchanged = HttpResponse(status=304, headers=sent)
        del unchanged.headers["Content-Type"]  # of what is not sent
        return unchanged
    return as_json(told, status, **sent)


def telling_of(caller: Caller) -> Telling:
    return Telling(caller.clinic, knowledge.current())


def fhir_view(*methods: str) -> Callable[[Callable[..., HttpResponse]], Answered]:
    """A view that is given its caller. What it refuses is answered as OperationOutcome, and is in the audit."""

    def wear(view: Callable[..., HttpResponse]) -> Answered:
        @csrf_exempt  # what writes asks for a token, which no other site can make a browser send
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            caller = None
            try:
                _is_asked_rightly(request, methods)
                caller = replace(caller_of(request), base=base_of(request))
                request.fhir_caller = caller  # type: ignore[attr-defined]  # for `origins`: whose pages read this
                return view(request, caller, *args, **named)
            except Refused as told:
                if caller is not None:
                    _note_refusal(request, caller, told)
                elif told.status == 401:
                    told = _not_taken(request, told)
                return refusal(told, [each for each in methods if each != request.method])

        guarded.permission = "fhir: by the kind of resource"  # type: ignore[attr-defined]
        return guarded

    return wear


def refusal(told: Refused, other_methods: Iterable[str] = ()) -> HttpResponse:
    headers = {"WWW-Authenticate": "Bearer"} if told.status == 401 else {}
    if told.status == 429:
        headers["Retry-After"] = "60"
    if told.status == 405:
        headers["Allow"] = ", ".join(other_methods)
    return as_json(outcome(told.problems), told.status, **headers)


def _not_taken(request: HttpRequest, told: Refused) -> Refused:
    """Of a token: in the audit of the clinic that it is of; and too often in a minute not even that."""
    if not request.headers.get("Authorization"):
        return told
    if tokens.too_many_refused(request):
        return refused(429, "throttled", "too many refusals in a minute from this address: try again later")
    if isinstance(told, NotTaken):
        name, clinic = told.of.name, told.of.clinic
        detail = {"reason": told.reason, "path": request.path, "program": name}
        tokens.note_refused(subject=told.of, clinic=clinic, by=told.by, detail=detail)
    return told


def _is_asked_rightly(request: HttpRequest, methods: Iterable[str]) -> None:
    asked = "GET" if request.method == "HEAD" else request.method
    if asked not in methods:
        raise refused(405, "not-supported", f"this address takes {', '.join(methods)}, not {request.method}")
    is_told_in_json(request)


def is_told_in_json(request: HttpRequest) -> None:
    """Raises Refused where the client wants another form, or another version of FHIR, and no other will do."""
    wanted = request.GET.get("_format", "").replace(" ", "+")
    if wanted.partition(";")[0] not in FORMATS:
        raise refused(406, "not-supported", "resources are told as JSON alone", "_format")
    taken = [each.strip() for each in request.headers.get("Accept", "").lower().split(",") if each.strip()]
    if not wanted and taken and all("xml" in each or "ttl" in each or "turtle" in each for each in taken):
        raise refused(406, "not-supported", "resources are told as JSON alone", "Accept")
    version = re.search(r"fhirversion=([\d.]+)", request.headers.get("Accept", "").lower())
    if version and not version[1].startswith("4.0"):
        raise refused(406, "not-supported", "resources are of FHIR 4.0", "Accept")


def _note_refusal(request: HttpRequest, caller: Caller, told: Refused) -> None:
    audit.record(
        by=caller.user, clinic=caller.clinic, what="fhir.request_refused", refused=True,
        detail={"path": request.path, "method": request.method, "status": told.status, "program": caller.program},
    )  # fmt: skip


def allowed(caller: Caller, kind: Kind, letter: str) -> Kind:
    """As far as it may be seen. Raises Refused: 403, and says what is missing."""
    if not caller.may(kind, letter):
        raise refused(403, "forbidden", f"{kind.name}: {missing(caller, kind, letter)}")
    return caller.seen(kind)


def note_access(
    caller: Caller,
    what: str,
    kind: str,
    told: Iterable[Json],
    *,
    of: Iterable[int] = (),
    **detail: object,
) -> None:
    """One row for each request, with whose records were in the answer. `of`: those whom nothing that is told names.
    A program that was opened for one patient reads of that one."""
    opened_for = () if caller.patient is None else (caller.patient,)
    whose = {*of, *opened_for, *(pk for each in told for pk in patients_in(each))}
    one = Patient(pk=whose.pop()) if len(whose) == 1 else None
    more = {"patients": sorted(whose)} if len(whose) > 1 else {}
    audit.record(
        by=caller.user, clinic=caller.clinic, what=f"fhir.{what}", patient=one,
        detail={"resource": kind} | ({"program": caller.program} if caller.program else {}) | more | detail,
    )  # fmt: skip


def patients_in(resource: Json) -> set[int]:
    """Whose it is."""
    if resource["resourceType"] == "Patient":
        return {int(resource["id"])}
    paths = ("subject.reference", "patient.reference", "participant.actor.reference", "entity.what.reference")
    found = (each for path in paths for each in walk(resource, path))
    return {int(each[8:]) for each in found if each.startswith("Patient/")}
