"""Finding the session of a request, and writing down that its record was opened."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import readings
from wheal.clinic.prepared import Prepared
from wheal.clinic.treatments.chart import readable
from wheal.clinic.treatments.models import Session

FOR_LATER = "X-For-Later"  # fetched by the device for the time without a connection, not looked at yet


def session_of(request: HttpRequest, pk: int) -> Session:
    """Within the request's clinic alone; anybody else's is not found."""
    found = _found(_READ, request, pk)
    readings.shows(request, found.patient_id)
    return found


_READ = Prepared(
    lambda user, clinic, pk: readable(
        Session.objects.visible_to(user).filter(clinic=clinic, pk=pk)
    ).select_related("practitioner")
)
_OWN = Prepared(
    lambda user, clinic, pk: (
        Session.objects.visible_to(user).filter(clinic=clinic, pk=pk).defer("judgement", "document")
    )
)


def own_session(request: HttpRequest, pk: int) -> Session:
    """The row alone, found as `session_of` finds it: for a saving, which reads it anew under a lock."""
    return _found(_OWN, request, pk)


def _found(asked: Prepared, request: HttpRequest, pk: int) -> Session:
    found = asked(request.user.pk, request.clinic.pk if request.clinic else 0, pk)
    if not found:
        raise Http404
    return found[0]


def note_opening(request: HttpRequest, session: Session, part: str) -> None:
    audit.record(
        by=request.user,
        what="treatments.record_opened",
        subject=session,
        clinic=session.clinic,
        patient=session.patient,
        detail={"part": part, **({"for_later": True} if request.headers.get(FOR_LATER) else {})},
    )
