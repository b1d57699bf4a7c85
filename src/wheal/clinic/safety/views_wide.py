"""Whom one practitioner treated, and who was given any lot of a product, in some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wheal import tracing
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.safety import lists, tables, webs
from wheal.clinic.safety.forms import DaysForm
from wheal.clinic.safety.traced import Table
from wheal.clinic.stock.models import Product
from wheal.surveillance import LOOK_BACK

LATELY = timedelta(days=LOOK_BACK)
"""Whom a session of these days made ill may be ill by now."""


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str  # practitioner or product
    seen: User | Product
    title: str
    form: DaysForm
    since: date
    until: date
    web: tracing.Web

    def link(self, ending: str) -> str:
        days = f"?since={self.since.isoformat()}&until={self.until.isoformat()}"
        return reverse(f"safety:{self.kind}-{ending}", args=[self.seen.pk]) + days


@permission_required(P.TRACE_SEE)
@require_safe
def page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    asked = _asked(request, kind, pk, "traced")
    page = {
        "asked": asked,
        "traced": Table(asked.web, request.clinic.name),
        "csv": asked.link("csv"),
        "pdf": asked.link("pdf"),
    }
    return render(request, "safety/wide.html", page)


@permission_required(P.TRACE_SEE)
@require_safe
def csv(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    return spreadsheets.answer(f"{kind}-{pk}", tables.of_web(_asked(request, kind, pk, "exported").web))


@permission_required(P.TRACE_SEE)
@require_safe
def pdf(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    asked = _asked(request, kind, pk, "exported")
    return lists.as_download(asked.title, asked.web, request, f"{kind}-{pk}")


def _asked(request: HttpRequest, kind: str, pk: int, done: str) -> Asked:
    form = DaysForm(request.GET or None)
    since, until = form.chosen(timezone.localdate(), LATELY)
    shown = form if form.is_bound else DaysForm(initial={"since": since, "until": until})
    find, title, web = KINDS[kind]
    seen = find(request, pk)
    found = web(seen, clinics=[request.clinic], since=since, until=until)
    detail = {"since": since.isoformat(), "until": until.isoformat(), "patients": found.counts["patients"]}
    audit.record(
        by=request.user, what=f"safety.{kind}_{done}", subject=seen, clinic=request.clinic, detail=detail
    )
    return Asked(kind, seen, title(seen), shown, since, until, found)


def _practitioner(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.filter(memberships__clinic=request.clinic).distinct(), pk=pk)


def _product(request: HttpRequest, pk: int) -> Product:
    held = Product.objects.visible_to(request.user).filter(clinic=request.clinic)
    return get_object_or_404(held, pk=pk)


def _treated_by(seen: User) -> str:
    return _("Whom %(name)s treated") % {"name": seen.shown_name}


def _given(seen: Product) -> str:
    return _("Who was given %(name)s") % {"name": seen.name}


KINDS = {
    "practitioner": (_practitioner, _treated_by, webs.of_practitioner),
    "product": (_product, _given, webs.of_product),
}
