"""Who was given this: a lot and everybody who received it, a patient and every lot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wheal import tracing
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.equipment.models import Thing
from wheal.clinic.lists import from_standby
from wheal.clinic.patients import readings
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import actions, following, lists, pictures, same, tables, webs
from wheal.clinic.safety.forms import FindLotForm, OpenForm
from wheal.clinic.safety.models import Notice, Recall
from wheal.clinic.safety.progress import Progress, with_progress
from wheal.clinic.safety.traced import Table
from wheal.clinic.stock.models import Lot


@permission_required(P.TRACE_SEE)
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    form = FindLotForm(request.GET if "lot" in request.GET else None)
    found = _asked(form.cleaned_data["lot"], request.clinic) if form.is_valid() else None
    if found and len(found) == 1 and found[0].is_exact:
        return redirect(found[0].page, found[0].held.pk)
    actions.catch_up_all(request.clinic, request.user)
    return _listed(request, form, found)


@dataclass(frozen=True, slots=True)
class Asked:
    """A lot of the stock, or of needles or disinfectant, or a device."""

    held: Lot | Thing
    name: str
    page: str
    is_exact: bool


def _asked(asked: tracing.LotAsked, clinic: Clinic) -> list[Asked]:
    lots = (
        Asked(lot, lot.product.name, "safety:lot", webs.is_asked(lot, asked))
        for lot in webs.lots_here(asked, clinic)
    )
    things = (
        Asked(
            thing,
            f"{thing.name} · {thing.get_kind_display()}",
            "safety:thing",
            webs.is_thing_asked(thing, asked),
        )
        for thing in webs.things_here(asked, clinic)
    )
    return [*lots, *things]


@from_standby
def _listed(request: HttpRequest, form: FindLotForm, found: list[Asked] | None) -> HttpResponse:
    recalls = Recall.objects.visible_to(request.user).filter(clinic=request.clinic)
    page = {
        "form": form,
        "unlisted": following.unlisted(request.clinic),
        "found": found,
        "practitioners": User.objects.filter(sessions__clinic=request.clinic)
        .distinct()
        .order_by("last_name", "pk"),
        "notices": Notice.objects.visible_to(request.user)
        .filter(clinic=request.clinic)
        .prefetch_related("recalls__lot")[:20],
        "may_recall": may(request, P.RECALL_WRITE),
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
    held = list(same.everywhere(seen).select_related("product__clinic"))
    found, recalls = _web(request, held), with_progress(seen.recalls.all())
    _note(request, "lot_traced", seen, found)
    page = {
        "lot": seen,
        "web": found,
        "traced": Table(found, request.clinic.name),
        "picture": pictures.of_web(found) if found.counts["mixes"] else None,
        "others": [lot for lot in held if lot.product.clinic_id != seen.product.clinic_id],
        "twins": [
            lot for lot in held if lot.product.clinic_id == seen.product.clinic_id and lot.pk != seen.pk
        ],
        "perhaps": same.perhaps(seen).select_related("product__clinic"),
        "recalls": recalls,
        "form": form,
        "may_recall": may(request, P.RECALL_WRITE) and (bool(form.errors) or not _is_under_way(recalls)),
    }
    return render(request, "safety/lot.html", page, status=status)


def _is_under_way(recalls: Iterable[Progress]) -> bool:
    """A recall is opened once; a drill stands in nobody's way."""
    return any(not (row.recall.closed_at or row.recall.is_drill) for row in recalls)


def _web(request: HttpRequest, held: list[Lot]) -> tracing.Web:
    """In this clinic, and wherever else this person may trace."""
    clinics = same.clinics_of(request.user, P.TRACE_SEE)
    return webs.of_lots([lot for lot in held if lot.product.clinic in clinics])


@permission_required(P.TRACE_SEE)
@require_safe
def lot_csv(request: HttpRequest, pk: int) -> HttpResponse:
    return spreadsheets.answer(f"lot-{pk}", tables.of_web(_exported(request, pk)[1]))


@permission_required(P.TRACE_SEE)
@require_safe
def lot_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    seen, found = _exported(request, pk)
    title = _("Who received lot %(number)s · %(product)s") % {
        "number": seen.number,
        "product": seen.product.name,
    }
    return lists.as_download(title, found, request, f"lot-{pk}")


def _exported(request: HttpRequest, pk: int) -> tuple[Lot, tracing.Web]:
    seen = get_object_or_404(lots_here(request), pk=pk)
    found = _web(request, list(same.everywhere(seen).select_related("product__clinic")))
    _note(request, "lot_exported", seen, found)
    return seen, found


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
    """A fragment for the top of the patient's page: blocked lots that this patient received, lists to be told of."""
    seen = get_object_or_404(Patient.objects.visible_to(request.user).filter(clinic=request.clinic), pk=pk)
    received = Q(drawn__mix__session__patient=seen) | Q(amendments__session__patient=seen)
    blocked = Lot.objects.filter(received).exclude(recalled_at=None, quarantined_at=None)
    shown = blocked.select_related("product").distinct().order_by("id")
    waiting = Recall.objects.filter(
        clinic=request.clinic, people__patient=seen, people__settled_at=None, is_drill=False, closed_at=None
    ).select_related("lot__product")
    page = {"lots": shown, "lists": waiting, "patient": seen}
    readings.shows(request, seen.pk)
    return render(request, "safety/_patient_alarms.html", page)


@permission_required(P.TRACE_SEE)
@require_safe
def under_way(request: HttpRequest) -> HttpResponse:
    """A fragment for the day list: recalls that are not closed, and whom a closed one does not name."""
    actions.catch_up_all(request.clinic, request.user)
    return _listed_under_way(request)


@from_standby
def _listed_under_way(request: HttpRequest) -> HttpResponse:
    recalls = Recall.objects.visible_to(request.user).filter(clinic=request.clinic).under_way()
    unlisted = following.unlisted(request.clinic)
    readings.shows(request, *(late.session.patient_id for late in unlisted))
    page = {"rows": with_progress(recalls), "unlisted": unlisted}
    return render(request, "safety/_under_way.html", page)


def _note(request: HttpRequest, what: str, seen: Lot, found: tracing.Web) -> None:
    """Whose names were read: how many; each of them can be told from the lot."""
    audit.record(
        by=request.user,
        what=f"safety.{what}",
        subject=seen,
        clinic=request.clinic,
        detail={"number": seen.number, "patients": found.counts["patients"]},
    )
