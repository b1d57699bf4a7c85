"""The one way to a photograph from a page, and the ticket that spares a second note of one look."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing
from django.http import Http404, HttpRequest

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient
from wheal.clinic.photographs import actions
from wheal.clinic.photographs.models import Photograph

SALT = "photographs seen"
TEN_MINUTES = 600


def photograph_or_404(request: HttpRequest, pk: int) -> Photograph:
    """One of another clinic is not found, as if there were none; who asked is written to the audit."""
    seen = Photograph.objects.visible_to(request.user).filter(patient__clinic=request.clinic)
    photograph = seen.select_related("patient__clinic", "added_by", "deleted_by").filter(pk=pk).first()
    if photograph is None:
        audit.record_refusal(request, what="photographs.record_refused", detail={"photograph": pk})
        raise Http404
    return photograph


def ticket(request: HttpRequest, patient: Patient, photographs: Iterable[Photograph], where: str) -> str:
    """Write down that somebody looks at these, once for the page; its pictures are asked for with the ticket.

    Raises NotAgreed where the patient's consent does not stand.
    """
    shown = list(photographs)
    actions.show(patient=patient, photographs=shown, where=where, by=request.user)
    return signing.dumps([request.user.pk, sorted(each.pk for each in shown)], salt=SALT)


def is_written_down(request: HttpRequest, photograph: Photograph) -> bool:
    """Whether a page that this person opened a moment ago has told of this look already."""
    try:
        user, shown = signing.loads(request.GET.get("seen", ""), salt=SALT, max_age=TEN_MINUTES)
    except signing.BadSignature:
        return False
    return user == request.user.pk and photograph.pk in shown
