"""Requests about the own data that come in another way than from home: at the desk, by telephone or letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.portal import actions
from wheal.clinic.portal.actions.asking import LONGEST
from wheal.clinic.portal.models import DataRequest
from wheal.clinic.portal.views_inbox import REFUSED


@permission_required(P.PATIENT_EDIT)
@require_http_methods(["GET", "POST"])
def requests_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person asked for, what became of it, and a form for what was asked just now. What was answered in words
    is shown to who may answer."""
    patient = patient_or_404(request, pk)
    kind, words, refused = request.POST.get("kind", ""), request.POST.get("words", ""), ""
    if request.method == "POST":
        try:
            actions.note_request(patient=patient, kind=kind, words=words, by=request.user)
        except actions.PortalRefused as problem:
            refused = str(REFUSED[problem.reason])
        else:
            messages.success(request, _("Noted. Who answers it finds it among what patients sent."))
            return redirect("inbox:requests-of", pk)
    page = {
        "patient": patient,
        "asked": DataRequest.objects.filter(patient=patient).select_related("noted_by", "answered_by"),
        "kinds": DataRequest.Kind.choices,
        "chosen": kind,
        "typed": words,
        "refused": refused,
        "longest": LONGEST,
        "may_answer": may(request, P.PATIENT_ANSWER),
    }
    return render(request, "inbox/requests_of.html", page, status=422 if refused else 200)
