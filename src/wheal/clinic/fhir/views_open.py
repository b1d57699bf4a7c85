"""What anybody may read: what the server can do. It holds nothing of anybody's record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wheal.clinic.fhir import capability
from wheal.clinic.fhir.answers import as_json, base_of, is_told_in_json, refusal
from wheal.fhir.outcomes import Refused


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    try:
        is_told_in_json(request)
    except Refused as told:
        return refusal(told)
    return as_json(capability.statement(base_of(request)))
