"""Answers from home: seen beside what the clinic holds, and taken over into its history by somebody who checks them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients import readings
from wheal.clinic.patients.actions import HistoryRefused
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.questionnaire import said
from wheal.clinic.patients.verdict import told_of
from wheal.clinic.people.models import Role
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.portal import actions, flags
from wheal.clinic.portal.actions.histories import held_by_the_clinic, told
from wheal.clinic.portal.merging import Compared, Side, Undecided, compared
from wheal.clinic.portal.models import OwnHistory
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Row:
    """One question in words. `chosen`: what the checker has chosen so far."""

    id: str
    words: str
    own: str
    held: str
    differs: bool
    chosen: str
    is_undecided: bool


def _own_here(request: HttpRequest, pk: int) -> OwnHistory:
    rows = OwnHistory.objects.filter(
        sent_at__isnull=False, patient__in=Patient.objects.visible_to(request.user)
    )
    own = rows.select_related("patient__clinic", "checked_by").filter(pk=pk).first()
    if own is None or own.patient.clinic_id != request.clinic.pk:
        audit.record_refusal(request, what="patients.record_refused", detail={"own_history": pk})
        raise Http404
    readings.shows(request, own.patient_id)
    return own


@permission_required(P.HISTORY_WRITE)
@require_safe
def own_history(request: HttpRequest, pk: int) -> HttpResponse:
    own = _own_here(request, pk)
    patients.record_opening(patient=own.patient, part="answers_from_home", by=request.user)
    return _page(request, own)


def _page(
    request: HttpRequest,
    own: OwnHistory,
    *,
    undecided: tuple[str, ...] = (),
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    known = knowledge.current()
    held, version, after = held_by_the_clinic(own.patient, known)
    theirs = told(own, known)
    rows = [_row(request, each, undecided, known) for each in compared(theirs, held, known)]
    page = {
        "own": own,
        "patient": own.patient,
        "differing": [row for row in rows if row.differs],
        "others": [row for row in rows if not row.differs],
        "version": version,
        "after": after,
        "refused": refused,
        "raised": flags.said(own.answers, known),
        "told": told_of(
            own.answers, own.patient, on=request.clinic.day_of(), jurisdiction=request.clinic.jurisdiction
        ),
    }
    return render(request, "inbox/own_history.html", page, status=status)


def _row(request: HttpRequest, row: Compared, undecided: tuple[str, ...], known: Knowledge) -> Row:
    language = (get_language() or "en")[:2]
    question = known.questions[row.question]
    return Row(
        id=row.question,
        words=known.text(f"question.{row.question}.ask", language),
        own=said(row.question, question, row.own, known, language),
        held=said(row.question, question, row.held, known, language) if row.is_held else "",
        differs=row.differs,
        chosen=request.POST.get(f"choose-{row.question}", ""),
        is_undecided=row.question in undecided,
    )


def _chosen(request: HttpRequest) -> dict[str, Side]:
    typed = {
        name.removeprefix("choose-"): value
        for name, value in request.POST.items()
        if name.startswith("choose-")
    }
    return {name: value for name, value in typed.items() if value in ("patient", "clinic")}  # type: ignore[misc]


def _whole(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


@permission_required(P.HISTORY_WRITE)
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the history as a draft: somebody looks through it with the patient, completes and fixes it."""
    own = _own_here(request, pk)
    try:
        actions.take_over(
            own=own, chosen=_chosen(request), version=_whole(request, "version"), after=_whole(request, "after"),
            by=request.user, known=knowledge.current(),
        )  # fmt: skip
    except Undecided as open_ones:
        words = _("Where the two differ, choose which answer stands.")
        return _page(request, own, undecided=open_ones.about, refused=words, status=422)
    except HistoryRefused:
        words = _("Somebody changed the history meanwhile. Nothing was taken over: look again.")
        return _page(request, own, refused=words, status=409)
    except actions.PortalRefused:
        messages.info(request, _("Somebody has checked these answers already."))
        return redirect("inbox:own-history", pk)
    messages.success(request, _("Taken over as a draft. Go through it with the patient, then complete it."))
    return redirect("patients:history", own.patient_id)


@permission_required(P.HISTORY_WRITE)
@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    own = _own_here(request, pk)
    try:
        actions.set_aside(
            own=own, by=request.user, known=knowledge.current(), is_physician=request.role == Role.PHYSICIAN
        )
    except actions.PortalRefused as refused:
        if refused.reason == "physicians_only":
            words = _("There is a red flag in these answers: only a physician sets them aside.")
            return _page(request, own, refused=words, status=422)
        messages.info(request, _("Somebody has checked these answers already."))
    return redirect("patients:show", own.patient_id)
