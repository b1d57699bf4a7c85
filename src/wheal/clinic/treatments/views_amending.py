"""Amendments of a signed session that the books of the stock follow."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import proof_required
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.forms_amending import AmendLotForm, AmendVolumeForm
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.pages import judgement_of
from wheal.clinic.treatments.views_last_steps import sign_page


@permission_required(P.SESSION_AMEND)
@require_POST
@proof_required
def amend_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """What was drawn came from another lot."""
    form = AmendLotForm(request.POST, session_of(request, pk))
    return _amended(request, pk, form, "amend_lot_form", actions.amend_lot)


@permission_required(P.SESSION_AMEND)
@require_POST
@proof_required
def amend_volume(request: HttpRequest, pk: int) -> HttpResponse:
    """Another volume was injected than the points say."""
    form = AmendVolumeForm(request.POST, session_of(request, pk))
    return _amended(request, pk, form, "amend_volume_form", actions.amend_volume)


def _amended(
    request: HttpRequest, pk: int, form: Form, name: str, change: Callable[..., object]
) -> HttpResponse:
    if form.is_valid():
        try:
            change(by=request.user, **form.cleaned_data)
        except actions.DraftRefused as refused:
            form.add_error(None, refused.reason)
        else:
            return redirect("treatments:sign", pk)
    chart = read_chart(session_of(request, pk))
    return sign_page(request, chart, judgement_of(request, chart), extra={name: form}, status=422)
