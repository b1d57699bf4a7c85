"""Who was treated with a device, needle lot, water point or disinfectant, or in a room."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import tracing
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import actions, calling_back, lists, tables, webs
from wheal.clinic.safety.forms import CallBackForm
from wheal.clinic.safety.models import Recall
from wheal.clinic.safety.progress import with_progress
from wheal.clinic.safety.traced import Table
from wheal.clinic.safety.views_recall import REASONS


def _here(request: HttpRequest) -> QuerySet[Thing]:
    return Thing.objects.visible_to(request.user).filter(clinic=request.clinic)


@permission_required(P.TRACE_SEE)
@require_safe
def thing(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(_here(request), pk=pk))


def _page(request: HttpRequest, seen: Thing, form: CallBackForm | None = None) -> HttpResponse:
    found = webs.of_thing(seen)
    _note(request, "thing_traced", seen, found)
    kind, name = seen.as_exposure
    lists = Recall.objects.filter(clinic=request.clinic, kind=kind, name=name, lot=None)
    page = {
        "thing": seen,
        "state": seen.state(timezone.localdate()),
        "web": found,
        "traced": Table(found, request.clinic.name),
        "recalls": with_progress(lists),
        "others": calling_back.everywhere(seen).exclude(clinic=request.clinic).count(),
        "form": form or CallBackForm(initial={"since": calling_back.first_used(seen)}),
        "may_recall": may(request, P.RECALL_WRITE),
    }
    return render(request, "safety/thing.html", page, status=422 if form else 200)


@permission_required(P.RECALL_WRITE)
@require_POST
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = CallBackForm(request.POST)
    if not form.is_valid():
        return _page(request, seen, form)
    try:
        made = calling_back.call_back(thing=seen, by=request.user, **form.cleaned_data)
    except actions.RecallRefused as refused:
        form.add_error("reason", REASONS[refused.reason])
        return _page(request, seen, form)
    messages.warning(request, _("Blocked: nothing can be signed with it."))
    return redirect("safety:recall", made.pk)


@permission_required(P.TRACE_SEE)
@require_safe
def thing_csv(request: HttpRequest, pk: int) -> HttpResponse:
    seen, found = _exported(request, pk)
    return spreadsheets.answer(f"{seen.kind}-{pk}", tables.of_web(found))


@permission_required(P.TRACE_SEE)
@require_safe
def thing_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    seen, found = _exported(request, pk)
    return lists.as_download(
        _("Who was treated with %(thing)s") % {"thing": seen}, found, request, f"{seen.kind}-{pk}"
    )


def _exported(request: HttpRequest, pk: int) -> tuple[Thing, tracing.Web]:
    seen = get_object_or_404(_here(request), pk=pk)
    found = webs.of_thing(seen)
    _note(request, "thing_exported", seen, found)
    return seen, found


def _note(request: HttpRequest, what: str, seen: Thing, found: tracing.Web) -> None:
    audit.record(
        by=request.user,
        what=f"safety.{what}",
        subject=seen,
        clinic=request.clinic,
        detail={"kind": seen.kind, "patients": found.counts["patients"]},
    )
