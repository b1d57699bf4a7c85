"""A recall: opened, worked off person by person, closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import printing, spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import actions, every_lot, letters, tables
from wheal.clinic.safety import messages as messages_to
from wheal.clinic.safety.forms import AttemptForm, CloseForm, OpenForm
from wheal.clinic.safety.models import REFUSED, Notice, Reach, Recall
from wheal.clinic.safety.progress import times, with_progress
from wheal.clinic.safety.views import lot_page, lots_here
from wheal.clinic.safety.watching import naming
from wheal.clinic.safety.working_off import WorkList
from wheal.clinic.stock.models import Product

REASONS = {
    "reason_missing": gettext_lazy("Write why it is called back."),
    "already_open": gettext_lazy("A recall of it is under way already."),
    "unknown_status": gettext_lazy("Choose what came of it."),
    "closed": gettext_lazy("This recall is closed. Open a new one to go on."),
    "conclusion_missing": gettext_lazy("Write how it ended."),
    "people_left": gettext_lazy(
        "Somebody on the list has neither been told, nor is unwilling or given up with a written reason. "
        "Show who is left, and note for each how it stands; then close."
    ),
    "why_missing": gettext_lazy(
        "Nothing was written down: say in the note what was tried or said, and why nobody goes on trying "
        "or what was wrong."
    ),
}


@permission_required(P.RECALL_WRITE)
@require_POST
def open_recall(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(lots_here(request), pk=pk)
    form = OpenForm(request.POST)
    if not form.is_valid():
        return lot_page(request, seen, form, status=422)
    asked = {**form.cleaned_data, "notice": _notice(request, form.cleaned_data["notice"])}
    try:
        made = actions.open_recall(lot=seen, by=request.user, **asked)
    except actions.RecallRefused as refused:
        form.add_error("reason", REASONS[refused.reason])
        return lot_page(request, seen, form, status=422)
    if made.is_drill:
        messages.info(request, _("A drill: nothing is blocked and nobody is called."))
    else:
        messages.warning(request, _("Blocked: nothing of this lot can be signed."))
    return redirect("safety:recall", made.pk)


@permission_required(P.RECALL_WRITE)
@require_POST
def open_recalls(request: HttpRequest, pk: int) -> HttpResponse:
    """Of every lot of a product, from its page or from a notice."""
    seen = get_object_or_404(Product.objects.visible_to(request.user).filter(clinic=request.clinic), pk=pk)
    form = OpenForm({**request.POST.dict(), "is_drill": ""})
    notice = _notice(request, form.cleaned_data["notice"]) if form.is_valid() else None
    try:
        made = every_lot.call_back(
            product=seen, reason=form.cleaned_data.get("reason", ""), by=request.user, notice=notice
        )
    except actions.RecallRefused as refused:
        messages.error(request, REASONS[refused.reason])
        return redirect("safety:product", pk)
    words = ngettext(
        "Blocked: nothing of this lot can be signed. Its recall is open.",
        "Blocked: nothing of these %(count)d lots can be signed. Their recalls are open.",
        len(made),
    )
    messages.warning(request, words % {"count": len(made)})
    return redirect("safety:list")


def _notice(request: HttpRequest, pk: int | None) -> Notice | None:
    held = Notice.objects.visible_to(request.user).filter(clinic=request.clinic)
    return get_object_or_404(held, pk=pk) if pk else None


def _recalls(request: HttpRequest):
    return Recall.objects.visible_to(request.user).filter(clinic=request.clinic)


@permission_required(P.TRACE_SEE)
@require_safe
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _followed(request: HttpRequest, pk: int) -> Recall:
    """With everybody on it who belongs there by now: whoever looks at a list sees all of it."""
    shown = _recalls(request).select_related(
        "lot__product__clinic", "clinic", "notice", "origin__clinic", "opened_by"
    )
    seen = get_object_or_404(shown, pk=pk)
    actions.catch_up(recall=seen, by=request.user)
    return seen


def _page(
    request: HttpRequest,
    pk: int,
    form: CloseForm | None = None,
    *,
    status: int = 200,
    show: str | None = None,
    **at_row: object,
) -> HttpResponse:
    """`at_row`: the row that was refused, why, and what was sent."""
    seen = _followed(request, pk)
    audit.record(by=request.user, what="safety.recall_read", subject=seen, clinic=request.clinic)
    list_ = WorkList(seen, request.GET.get("show", "") if show is None else show)
    page = {
        "recall": seen,
        "progress": with_progress(Recall.objects.filter(pk=seen.pk))[0],
        "people": [(one, messages_to.to(one, seen)) for one in list_.shown],
        "times": times(seen, list_.people),
        "work_list": list_,
        "next_to_call": next((one.pk for one in list_.shown if not one.status), None),
        "attempt_form": AttemptForm(),
        "close_form": form or CloseForm(),
        "may_write": may(request, P.RECALL_WRITE) and seen.closed_at is None,
        "met": naming.names([seen.exposure], seen.clinic)[seen.exposure] if seen.kind else None,
        "steps": seen.steps.all(),
        **at_row,
    }
    return render(request, "safety/recall.html", page, status=status)


@permission_required(P.RECALL_WRITE)
@require_POST
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """The list comes back as it was shown, at the row that was saved; refused, at its form with what was entered."""
    reach = get_object_or_404(Reach.objects.filter(recall__in=_recalls(request)), pk=pk)
    show = WorkList.named(request.POST.get("show", ""))
    if refused := _noted(reach, AttemptForm(request.POST), request.user):
        messages.error(request, refused)
        at_row = {"refused_at": pk, "refused": refused, "sent": request.POST}
        return _page(request, reach.recall_id, status=422, show=show, **at_row)
    place = WorkList(reach.recall, show).place_of(pk)
    return redirect(
        reverse("safety:recall", args=[reach.recall_id]) + (f"?show={show}" if show else "") + f"#{place}"
    )


def _noted(reach: Reach, form: AttemptForm, by: User) -> str:
    """Why not; "" where it was written down."""
    if not form.is_valid():
        return str(REASONS["unknown_status"])
    try:
        actions.note_attempt(reach=reach, by=by, **form.cleaned_data)
    except actions.RecallRefused as refused:
        return str(REASONS[refused.reason])
    return ""


@permission_required(P.RECALL_WRITE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_recalls(request), pk=pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, form, status=422)
    try:
        actions.close_recall(recall=seen, conclusion=form.cleaned_data["conclusion"], by=request.user)
    except actions.RecallRefused as refused:
        form.add_error("conclusion", REASONS[refused.reason])
        return _page(request, pk, form, status=422)
    messages.success(request, _closed(seen))
    return redirect("safety:recall", pk)


def _closed(seen: Recall) -> str:
    if seen.is_drill:
        return _("The drill is closed. Nothing was blocked.")
    return _("The recall is closed. The lot stays blocked.") if seen.lot_id else _("The list is closed.")


@permission_required(P.TRACE_SEE)
@require_safe
def recall_csv(request: HttpRequest, pk: int) -> HttpResponse:
    seen = _followed(request, pk)
    people = seen.people.select_related("patient").prefetch_related("attempts__made_by")
    audit.record(by=request.user, what="safety.recall_exported", subject=seen, clinic=request.clinic)
    return spreadsheets.answer(f"recall-{pk}", tables.of_recall(people))


@permission_required(P.RECALL_WRITE)
@require_safe
def letters_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    seen = _followed(request, pk)
    people = list(seen.people.filter(settled_at=None).exclude(status=REFUSED).select_related("patient"))
    audit.record(
        by=request.user,
        what="safety.letters_printed",
        subject=seen,
        clinic=request.clinic,
        detail={"letters": len(people)},
    )
    return printing.answer(letters.pdf(seen, people, knowledge.current()), f"recall-{pk}")
