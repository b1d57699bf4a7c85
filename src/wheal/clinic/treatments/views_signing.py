"""Signatures: the patient's under the consent, the practitioner's under the session."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from wheal import knowledge
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.people.proofs import proof_required
from wheal.clinic.signatures import DRAW_OR_CONFIRM, strokes
from wheal.clinic.treatments import actions, steps
from wheal.clinic.treatments.chart import read_chart
from wheal.clinic.treatments.forms import AmendForm
from wheal.clinic.treatments.models import Consent
from wheal.clinic.treatments.opened import session_of
from wheal.clinic.treatments.pages import judgement_of
from wheal.clinic.treatments.views_last_steps import sign_page
from wheal.clinic.treatments.views_steps import consent_page


@permission_required(P.SESSION_SIGN)
@require_POST
@proof_required
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    reason, was_given = request.POST.get("reason", ""), request.POST.get("was_given") == "1"
    try:
        actions.sign_off(
            session=row, by=request.user, known=knowledge.current(), reason=reason, was_given=was_given
        )
    except actions.AlreadySigned:
        return redirect("treatments:sign", pk)
    except actions.DraftRefused as refused:
        return _sign_again(request, pk, {"refused": refused.reason, "reason": reason})
    except actions.SignOffRefused as refusal:
        return _sign_again(request, pk, {"refusals": steps.worst_first(refusal.reasons), "reason": reason})
    return redirect("treatments:sign", pk)


def _sign_again(request: HttpRequest, pk: int, extra: dict[str, object]) -> HttpResponse:
    chart = read_chart(session_of(request, pk))
    return sign_page(request, chart, judgement_of(request, chart), extra=extra, status=422)


@permission_required(P.SESSION_AMEND)
@require_POST
@proof_required
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    form = AmendForm(request.POST)
    if not form.is_valid():
        return _sign_again(request, pk, {"amend_form": form})
    kept = form.cleaned_data
    try:
        actions.amend(
            session=row,
            corrects=kept["corrects"],
            was=kept["was"],
            should_be=kept["should_be"],
            reason=kept["reason"],
            by=request.user,
        )
    except actions.DraftRefused as refused:
        return _sign_again(request, pk, {"refused": refused.reason})
    return redirect("treatments:sign", pk)


@permission_required(P.CONSENT_TAKE)
@require_POST
def give_consent(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    drawn = strokes(request.POST.get("signature", ""))
    if not drawn and not request.POST.get("signature_typed_only"):
        return _consent_again(request, pk, str(DRAW_OR_CONFIRM))
    try:
        actions.give_consent(
            session=row,
            language=request.POST.get("language", ""),
            text_digest=request.POST.get("digest", ""),
            signed_name=request.POST.get("signed_name", ""),
            signature=drawn,
            by=request.user,
            known=knowledge.current(),
        )
    except actions.DraftRefused as refused:
        return _consent_again(request, pk, refused.reason)
    return redirect("treatments:consent", pk)


def _number(text: str) -> int:
    """Of a row; none has the number 0."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _consent_again(request: HttpRequest, pk: int, refused: str) -> HttpResponse:
    chart = read_chart(session_of(request, pk))
    return consent_page(request, chart, judgement_of(request, chart), refused=refused, status=422)


@permission_required(P.CONSENT_TAKE)
@require_POST
def withdraw_consent(request: HttpRequest, pk: int) -> HttpResponse:
    row = session_of(request, pk)
    held = get_object_or_404(
        Consent.objects.filter(plan__patient=row.patient_id), pk=_number(request.POST.get("consent", ""))
    )
    actions.withdraw_consent(
        session=row, consent=held, reason=request.POST.get("reason", ""), by=request.user
    )
    return redirect("treatments:consent", pk)
