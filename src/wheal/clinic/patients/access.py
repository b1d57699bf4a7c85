"""The one way to a patient from a page: of this clinic and visible to this person, or not found at all."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient


def patient_or_404(request: HttpRequest, pk: int) -> Patient:
    """A patient of another clinic is not found, as if there were none; who asked is written to the audit."""
    seen = Patient.objects.visible_to(request.user).filter(clinic=request.clinic)
    patient = seen.select_related("clinic").filter(pk=pk).first()
    if patient is None:
        audit.record_refusal(request, what="patients.record_refused", detail={"patient": pk})
        raise Http404
    return patient
