"""For whoever administers a clinic: everything that it keeps, to take along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import proof_required
from wheal.clinic.rights import actions, everything, tables
from wheal.clinic.treatments.models import Session


@permission_required(P.CLINIC_EXPORT)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    signed = Session.objects.filter(clinic=request.clinic, signed_at__isnull=False).count()
    return render(request, "rights/everything.html", {"signed": signed, "tables": len(tables.models())})


@permission_required(P.CLINIC_EXPORT)
@require_POST
@proof_required
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Begins at once, however much there is."""
    actions.note_export(clinic=request.clinic, by=request.user)
    day = request.clinic.day_of().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="wheal-{request.clinic.pk}-{day}.zip"'}
    pieces = everything.stream(request.clinic, with_papers="papers" in request.POST)
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
