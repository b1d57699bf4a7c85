"""Finding the session of a request, and writing down that its record was opened."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from wheal.clinic.audit import actions as audit
from wheal.clinic.treatments.chart import readable
from wheal.clinic.treatments.models import Session


def session_of(request: HttpRequest, pk: int) -> Session:
    """Within the request's clinic alone; anybody else's is not found."""
    mine = Session.objects.visible_to(request.user).filter(clinic=request.clinic)
    return get_object_or_404(readable(mine).select_related("practitioner"), pk=pk)


def own_session(request: HttpRequest, pk: int) -> Session:
    """The row alone, found as `session_of` finds it: for a saving, which reads it anew under a lock."""
    mine = Session.objects.visible_to(request.user).filter(clinic=request.clinic)
    return get_object_or_404(mine.defer("judgement", "document"), pk=pk)


def note_opening(request: HttpRequest, session: Session, part: str) -> None:
    audit.record(
        by=request.user,
        what="treatments.record_opened",
        subject=session,
        clinic=session.clinic,
        patient=session.patient,
        detail={"part": part},
    )
