"""The one way to a patient from a page: of this clinic and visible to this person, or not found at all."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import readings
from wheal.clinic.patients.models import Patient
from wheal.clinic.prepared import Prepared


def patient_or_404(request: HttpRequest, pk: int) -> Patient:
    """A patient of another clinic is not found, as if there were none; who asked is written to the audit."""
    found = _SEEN(request.user.pk, request.clinic.pk if request.clinic else 0, pk)
    if not found:
        audit.record_refusal(request, what="patients.record_refused", detail={"patient": pk})
        raise Http404
    readings.shows(request, pk)
    return found[0]


_SEEN = Prepared(
    lambda user, clinic, pk: (
        Patient.objects.visible_to(user).filter(clinic=clinic, pk=pk).select_related("clinic")
    )
)
