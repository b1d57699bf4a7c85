"""Who was given this: a lot and everybody who received it, a patient and every lot."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from wheal import tracing
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import tables, webs
from wheal.clinic.safety.forms import FindLotForm, OpenForm
from wheal.clinic.safety.models import Recall
from wheal.clinic.safety.progress import with_progress
from wheal.clinic.stock.models import Lot


@permission_required(P.TRACE_SEE)
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    form = FindLotForm(request.GET if "lot" in request.GET else None)
    found = None
    if form.is_valid():
        found = list(
            webs.lots_asked(tracing.LotAsked(form.cleaned_data["lot"].strip())).filter(
                product__clinic=request.clinic
            )
        )
        if len(found) == 1:
            return redirect("safety:lot", found[0].pk)
    recalls = Recall.objects.visible_to(request.user).filter(clinic=request.clinic)
    page = {
        "form": form,
        "found": found,
        "open": with_progress(recalls.under_way()),
        "closed": with_progress(recalls.exclude(closed_at=None)[:20]),
    }
    return render(request, "safety/list.html", page)


def lots_here(request: HttpRequest) -> QuerySet[Lot]:
    seen = Lot.objects.visible_to(request.user).filter(product__clinic=request.clinic)
    return seen.select_related("product__clinic")


@permission_required(P.TRACE_SEE)
@require_safe
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(lots_here(request), pk=pk)
    return lot_page(request, seen, OpenForm())


def lot_page(request: HttpRequest, seen: Lot, form: OpenForm, status: int = 200) -> HttpResponse:
    found = webs.of_lots([seen])
    _note(request, "lot_traced", seen, found)
    page = {
        "lot": seen,
        "web": found,
        "recalls": with_progress(seen.recalls.all()),
        "form": form,
        "may_recall": may(request, P.RECALL_WRITE),
    }
    return render(request, "safety/lot.html", page, status=status)


@permission_required(P.TRACE_SEE)
@require_safe
def lot_csv(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(lots_here(request), pk=pk)
    found = webs.of_lots([seen])
    _note(request, "lot_exported", seen, found)
    answer = HttpResponse(tables.of_web(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="lot-{seen.pk}.csv"'
    return answer


@permission_required(P.TRACE_SEE)
@require_safe
def patient(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(Patient.objects.visible_to(request.user).filter(clinic=request.clinic), pk=pk)
    found = webs.of_patient(seen)
    audit.record(
        by=request.user, what="safety.patient_traced", subject=seen, clinic=request.clinic, patient=seen
    )
    return render(
        request, "safety/patient.html", {"patient": seen, "web": found, "rows": tables.by_lot(found)}
    )


@permission_required(P.TRACE_SEE)
@require_safe
def patient_alarms(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment for the top of the patient's page: blocked lots that this patient received."""
    seen = get_object_or_404(Patient.objects.visible_to(request.user).filter(clinic=request.clinic), pk=pk)
    blocked = Lot.objects.filter(drawn__mix__session__patient=seen).exclude(
        recalled_at=None, quarantined_at=None
    )
    shown = blocked.select_related("product").distinct().order_by("id")
    return render(request, "safety/_patient_alarms.html", {"lots": shown, "patient": seen})


@permission_required(P.TRACE_SEE)
@require_safe
def under_way(request: HttpRequest) -> HttpResponse:
    """A fragment for the day list: recalls that are not closed."""
    recalls = Recall.objects.visible_to(request.user).filter(clinic=request.clinic).under_way()
    return render(request, "safety/_under_way.html", {"rows": with_progress(recalls)})


def _note(request: HttpRequest, what: str, seen: Lot, found: tracing.Web) -> None:
    """Whose names were read: how many; each of them can be told from the lot."""
    audit.record(
        by=request.user,
        what=f"safety.{what}",
        subject=seen,
        clinic=request.clinic,
        detail={"number": seen.number, "patients": found.counts["patients"]},
    )
