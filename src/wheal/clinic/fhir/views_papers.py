"""The papers that DocumentReference points to, made when they are asked for."""

from __future__ import annotations

from base64 import b64encode

from django.http import HttpRequest, HttpResponse

from wheal import knowledge
from wheal.clinic.fhir import streams
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.answers import TYPE, allowed, as_json, fhir_view, note_access, telling_of
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.views import parameters
from wheal.clinic.treatments import papers
from wheal.clinic.treatments.chart import read_chart, readable
from wheal.clinic.treatments.models import Consent, Session
from wheal.fhir.outcomes import refused

PDF = "application/pdf"


@fhir_view("GET")
def binary(request: HttpRequest, caller: Caller, identity: str) -> HttpResponse:
    """As the file; as a resource where the client asks for FHIR alone."""
    kind = KINDS["DocumentReference"]
    allowed(caller, kind, "r")
    parameters(request)
    told = streams.by_id(kind, [identity], telling_of(caller), caller.patient).get(identity)
    if told is None:
        raise refused(404, "not-found", f"there is no Binary/{identity} that this caller may see")
    which, _dash, key = identity.partition("-")
    made = _session(int(key), caller) if which == "session" else _consent(int(key))
    note_access(caller, "paper_read", "Binary", [told], id=identity)
    if TYPE in request.headers.get("Accept", "") and PDF not in request.headers.get("Accept", ""):
        data = b64encode(made).decode()
        return as_json({"resourceType": "Binary", "id": identity, "contentType": PDF, "data": data})
    return HttpResponse(made, content_type=PDF)


def _session(key: int, caller: Caller) -> bytes:
    chart = read_chart(readable(Session.objects.all()).get(pk=key))
    signed = Session.objects.select_related("signed_by", "practitioner", "consent").get(pk=key)
    amendments = signed.amendments.select_related("made_by")
    telling = telling_of(caller)
    return papers.record_pdf(chart, signed, amendments, knowledge.current(), telling.language)


def _consent(key: int) -> bytes:
    """Its paper names the visit that it was signed for."""
    consent = Consent.objects.get(pk=key)
    session = readable(Session.objects.filter(plan=consent.plan_id)).select_related("practitioner").first()
    if session is None:
        raise refused(404, "not-found", "this consent belongs to no visit, and its paper names one")
    return papers.consent_pdf(read_chart(session, to_judge=False), consent)
