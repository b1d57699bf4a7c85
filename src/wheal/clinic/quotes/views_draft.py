"""A quote while it is made: begun, saved as it is entered, handed over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wheal import knowledge
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.models import Role
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.quotes import actions, wording
from wheal.clinic.quotes.forms import DraftForm, PackageChoice, lines_form
from wheal.clinic.quotes.models import Quote
from wheal.clinic.quotes.offers import lines_of
from wheal.clinic.quotes.pages import judged, quote_of, shown


@permission_required(P.QUOTE_WRITE)
@require_POST
def begin(request: HttpRequest, patient_pk: int) -> HttpResponse:
    patient = patient_or_404(request, patient_pk)
    treats = request.user if request.role == Role.PHYSICIAN else None
    made = actions.begin(patient=patient, practitioner=treats, by=request.user)
    return redirect("quotes:quote", made.pk)


class _Unreadable(Exception):
    """What was entered cannot be read; `forms` say where."""

    def __init__(self, form: DraftForm, lines: object) -> None:
        super().__init__()
        self.form, self.lines = form, lines


def _kept(request: HttpRequest, row: Quote) -> Quote:
    """Save what the page holds. Raises _Unreadable, QuoteRefused."""
    form, lines = DraftForm(request.POST, row), lines_form(request.POST, row.clinic, [])
    if not (form.is_valid() & lines.is_valid()):
        raise _Unreadable(form, lines)
    version = request.POST.get("version", "")
    return actions.save_draft(
        quote=row,
        draft=form.as_draft(lines.lines),
        version=int(version) if version.isdecimal() else None,
        by=request.user,
    )


def _again(request: HttpRequest, row: Quote, wrong: _Unreadable) -> HttpResponse:
    return shown(request, row, form=wrong.form, lines=wrong.lines, status=422)


@permission_required(P.QUOTE_WRITE)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """By itself while it is filled in, or by its button where there are no scripts."""
    row = quote_of(request, pk)
    by_itself = request.headers.get("X-Requested-With") == "fetch"
    try:
        kept = _kept(request, row)
    except _Unreadable as wrong:
        return (
            JsonResponse({"errors": _errors(wrong), "not_taken": True})
            if by_itself
            else _again(request, row, wrong)
        )
    except actions.QuoteRefused as refused:
        if by_itself:
            return JsonResponse({"message": refused.reason}, status=422)
        return shown(request, quote_of(request, pk), refused=refused.reason, status=422)
    if not by_itself:
        return redirect("quotes:quote", pk)
    said = render_to_string("quotes/_judged.html", judged(kept, lines_of(kept)), request)
    return JsonResponse({"version": kept.draft_version, "errors": {}, "pieces": {"judged": said}})


def _errors(wrong: _Unreadable) -> dict[str, str]:
    found = {name: " ".join(errors) for name, errors in wrong.form.errors.items()}
    for form in wrong.lines.forms:
        told = " ".join(
            f"{form.fields[name].label}: {' '.join(errors)}" for name, errors in form.errors.items()
        )
        found[f"{form.prefix}-words"] = told
    return found


@permission_required(P.QUOTE_WRITE)
@require_POST
def add_package(request: HttpRequest, pk: int) -> HttpResponse:
    """After what the page holds was saved."""
    row = quote_of(request, pk)
    choice = PackageChoice(request.POST, request.clinic)
    try:
        kept = _kept(request, row)
        if choice.is_valid():
            actions.add_package(quote=kept, package=choice.cleaned_data["package"], by=request.user)
    except _Unreadable as wrong:
        return _again(request, row, wrong)
    except actions.QuoteRefused as refused:
        return shown(request, quote_of(request, pk), refused=refused.reason, status=422)
    return redirect("quotes:quote", pk)


@permission_required(P.QUOTE_WRITE)
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """After what the page holds was saved; all that is lacking is told at once."""
    row = quote_of(request, pk)
    try:
        kept = _kept(request, row)
        sent = actions.hand_over(quote=kept, how="hand", by=request.user)
    except _Unreadable as wrong:
        return _again(request, row, wrong)
    except actions.NotReady as refused:
        return shown(request, quote_of(request, pk), not_ready=_words(refused), status=422)
    except actions.QuoteRefused as refused:
        return shown(request, quote_of(request, pk), refused=refused.reason, status=422)
    messages.success(request, _("Quote %(number)s is handed over and fixed.") % {"number": sent})
    return redirect("quotes:quote", pk)


def _words(refused: actions.NotReady) -> list[str]:
    known, language = knowledge.current(), (get_language() or "en")[:2]
    return [wording.lacking_words(name, language, known) for name in refused.lacking]


@permission_required(P.QUOTE_WRITE)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    row = quote_of(request, pk)
    try:
        actions.discard(quote=row, by=request.user)
    except actions.QuoteRefused as refused:
        return shown(request, row, refused=refused.reason, status=422)
    messages.success(request, _("The draft is discarded."))
    return redirect("patients:show", row.patient_id)


@permission_required(P.QUOTE_WRITE)
@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    row = quote_of(request, pk)
    try:
        made = actions.revise(quote=row, by=request.user)
    except actions.QuoteRefused as refused:
        return shown(request, row, refused=refused.reason, status=422)
    return redirect("quotes:quote", made.pk)
