"""One photograph: looked at, turned and cropped, filed anew, deleted by rule. And two of them beside each other."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.permissions import P, permission_required
from wheal.clinic.photographs import actions, agreed, gallery
from wheal.clinic.photographs.access import photograph_or_404, ticket
from wheal.clinic.photographs.forms import FilingForm, FramingForm
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.photographs.views import Page, about, not_shown


def _language() -> str:
    return (get_language() or "en")[:2]


@permission_required(P.CHART_READ)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, photograph_or_404(request, pk))


def _page(
    request: HttpRequest, photograph: Photograph, *, status: int = 200, **extra: object
) -> HttpResponse:
    patient = photograph.patient
    page = about(request, patient) | {
        "photograph": photograph,
        "reasons": Photograph.Because.choices,
        **extra,
    }
    if photograph.deleted_at is not None:
        return render(request, "photographs/deleted.html", page, status=410)
    others = [each for each in gallery.of(patient) if each.pose == photograph.pose and each != photograph]
    try:
        page["seen"] = ticket(request, patient, [photograph, *others], "photograph")
    except actions.NotAgreed:
        return render(
            request, "photographs/hidden.html", page | {"purposes": agreed.purposes(patient)}, status=403
        )
    filing = {"pose": photograph.pose, "taken_on": photograph.taken_on}
    page |= {
        "others": others,
        "beside": _beside(photograph, others),
        "framing": photograph.as_framing(),
        "filing_form": page.get("filing_form") or FilingForm(None, knowledge.current(), _language(), filing),
        "purposes": agreed.purposes(patient),
    }
    return render(request, "photographs/one.html", page, status=status)


def _beside(photograph: Photograph, others: list[Photograph]) -> Photograph | None:
    """The first of the same view: what one straightens a picture by."""
    return others[0] if others else None


@permission_required(P.PHOTOGRAPH_TAKE)
@require_POST
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    photograph, form = photograph_or_404(request, pk), FramingForm(request.POST)
    if not form.is_valid():
        words = _(
            "A picture is turned by at most 180 degrees, enlarged up to four times and moved within its frame."
        )
        return _page(request, photograph, refused=words, status=422)
    try:
        actions.frame(photograph=photograph, framing=form.as_framing(), by=request.user)
    except actions.PhotographRefused:
        return redirect("photographs:one", pk)
    messages.success(request, _("Turned and cropped. The original stays as it was taken."))
    return redirect("photographs:one", pk)


@permission_required(P.PHOTOGRAPH_TAKE)
@require_POST
def refile(request: HttpRequest, pk: int) -> HttpResponse:
    photograph = photograph_or_404(request, pk)
    form = FilingForm(request.POST, knowledge.current(), _language())
    if not form.is_valid():
        return _page(request, photograph, filing_form=form, status=422)
    try:
        actions.refile(photograph=photograph, by=request.user, **form.cleaned_data)
    except actions.PhotographRefused:
        return redirect("photographs:one", pk)
    messages.success(request, _("Saved."))
    return redirect("photographs:one", pk)


@permission_required(P.PHOTOGRAPH_DELETE)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    photograph = photograph_or_404(request, pk)
    because, note = request.POST.get("because", ""), request.POST.get("note", "")
    try:
        actions.delete_for_good(photograph=photograph, because=because, note=note, by=request.user)
    except actions.PhotographRefused as refusal:
        return _page(request, photograph, delete_refused=refusal.reason, note=note, status=422)
    messages.success(
        request,
        _("The photograph is deleted. That it was there, and why it was deleted, stays written down."),
    )
    return redirect("photographs:of-patient", photograph.patient_id)


@permission_required(P.CHART_READ)
@require_safe
def compare(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """Two of one view, by default the first and the last, under a slider and side by side."""
    patient, known = patient_or_404(request, patient_pk), knowledge.current()
    rows = [row for row in gallery.rows(gallery.of(patient), known) if row.can_be_compared]
    row = next((each for each in rows if each.pose == request.GET.get("view")), rows[0] if rows else None)
    shown = row.photographs if row else []
    try:
        seen = ticket(request, patient, shown, "comparison")
    except actions.NotAgreed:
        return not_shown(request, patient)
    page: Page = about(request, patient) | {"rows": rows, "row": row, "seen": seen}
    if row:
        before, after = (
            _picked(request, "before", shown, row.first),
            _picked(request, "after", shown, row.last),
        )
        page |= {"before": before, "after": after, "weeks": _weeks(before.taken_on, after.taken_on)}
        page["earlier"] = [(each, _address(row.pose, each, after), each == before) for each in shown]
        page["later"] = [(each, _address(row.pose, before, each), each == after) for each in shown]
    return render(request, "photographs/compare.html", page)


def _picked(request: HttpRequest, name: str, held: list[Photograph], otherwise: Photograph) -> Photograph:
    return next((each for each in held if str(each.pk) == request.GET.get(name)), otherwise)


def _address(pose: str, before: Photograph, after: Photograph) -> str:
    return f"?{urlencode({'view': pose, 'before': before.pk, 'after': after.pk})}"


def _weeks(before: date, after: date) -> int:
    return (after - before).days // 7
