"""For the patient's clinic: who opened a record in an emergency, why, what they read, and whether it was right."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wheal.clinic.audit.models import Event
from wheal.clinic.breakglass import actions
from wheal.clinic.breakglass.models import Opening
from wheal.clinic.patients import readings
from wheal.clinic.people.models import ROLE_NAMES
from wheal.clinic.people.permissions import P, may, permission_required

A_PAGE = 50
REASONS = {
    "own": gettext_lazy("Somebody else must look at what you opened yourself."),
    "finding": gettext_lazy("Say whether it was right."),
    "words": gettext_lazy("Write what was not right about it: ten letters or more."),
    "reviewed": gettext_lazy("Somebody has looked at it in the meantime."),
}


class ReviewForm(forms.Form):
    finding = forms.ChoiceField(
        label=gettext_lazy("What you find"), choices=Opening.Finding.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed where it was not right. It is kept with the access."),
    )  # fmt: skip


def _here(request: HttpRequest):
    rows = Opening.objects.filter(clinic=request.clinic)
    return rows.select_related("patient", "by", "came_from", "reviewed_by")


@permission_required(P.AUDIT_READ)
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    past = Paginator(_here(request).exclude(reviewed_at=None), A_PAGE).get_page(request.GET.get("page"))
    waiting = _here(request).waiting()
    readings.shows(request, *(row.patient_id for row in [*waiting, *past]))
    page = {"waiting": waiting, "past": past, "now": timezone.now(), **_named(request)}
    return render(request, "breakglass/openings.html", page)


@permission_required(P.AUDIT_READ)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """A fragment: how many wait for somebody to look at them, and whether one lasts now."""
    rows = list(_here(request).waiting())
    lasting = [row for row in rows if not row.is_over(timezone.now())]
    return render(request, "breakglass/_waiting.html", {"waiting": rows, "lasting": lasting})


@permission_required(P.AUDIT_READ)
@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """A fragment of the bar over every page: the number of those that wait."""
    number = Opening.objects.filter(clinic=request.clinic).waiting().count()
    return render(request, "breakglass/_badge.html", {"number": number})


@permission_required(P.AUDIT_READ)
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_here(request), pk=pk)
    readings.shows(request, row.patient_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review(opening=row, by=request.user, **form.cleaned_data)
        except actions.OpeningRefused as refused:
            if refused.reason == "reviewed":
                messages.warning(request, REASONS["reviewed"])
                return redirect("breakglass:opening", row.pk)
            form.add_error("words" if refused.reason == "words" else None, REASONS[refused.reason])
        else:
            messages.success(request, _("Kept with the access."))
            return redirect("breakglass:openings")
    page = {
        "opening": row, "form": form, "role": ROLE_NAMES.get(row.role, row.role), "reads": _reads(row),
        "is_over": row.is_over(timezone.now()), "is_own": row.by_id == request.user.pk, **_named(request),
    }  # fmt: skip
    return render(request, "breakglass/opening.html", page, status=422 if form.errors else 200)


def _reads(row: Opening):
    """Each time the record was looked at, the first first."""
    seen = Event.objects.filter(
        patient_id=row.patient_id, what="breakglass.record_read", subject_id=str(row.pk)
    )
    return list(seen.order_by("id").values_list("at", flat=True))


def _named(request: HttpRequest) -> dict[str, object]:
    """Whether this role sees names of patients."""
    return {"named": may(request, P.PATIENT_FIND)}
