"""Writing the audit. Called inside the transaction of the thing that is recorded."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest

from wheal.clinic.audit.models import Event


def record(
    *,
    by: Model | None,
    what: str,
    subject: Model | None = None,
    clinic: Model | None = None,
    patient: Model | None = None,
    refused: bool = False,
    detail: dict[str, object] | None = None,
) -> Event:
    """Add one event. `what` is app.noun_past_verb; `detail` holds codes and numbers, no clinical text."""
    return Event.objects.create(
        by=by,
        clinic_id=clinic.pk if clinic else None,
        what=what,
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        patient_id=patient.pk if patient else None,
        refused=refused,
        detail=detail or {},
    )


def record_refusal(request: HttpRequest, *, what: str, detail: dict[str, object]) -> Event:
    """Somebody asked for what they may not have. The path tells what; nothing typed is kept."""
    return record(
        by=request.user,
        clinic=request.clinic,  # type: ignore[attr-defined]
        what=what,
        refused=True,
        detail={**detail, "path": request.path},
    )
