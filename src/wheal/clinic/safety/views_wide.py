"""Whom one practitioner treated, and who was given any lot of a product, in some days; wherever one may trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from wheal import tracing
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import lists, same, tables, webs
from wheal.clinic.safety.forms import DaysForm, OpenForm
from wheal.clinic.safety.traced import Table
from wheal.clinic.stock.models import Product


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str  # practitioner or product
    seen: User | Product
    title: str
    form: DaysForm
    days: webs.Days
    web: tracing.Web
    everybody: int  # on the whole record

    def link(self, ending: str) -> str:
        return reverse(f"safety:{self.kind}-{ending}", args=[self.seen.pk]) + _query(self.days)

    @property
    def days_words(self) -> str:
        return _in_words(self.days)

    @property
    def headline(self) -> str:
        """Of a paper, which is read without the page: of which days it tells."""
        return f"{self.title} · {self.days_words}"

    @property
    def more(self) -> str:
        """Who is not on it."""
        outside = self.everybody - self.web.counts["patients"]
        words = ngettext(
            "%(count)d more person in the time before or after",
            "%(count)d more people in the time before or after",
            outside,
        )
        return words % {"count": outside} if outside else ""

    def lines(self) -> Iterator[list[object]]:
        """Of a table; one of some days alone says first of which, and who is not on it."""
        if not self.days.is_whole:
            yield [self.headline, self.more]
        yield from tables.of_web(self.web)


def _in_words(days: webs.Days) -> str:
    since, until = (day and formats.date_format(day, "SHORT_DATE_FORMAT") for day in (days.since, days.until))
    if since and until:
        return _("%(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return _("since %(since)s") % {"since": since}
    return _("until %(until)s") % {"until": until} if until else _("the whole record")


def _query(days: webs.Days) -> str:
    given = {"since": days.since, "until": days.until}
    asked = urlencode({name: day.isoformat() for name, day in given.items() if day})
    return f"?{asked}" if asked else ""


@permission_required(P.TRACE_SEE)
@require_safe
def page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    asked = _asked(request, kind, pk, "traced")
    page = {
        "asked": asked,
        "traced": Table(asked.web, request.clinic.name),
        "csv": asked.link("csv"),
        "pdf": asked.link("pdf"),
        **_to_call_back(request, asked.seen),
    }
    return render(request, "safety/wide.html", page)


@permission_required(P.TRACE_SEE)
@require_safe
def csv(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    return spreadsheets.answer(f"{kind}-{pk}", _asked(request, kind, pk, "exported").lines())


@permission_required(P.TRACE_SEE)
@require_safe
def pdf(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    asked = _asked(request, kind, pk, "exported")
    return lists.as_download(asked.headline, asked.web, request, f"{kind}-{pk}", asked.more)


def _to_call_back(request: HttpRequest, seen: User | Product) -> dict[str, object]:
    if not isinstance(seen, Product) or not may(request, P.RECALL_WRITE):
        return {}
    left = seen.lots.filter(recalled_at=None).count()
    return {"recall_form": OpenForm(), "to_recall": left} if left else {}


def _asked(request: HttpRequest, kind: str, pk: int, done: str) -> Asked:
    form = DaysForm(request.GET or None)
    days = form.chosen()
    find, title, web = KINDS[kind]
    seen = find(request, pk)
    clinics = same.clinics_of(request.user, P.TRACE_SEE)
    found = web(seen, clinics=clinics, days=days)
    everybody = found.counts["patients"] if days.is_whole else webs.everybody(seen, clinics=clinics)
    detail = {
        "since": days.since.isoformat() if days.since else "",
        "until": days.until.isoformat() if days.until else "",
        "patients": found.counts["patients"],
    }
    audit.record(
        by=request.user, what=f"safety.{kind}_{done}", subject=seen, clinic=request.clinic, detail=detail
    )
    return Asked(kind, seen, title(seen), form, days, found, everybody)


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
