"""The consent for photographs: read, signed, withdrawn."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wheal import consent as blocks_of
from wheal import knowledge
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.photographs import actions, agreed, wording
from wheal.clinic.photographs.models import Photograph, PhotographConsent
from wheal.clinic.photographs.views import about
from wheal.clinic.signatures import DRAW_OR_CONFIRM, strokes
from wheal.photography import PURPOSES


@permission_required(P.CHART_READ)
@require_safe
def consent(request: HttpRequest, patient_pk: int) -> HttpResponse:
    return _page(request, patient_or_404(request, patient_pk))


def _page(request: HttpRequest, patient: Patient, *, refused: str = "", status: int = 200) -> HttpResponse:
    known = knowledge.current()
    asked = request.POST.get("language") or request.GET.get("language") or patient.language
    language = asked if asked in known.texts_held else "en"
    purposes = agreed.purposes(patient)
    page = about(request, patient) | {
        "purposes": purposes,
        "open": [each.code for each in purposes if not each.stands],
        "ticked": request.POST.getlist("purpose") if refused else [],
        "signed": _signed(patient),
        "language": language,
        "languages": known.languages,
        "blocks": blocks_of.blocks(wording.text(patient, language, known)),
        "digest": wording.digest(patient, language, known),
        "refused": refused,
        "kept": Photograph.objects.kept().filter(patient=patient).count(),
    }
    return render(request, "photographs/consent.html", page, status=status)


def _signed(patient: Patient) -> list[tuple[PhotographConsent, list[tuple[str, object]]]]:
    rows = PhotographConsent.objects.filter(patient=patient).select_related("witnessed_by")
    return [(row, blocks_of.blocks(row.text)) for row in rows]


@permission_required(P.CONSENT_TAKE)
@require_POST
def give(request: HttpRequest, patient_pk: int) -> HttpResponse:
    patient = patient_or_404(request, patient_pk)
    drawn = strokes(request.POST.get("signature", ""))
    if not drawn and not request.POST.get("signature_typed_only"):
        return _page(request, patient, refused=str(DRAW_OR_CONFIRM), status=422)
    try:
        actions.give_consent(
            patient=patient,
            purposes=request.POST.getlist("purpose"),
            language=request.POST.get("language", ""),
            text_digest=request.POST.get("digest", ""),
            signed_name=request.POST.get("signed_name", ""),
            signature=drawn,
            by=request.user,
            known=knowledge.current(),
        )
    except actions.ConsentRefused as refusal:
        return _page(request, patient, refused=refusal.reason, status=422)
    return redirect("photographs:consent", patient.pk)


@permission_required(P.CONSENT_TAKE)
@require_POST
def withdraw(request: HttpRequest, patient_pk: int) -> HttpResponse:
    patient, purpose = patient_or_404(request, patient_pk), request.POST.get("purpose", "")
    if purpose in PURPOSES:
        reason = request.POST.get("reason", "")
        actions.withdraw_consent(patient=patient, purpose=purpose, reason=reason, by=request.user)
    return redirect("photographs:consent", patient.pk)
