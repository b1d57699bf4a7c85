"""Who was treated with a device, needle lot, water point or disinfectant, or in a room."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wheal import tracing
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.safety import lists, tables, webs
from wheal.clinic.safety.traced import Table


def _here(request: HttpRequest) -> QuerySet[Thing]:
    return Thing.objects.visible_to(request.user).filter(clinic=request.clinic)


@permission_required(P.TRACE_SEE)
@require_safe
def thing(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    found = webs.of_thing(seen)
    _note(request, "thing_traced", seen, found)
    page = {"thing": seen, "state": seen.state(timezone.localdate()), "web": found}
    page["traced"] = Table(found, request.clinic.name)
    return render(request, "safety/thing.html", page)


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
