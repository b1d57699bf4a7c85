"""A patient's whole record as a copy, until when it is kept, and forgetting who somebody was when the term is over."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.people.proofs import proof_required
from wheal.clinic.portal.models import DataRequest
from wheal.clinic.rights import actions, bundle, terms
from wheal.clinic.rights.models import Forgetting, OwnTerm
from wheal.clinic.rights.unsettled import Open, unsettled
from wheal.keeping import Ground, Term

A_PAGE = 50
GROUNDS: dict[Ground, Promise] = {
    "law": gettext_lazy(
        "The law asks that a health record be kept for %(years)s years from the last entry in it (%(source)s). Yours "
        "stays until %(until)s. Until then it cannot be deleted. You may have a copy of it at any time."
    ),
    "advice": gettext_lazy(
        "We know of no law that says how long a clinic such as ours keeps a health record. We follow an advice: "
        "%(years)s years from the last entry in it (%(source)s). So we keep yours until %(until)s and do not delete it "
        "before. You may have a copy of it at any time."
    ),
    "clinic": gettext_lazy(
        "Our clinic keeps a health record for %(years)s years from the last entry in it, for this reason: %(source)s. "
        "So we keep yours until %(until)s and do not delete it before. You may have a copy of it at any time."
    ),
}
"""To a patient who asks for deletion."""


OPEN_WORDS: dict[Open, Promise] = {
    "recalls": gettext_lazy("a recall of which the patient was not told yet"),
    "reactions": gettext_lazy("a reaction that is not over"),
    "answers": gettext_lazy("answers from home that nobody has checked"),
    "questions": gettext_lazy("a question of the patient"),
    "acts": gettext_lazy("a decision of the patient that nobody has seen"),
    "requests": gettext_lazy("a request about the own data"),
    "appointments": gettext_lazy("an appointment, or a place on the waiting list"),
    "visits": gettext_lazy("a session that is neither signed nor cancelled"),
}


def _words(refused: actions.RightsRefused) -> str:
    until = date_format(refused.until, "DATE_FORMAT") if refused.until else ""
    told = {
        "years": _("Give the years as a number from 1 to 100."),
        "source": _("Say who asks for these years: the statute, the board, the insurer."),
        "reason": _("Write in a few words who asked for it, or why it is done now."),
        "kept": _("By the term that holds here this record is kept until %(until)s. Nothing was taken out.")
        % {"until": until},
        "unknown": _(
            "No term of keeping is known here. State this clinic’s own first. Nothing was taken out."
        ),
        "photographs": _(
            "Photographs are kept still. Note that the consent is withdrawn and delete them first."
        ),
        "open": _("Something is still open: %(what)s. Deal with it first. Nothing was taken out.")
        % {"what": ", ".join(str(OPEN_WORDS[each]) for each in refused.about)},
        "forgotten": _("This was done already."),
    }
    return told[refused.reason]


@permission_required(P.KEEPING_OWN)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return _calendar(request)


def _calendar(request: HttpRequest, refused: str = "") -> HttpResponse:
    held, today = terms.term(request.clinic, knowledge.current()), request.clinic.day_of()
    rows = Paginator(list(terms.calendar(request.clinic, held, today)), A_PAGE)
    shown = rows.get_page(request.GET.get("page"))
    readings.shows(request, *(row.patient.pk for row in shown))
    page = {
        "rows": shown, "term": held, "own": terms.own_term(request.clinic),
        "refused": refused, "typed": request.POST, "today": today,
        "waiting": DataRequest.objects.filter(patient__clinic=request.clinic, answered_at=None).count(),
        "may_answer": may(request, P.PATIENT_ANSWER),
    }  # fmt: skip
    return render(request, "rights/calendar.html", page, status=422 if refused else 200)


@permission_required(P.KEEPING_OWN)
@require_POST
def state_term(request: HttpRequest) -> HttpResponse:
    years = request.POST.get("years", "")
    try:
        actions.state_term(
            clinic=request.clinic,
            years=int(years) if years.isdecimal() and len(years) < 4 else 0,
            source=request.POST.get("source", ""),
            by=request.user,
        )
    except actions.RightsRefused as refused:
        return _calendar(request, _words(refused))
    return redirect("rights:calendar")


@permission_required(P.RECORD_GIVE)
@require_safe
def patient(request: HttpRequest, pk: int) -> HttpResponse:
    return _patient(request, pk)


@permission_required(P.PATIENT_ANSWER)
@require_safe
def ground(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment beside a request: until when the record is kept and by which rule, in words to answer with."""
    row = patient_or_404(request, pk)
    held = terms.term(request.clinic, knowledge.current())
    kept = terms.kept(row, held, request.clinic.day_of())
    with translation.override(row.language):
        words = _ground_words(kept, held, terms.own_term(request.clinic), row.language)
    page = {"patient": row, "term": held, "kept": kept, "words": words}
    return render(request, "rights/_ground.html", page)


def _ground_words(kept: terms.Kept, held: Term, own: OwnTerm | None, language: str) -> str:
    """In the patient's language, and no stronger than the ground is; "" where nothing keeps it."""
    if kept.stands == "unknown":
        return _(
            "We do not know yet which rule says how long our clinic keeps a health record. Until we do, we delete "
            "nothing. You may have a copy of your record at any time."
        )
    if kept.stands != "kept" or kept.until is None or held.ground is None:
        return ""
    sources = knowledge.current().sources
    named = [sources[name].cited(language) for name in held.rule.sources] if held.rule else [own.source]  # type: ignore[union-attr]
    said = {"years": held.years, "until": date_format(kept.until, "DATE_FORMAT"), "source": "; ".join(named)}
    return GROUNDS[held.ground] % said


def _patient(request: HttpRequest, pk: int, refused: str = "") -> HttpResponse:
    row = patient_or_404(request, pk)
    held = terms.term(request.clinic, knowledge.current())
    page = {
        "patient": row, "term": held, "kept": terms.kept(row, held, request.clinic.day_of()),
        "requests": DataRequest.objects.filter(patient=row, answered_at=None), "refused": refused,
        "forgotten": Forgetting.objects.filter(patient=row).select_related("done_by").first(),
        "typed": request.POST.get("reason", ""), "open": [OPEN_WORDS[each] for each in unsettled(row)],
    }  # fmt: skip
    return render(request, "rights/patient.html", page, status=422 if refused else 200)


@permission_required(P.RECORD_GIVE)
@require_POST
@proof_required
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    row = patient_or_404(request, pk)
    made = bundle.bundle(row, knowledge.current())
    actions.note_copy(patient=row, by=request.user)
    headers = {"Content-Disposition": f'attachment; filename="record-{row.number}.zip"'}
    return HttpResponse(made, content_type="application/zip", headers=headers)


@permission_required(P.RECORD_FORGET)
@require_POST
@proof_required
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    row = patient_or_404(request, pk)
    try:
        actions.forget(
            patient=row, reason=request.POST.get("reason", ""), known=knowledge.current(), by=request.user
        )
    except actions.RightsRefused as refused:
        return _patient(request, pk, _words(refused))
    messages.success(request, _("Done. What was signed stays, under the number alone."))
    return redirect("rights:calendar")
