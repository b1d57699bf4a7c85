"""Asking for an export, how it stands, its files; as FHIR's Bulk Data has it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import http_date

from wheal.clinic import vault
from wheal.clinic.fhir import queries
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.answers import allowed, as_json, base_of, fhir_view, note_access, telling_of
from wheal.clinic.fhir.bulk import actions
from wheal.clinic.fhir.kinds import numbers
from wheal.clinic.fhir.models import Export, ExportFile, about
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.resources.people import EVERYBODY
from wheal.clinic.fhir.streams import Place
from wheal.clinic.people.permissions import P
from wheal.fhir.datatypes import instant
from wheal.fhir.outcomes import Problem, outcome, refused

NDJSON = "application/fhir+ndjson"
FORMATS = {"", NDJSON, "application/ndjson", "ndjson"}
ASKED = {"_type", "_since", "_outputFormat", "_typeFilter"}
NOT_OF_A_PATIENT = (
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "Medication",
    "Substance",
    "Device",
)
"""What patients' records point to; of the others the whole record's export has all."""


@fhir_view("GET")
def system(request: HttpRequest, caller: Caller) -> HttpResponse:
    return _begun(request, caller, list(KINDS))


@fhir_view("GET")
def patients(request: HttpRequest, caller: Caller) -> HttpResponse:
    return _begun(request, caller, _of_patients())


@fhir_view("GET")
def group(request: HttpRequest, caller: Caller, identity: str) -> HttpResponse:
    if identity != EVERYBODY:
        raise refused(404, "not-found", f"the one group is Group/{EVERYBODY}: all patients of the clinic")
    return _begun(request, caller, _of_patients())


def _of_patients() -> list[str]:
    return [name for name, kind in KINDS.items() if kind.is_of_a_patient or name in NOT_OF_A_PATIENT]


def _gives_out(caller: Caller) -> None:
    if caller.patient is not None or P.RECORD_GIVE not in caller.permissions:
        raise refused(403, "forbidden", f"everything at once is given out by who may ({P.RECORD_GIVE.value})")


def _begun(request: HttpRequest, caller: Caller, offered: list[str]) -> HttpResponse:
    _gives_out(caller)
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise refused(
            400,
            "not-supported",
            "an export is written in the background: send Prefer: respond-async",
            "Prefer",
        )
    asked = request.GET
    if unknown := sorted(set(asked) - ASKED) or (["_typeFilter"] if "_typeFilter" in asked else []):
        raise refused(400, "not-supported", f"{unknown[0]!r} is not known to an export", unknown[0])
    if asked.get("_outputFormat", "").replace(" ", "+") not in FORMATS:
        raise refused(400, "not-supported", f"files are {NDJSON}", "_outputFormat")
    pairs = [(name, value) for name, values in asked.lists() for value in values]
    since = queries.since_of(pairs, telling_of(caller).zone)
    export = Export(
        clinic=caller.clinic, asked_by=caller.user, program_id=caller.program_id, since=since,
        address=request.build_absolute_uri(), kinds=_kinds(queries.types_of(pairs), offered, caller),
    )  # fmt: skip
    actions.begin(export=export, program=caller.program)
    actions.carry_on(export)
    return as_json(
        outcome([Problem("informational", "The export has begun", severity="information")]), 202,
        **{"Content-Location": f"{base_of(request)}/exports/{export.pk}"},
    )  # fmt: skip


def _kinds(named: list[str], offered: list[str], caller: Caller) -> list[str]:
    """Raises Refused for what is not told here or may not be seen: an export never lacks silently what was named."""
    for name in named:
        if name not in offered:
            raise refused(400, "not-supported", f"{name!r} is not exported here", "_type")
        if not _may(caller, name):
            raise refused(403, "forbidden", f"{name} may not be seen", "_type")
    found = named or [name for name in offered if _may(caller, name)]
    if not found:
        raise refused(403, "forbidden", "nothing of this may be seen")
    return found


def _may(caller: Caller, name: str) -> bool:
    """An export is of whole kinds: what of one is of no patient alone is found by searching."""
    return caller.may(KINDS[name], "r") and caller.sees_whole(KINDS[name])


def _theirs(caller: Caller, pk: str) -> Export:
    """Of whoever asked for it, by the same program; to all others there is none. What it holds is given out when it is
    fetched: whoever may see less than when it was begun, by their role or by this token, is refused. Raises Refused."""
    held = Export.objects.select_related("clinic").filter(
        clinic=caller.clinic,
        asked_by=caller.user,
        program=caller.program_id,
        asked_at__gt=timezone.now() - actions.KEPT_FOR,
    )
    export = held.filter(pk__in=numbers([pk])).first()
    if export is None:
        raise refused(404, "not-found", "there is no such export, or no longer")
    _gives_out(caller)
    for name in export.kinds:
        allowed(caller, KINDS[name], "r")
        if not caller.sees_whole(KINDS[name]):
            raise refused(403, "forbidden", f"{name} may not be seen whole")
    return export


@fhir_view("GET", "DELETE")
def status(request: HttpRequest, caller: Caller, pk: str) -> HttpResponse:
    export = _theirs(caller, pk)
    if request.method == "DELETE":
        actions.take_back(export=export, by=caller.user, program=caller.program)
        return as_json(
            outcome([Problem("informational", "The export was taken back", severity="information")]), 202
        )
    if export.ended_at is None:
        actions.carry_on(export)  # where a power cut or a restart left it
        done = Place.read(export.place).kind / len(export.kinds)
        progress = f"{done:.0%}, {export.written} resources written"
        return HttpResponse(status=202, headers={"X-Progress": progress, "Retry-After": "2"})
    if export.problem:
        raise refused(500, "exception", f"the export was broken off: {export.problem}")
    return _manifest(request, export)


def _manifest(request: HttpRequest, export: Export) -> JsonResponse:
    base = f"{base_of(request)}/exports/{export.pk}"
    files = [
        {"type": each.kind, "url": f"{base}/{each.pk}", "count": each.count}
        for each in export.files.order_by("pk")
    ]
    told = {
        "transactionTime": instant(export.asked_at), "request": export.address, "requiresAccessToken": True,
        "output": files, "error": [],
    }  # fmt: skip
    expires = http_date((export.asked_at + actions.KEPT_FOR).timestamp())
    return JsonResponse(told, headers={"Expires": expires})


@fhir_view("GET")
def file(request: HttpRequest, caller: Caller, pk: str, number: str) -> HttpResponse:
    export = _theirs(caller, pk)
    held: ExportFile | None = export.files.filter(pk__in=numbers([number])).first()
    if held is None:
        raise refused(404, "not-found", "there is no such file")
    note_access(caller, "export_fetched", held.kind, [], export=export.pk, found=held.count)
    pieces = vault.current().pieces(held.name, about=about(export.pk))
    return StreamingHttpResponse(pieces, content_type=NDJSON)
