"""Reports to authorities: drawn up from a reaction, looked through, finished, and what became of them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety.authorities import actions, complaints, duties, papers, telling
from wheal.clinic.safety.authorities.forms import DeclarationForm, ReceiptForm, SentForm
from wheal.clinic.safety.authorities.models import Declaration, Sent
from wheal.clinic.safety.reactions.models import Reaction
from wheal.knowledge import Knowledge
from wheal.reports import declaration as french
from wheal.reports import e2b, medwatch, rules

REASONS = {
    "withdrawn": gettext_lazy("This reaction was recorded by mistake: there is nothing to report."),
    "finished": gettext_lazy("This report is finished and fixed. Begin an amendment to add to it."),
    "nothing_happened": gettext_lazy("Say what the reaction was."),
    "no_narrative": gettext_lazy("Tell what happened and what was done."),
    "nobody_reports": gettext_lazy("Name who reports."),
    "no_reason_to_amend": gettext_lazy("Say why the earlier report is amended."),
    "no_product": gettext_lazy(
        "No product is known: the reaction is tied to no session in which anything was drawn up. Tie it to one first."
    ),
    "not_finished": gettext_lazy("Finish the report first, so that what was sent stays as it was."),
    "nobody": gettext_lazy("Name to whom it was sent."),
    "to_come": gettext_lazy("This day is still to come."),
    "before_it_was_sent": gettext_lazy("This day is before it was sent."),
    "nothing_came": gettext_lazy("Write the number, or what was answered."),
    "unknown_duty": gettext_lazy("Choose which of these it is about."),
    "no_reason_aside": gettext_lazy("Write why it does not apply."),
    "changed_elsewhere": gettext_lazy("This report was changed on another device. Load it again."),
}
SECTIONS = {"medwatch": (medwatch.sections, "en"), "french": (french.sections, "fr")}


def _here(request: HttpRequest) -> QuerySet[Declaration]:
    seen = Declaration.objects.visible_to(request.user).filter(clinic=request.clinic)
    shown = seen.select_related("clinic", "reaction__patient", "reaction__clinic", "finished_by", "amends")
    return shown.prefetch_related(
        "reaction__follow_ups",
        "reaction__assessments",
        "reaction__ties__session__history",
        "reaction__duties_met",
        "sent__receipts__written_by",
        "sent__written_by",
    )


@permission_required(P.TRACE_SEE)
@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    known, today = knowledge.current(), request.clinic.day_of()
    seen = Declaration.objects.visible_to(request.user).filter(clinic=request.clinic)
    page = {
        "waiting": duties.waiting(request.clinic, today, known),
        "rows": seen.select_related("reaction__patient").prefetch_related("sent__receipts"),
        "duties": duties.of_country(request.clinic.jurisdiction, today, known),
        "today": today,
        "may_write": may(request, P.RECALL_WRITE),
    }
    shown = [one.reaction for one in [*page["rows"], *page["waiting"]]]
    audit.record(
        by=request.user,
        what="safety.declarations_listed",
        subject=request.clinic,
        clinic=request.clinic,
        detail={"patients": sorted({one.patient_id for one in shown})},
    )
    return render(request, "safety/declarations.html", page)


@permission_required(P.RECALL_WRITE)
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    held = Reaction.objects.visible_to(request.user).filter(clinic=request.clinic)
    reaction = get_object_or_404(held, pk=pk)
    try:
        made = actions.begin(reaction=reaction, by=request.user, known=knowledge.current())
    except actions.DeclarationRefused as refused:
        messages.error(request, REASONS[refused.reason])
        return redirect("safety:declarations")
    return redirect("safety:declaration", made.pk)


@permission_required(P.TRACE_SEE)
@require_safe
def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(_here(request), pk=pk))


def _page(
    request: HttpRequest,
    seen: Declaration,
    *,
    form: DeclarationForm | None = None,
    sent: SentForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    known = knowledge.current()
    report = telling.case_of(seen, known)
    audit.record(
        by=request.user,
        what="safety.declaration_read",
        subject=seen,
        clinic=seen.clinic,
        patient=seen.reaction.patient,
    )
    page = {
        "declaration": seen,
        "report": report,
        "form": form or DeclarationForm(initial=seen.told, amends=bool(seen.amends_id)),
        "problems": complaints.told(rules.problems(report, on=seen.clinic.day_of())),
        "duties": duties.of_country(seen.clinic.jurisdiction, seen.reaction.reported_on, known),
        "owed": duties.owed(seen.reaction, known),
        "sent_form": sent
        or SentForm(initial={"on": seen.clinic.day_of()}, asked=named(seen.reaction, known)),
        "receipt_form": ReceiptForm(initial={"on": seen.clinic.day_of()}),
        "refused": refused,
        "may_write": may(request, P.RECALL_WRITE),
    }
    return render(request, "safety/declaration.html", page, status=status)


@permission_required(P.RECALL_WRITE)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = DeclarationForm(request.POST, amends=bool(seen.amends_id))
    form.is_valid()
    version = request.POST.get("version", "")
    try:
        saved = actions.save(
            declaration=seen,
            told=form.told(),
            version=int(version) if version.isdecimal() else None,
            by=request.user,
        )
    except actions.ChangedElsewhere as refused:
        answer = {"message": str(REASONS["changed_elsewhere"]), "version": refused.version}
        return JsonResponse(answer, status=409)
    except actions.DeclarationRefused as refused:
        return JsonResponse({"message": str(REASONS[refused.reason])}, status=422)
    if "application/json" not in request.headers.get("Accept", ""):
        return redirect("safety:declaration", pk)
    errors = {name: " ".join(form.errors.get(name, [])) for name in form.fields}
    return JsonResponse({"version": saved.draft_version, "errors": errors, "pieces": _pieces(request, pk)})


def _pieces(request: HttpRequest, pk: int) -> dict[str, str]:
    seen = _here(request).get(pk=pk)
    report = telling.case_of(seen, knowledge.current())
    found = complaints.told(rules.problems(report, on=seen.clinic.day_of()))
    return {
        "problems": render_to_string(
            "safety/_problems.html", {"problems": found, "declaration": seen}, request
        )
    }


@permission_required(P.RECALL_WRITE)
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    try:
        actions.finish(declaration=seen, by=request.user, known=knowledge.current())
    except actions.DeclarationRefused as refused:
        return _page(request, seen, refused=str(REASONS[refused.reason]), status=422)
    messages.success(
        request, _("Finished and fixed. Nothing has been sent: that is for you to do, and to note here.")
    )
    return redirect("safety:declaration", pk)


@permission_required(P.RECALL_WRITE)
@require_POST
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    known = knowledge.current()
    form = SentForm(request.POST, asked=named(seen.reaction, known))
    if not _noted(
        form, lambda told: actions.note_sent(declaration=seen, by=request.user, known=known, **told)
    ):
        return _page(request, seen, sent=form, status=422)
    return redirect("safety:declaration", pk)


@permission_required(P.RECALL_WRITE)
@require_POST
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Sent.objects.filter(declaration__in=_here(request)), pk=pk)
    form = ReceiptForm(request.POST)
    if not _noted(form, lambda told: actions.note_receipt(sent=row, by=request.user, **told)):
        messages.error(request, " ".join(words for errors in form.errors.values() for words in errors))
    return redirect("safety:declaration", row.declaration_id)


def named(reaction: Reaction, known: Knowledge, *, is_open: bool = False) -> list[tuple[str, str]]:
    """The duties of its country in words; `is_open`: only those that nobody has settled."""
    language = (get_language() or "en")[:2]
    held = [each for each in duties.owed(reaction, known) if each.is_open or not is_open]
    return [(each.due.duty.id, known.text(each.due.text, language)) for each in held]


def _noted(form: SentForm | ReceiptForm, act: Callable[[dict[str, object]], object]) -> bool:
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except actions.DeclarationRefused as refused:
        form.add_error(refused.about or None, REASONS[refused.reason])
        return False
    return True


@permission_required(P.RECALL_WRITE)
@require_safe
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    sections, language = SECTIONS[form]
    report = telling.case_of(seen, knowledge.current(), language=language)
    _exported(request, seen, form)
    return printing.answer(papers.pdf(seen, form, sections(report)), f"{form}-{pk}")


@permission_required(P.RECALL_WRITE)
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """The E2B message, only where no rule is broken: an authority would send it back."""
    seen = get_object_or_404(_here(request), pk=pk)
    report = telling.case_of(seen, knowledge.current())
    if rules.problems(report, on=seen.clinic.day_of()):
        return _page(
            request, seen, refused=_("The E2B message cannot be made yet: see what is missing."), status=422
        )
    _exported(request, seen, "e2b")
    answer = HttpResponse(e2b.message(report), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{seen.number}.xml"'
    return answer


def _exported(request: HttpRequest, seen: Declaration, form: str) -> None:
    audit.record(
        by=request.user,
        what="safety.declaration_exported",
        subject=seen,
        clinic=seen.clinic,
        patient=seen.reaction.patient,
        detail={"form": form, "number": seen.number},
    )
