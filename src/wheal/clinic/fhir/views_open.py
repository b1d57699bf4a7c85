"""What anybody may read: what the server can do. It holds nothing of anybody's record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wheal.clinic.fhir import capability
from wheal.clinic.fhir.answers import as_json, base_of


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    return as_json(capability.statement(base_of(request)))
