"""The clinic's side: what patients sent from home, their questions and requests, the text that is handed to them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.lists import from_standby
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Role
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.portal import actions, inbox, texts
from wheal.clinic.portal.actions.asking import LONGEST
from wheal.clinic.portal.models import DataRequest, HandedText, Message, OwnAct
from wheal.clinic.treatments.actions import DraftRefused
from wheal.clinic.treatments.opened import session_of

REFUSED = {
    "nothing_written": gettext_lazy("Write an answer first."),
    "too_long": gettext_lazy("This is too long."),
    "no_such_request": gettext_lazy("Choose what is asked for."),
    "no_such_outcome": gettext_lazy("Choose what was done."),
    "answered_already": gettext_lazy("Somebody has answered this request already. Nothing was changed."),
    "not_deleted": gettext_lazy(
        "Nothing was taken out of this record: the deletion is not done. Choose “Not done”, or “Done in part” if "
        "something was, and tell the patient the rule and the day."
    ),
    "plan_not_whole": gettext_lazy("The text is made from the plan, which is not complete yet."),
    "is_the_law": gettext_lazy("The time to think is the law here: it cannot be shortened."),
    "physicians_only": gettext_lazy("Only a physician may shorten the time to think."),
}


@permission_required(P.QUOTE_WRITE)
@require_safe
@from_standby
def waiting(request: HttpRequest) -> HttpResponse:
    """A fragment of the day list. Who reads no chart sees what was decided about quotes."""
    of = inbox.of_clinic if may(request, P.PATIENT_ANSWER) else inbox.of_the_desk
    found = of(request.clinic)
    rows = [*found.histories, *found.questions, *found.requests, *found.acts]
    readings.shows(request, *(row.patient_id for row in rows))
    return render(request, "inbox/_waiting.html", {"inbox": found})


@permission_required(P.QUOTE_WRITE)
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever saw it first stands; it then waits no longer."""
    here = OwnAct.objects.filter(patient__clinic=request.clinic).select_related("patient__clinic")
    act = here.filter(pk=pk, patient__in=Patient.objects.visible_to(request.user)).first()
    if act is None or not (act.quote_id or may(request, P.PATIENT_ANSWER)):
        audit.record_refusal(request, what="patients.record_refused", detail={"own_act": pk})
        raise Http404
    actions.note_seen(act=act, by=request.user)
    is_of_chart = "of_chart" in request.POST
    return redirect("patients:show", act.patient_id) if is_of_chart else redirect("treatments:day")


@permission_required(P.CHART_READ)
@require_safe
def of_patient(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment of the patient's page."""
    patient = patient_or_404(request, pk)
    page = {
        "patient": patient,
        "inbox": inbox.of_patient(patient),
        "done": inbox.done_of(patient),
        "has_thread": Message.objects.filter(patient=patient).exists(),
        "may_answer": may(request, P.PATIENT_ANSWER),
    }
    return render(request, "inbox/_of_patient.html", page)


@permission_required(P.PATIENT_ANSWER)
@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked stays unread until it is answered, or said to be dealt with: looking alone answers nobody."""
    patient = patient_or_404(request, pk)
    patients.record_opening(patient=patient, part="questions", by=request.user)
    return _thread(request, patient)


def _thread(
    request: HttpRequest, patient: Patient, *, typed: str = "", refused: str = "", status: int = 200
) -> HttpResponse:
    said = Message.said_of(patient)
    waits = any(each.by is None and each.read_at is None for each in said)
    page = {
        "patient": patient,
        "said": said,
        "newest": said[-1].pk if said else 0,
        "waits": waits,
        "typed": typed,
        "refused": refused,
        "longest": LONGEST,
    }
    return render(request, "inbox/thread.html", page, status=status)


@permission_required(P.PATIENT_ANSWER)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    patient, typed = patient_or_404(request, pk), request.POST.get("seen", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
    if "dealt_with" in request.POST:
        actions.deal_with(patient=patient, seen=seen, by=request.user)
        return redirect("inbox:thread", pk)
    typed = request.POST.get("answer", "")
    try:
        actions.answer(patient=patient, text=typed, seen=seen, by=request.user)
    except actions.PortalRefused as refused:
        return _thread(request, patient, typed=typed, refused=str(REFUSED[refused.reason]), status=422)
    return redirect("inbox:thread", pk)


def _request_here(request: HttpRequest, pk: int) -> DataRequest:
    rows = DataRequest.objects.select_related("patient__clinic", "answered_by", "link", "noted_by")
    asked = rows.filter(pk=pk, patient__in=Patient.objects.visible_to(request.user)).first()
    if asked is None or asked.patient.clinic_id != request.clinic.pk:
        audit.record_refusal(request, what="patients.record_refused", detail={"data_request": pk})
        raise Http404
    readings.shows(request, asked.patient_id)
    return asked


@permission_required(P.PATIENT_ANSWER)
@require_safe
def request_asked(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _request_here(request, pk)
    patients.record_opening(patient=asked.patient, part="data_request", by=request.user)
    return _asked(request, asked)


def _asked(
    request: HttpRequest,
    asked: DataRequest,
    *,
    typed: str = "",
    outcome: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = {
        "asked": asked,
        "patient": asked.patient,
        "outcomes": DataRequest.Outcome.choices,
        "typed": typed,
        "chosen": outcome,
        "refused": refused,
    }
    return render(request, "inbox/request.html", page, status=status)


@permission_required(P.PATIENT_ANSWER)
@require_POST
def answer_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _request_here(request, pk)
    typed, outcome = request.POST.get("answer", ""), request.POST.get("outcome", "")
    try:
        actions.answer_request(asked=asked, outcome=outcome, text=typed, by=request.user)
    except actions.PortalRefused as refused:
        reason = str(REFUSED[refused.reason])
        return _asked(request, asked, typed=typed, outcome=outcome, refused=reason, status=422)
    return redirect("inbox:request", pk)


@permission_required(P.CHART_READ)
@require_safe
def handing(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment of the consent step: whether the patient has the text at home, and from when it may be signed."""
    session, known = session_of(request, pk), knowledge.current()
    handed = HandedText.objects.filter(session=session).select_related(
        "session__plan__patient", "session__clinic", "session__practitioner", "handed_by"
    )
    newest = handed.first()
    law = known.jurisdictions.get(session.clinic.jurisdiction)
    page = {
        "session": session,
        "standing": texts.standing(newest, known) if newest else None,
        "days": law.reflection_days if law else 0,
        "may_hand": may(request, P.CONSENT_TAKE),
        "may_shorten": request.role == Role.PHYSICIAN
        and law is not None
        and law.reflection_standing == "question",
        "may_give_link": may(request, P.LINK_GIVE),
    }
    return render(request, "inbox/_handing.html", page)


@permission_required(P.CONSENT_TAKE)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_of(request, pk)
    try:
        actions.hand_over(
            session=session, by=request.user, known=knowledge.current(), is_physician=request.role == Role.PHYSICIAN,
            shortened_because=request.POST.get("shortened_because", ""),
        )  # fmt: skip
    except actions.PortalRefused as refused:
        messages.error(request, REFUSED[refused.reason])
    except DraftRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(
            request, _("The text is on the patient’s own pages. Give the link, if there is none yet.")
        )
    return redirect("treatments:consent", pk)
