"""Emergency access for whoever needs a record that is closed to them: ask, read, end."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic import walls
from wheal.clinic.breakglass import actions
from wheal.clinic.breakglass import record as told
from wheal.clinic.breakglass.lasting import forget, remember
from wheal.clinic.breakglass.models import Opening
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.names import fold
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P, permission_required

REASONS = {
    "cause": gettext_lazy("Choose what happened."),
    "words": gettext_lazy("Write in a few words why you need the record: ten letters or more."),
    "not_needed": gettext_lazy(
        "You may read this chart without emergency access: open it at the patient’s clinic."
    ),
}


class WhomForm(forms.Form):
    """Exact, so that nobody leafs through other clinics."""

    family_name = forms.CharField(label=gettext_lazy("Family name, as on the papers"), max_length=80)
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=Opening.Cause.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you need the record now"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "It is read by the safety officer and the administrators of the patient’s clinic."
        ),
    )


@permission_required(P.RECORD_BREAK)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Whom, what happened and why: with one answer the record is open."""
    form = WhomForm(request.POST or None, initial=_known_already(request))
    if request.method != "POST":
        return render(request, "breakglass/ask.html", {"form": form})
    if not form.is_valid():
        return render(request, "breakglass/ask.html", {"form": form}, status=422)
    found = _sought(form.cleaned_data["family_name"], form.cleaned_data["birth_date"])
    actions.note_search(clinic=request.clinic, found=len(found), by=request.user)
    if chosen := _chosen(request, found):
        return _open(request, form, chosen)
    if not found:
        form.add_error(None, _("No clinic of this group has a patient of exactly this name and birth date."))
    return render(request, "breakglass/ask.html", {"form": form, "found": found}, status=422)


def _known_already(request: HttpRequest) -> dict[str, object]:
    """Whom the page is about that led here, where it is a patient of one's own clinic."""
    typed = request.GET.get("patient", "")
    mine = Patient.objects.visible_to(request.user).filter(clinic=request.clinic)
    patient = mine.filter(pk=typed).first() if typed.isdecimal() and len(typed) < 19 else None
    return {"family_name": patient.family_name, "birth_date": patient.birth_date} if patient else {}


def _sought(family_name: str, born: date) -> list[Patient]:
    """At any clinic; by the index of each."""
    clinics = list(Clinic.objects.values_list("pk", flat=True))
    born_then = Patient.objects.filter(clinic__in=clinics, birth_date=born).select_related("clinic")
    with walls.every_clinic():
        return [
            one for one in born_then.order_by("clinic", "pk") if fold(one.family_name) == fold(family_name)
        ]


def _chosen(request: HttpRequest, found: list[Patient]) -> Patient | None:
    """The only one, or the one that was chosen among those who were found."""
    typed = request.POST.get("patient", "")
    if len(found) == 1:
        return found[0]
    return next((one for one in found if str(one.pk) == typed), None)


def _open(request: HttpRequest, form: WhomForm, patient: Patient) -> HttpResponse:
    kept = form.cleaned_data
    try:
        opening = actions.open_record(
            patient=patient, cause=kept["cause"], reason=kept["reason"], came_from=request.clinic,
            role=request.role, by=request.user,
        )  # fmt: skip
    except actions.OpeningRefused as refused:
        form.add_error("reason" if refused.reason == "words" else None, REASONS[refused.reason])
        return render(request, "breakglass/ask.html", {"form": form}, status=422)
    remember(request, opening)
    return redirect("breakglass:record", opening.pk)


@permission_required(P.RECORD_BREAK)
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.select_related("clinic").filter(by=request.user), pk=pk)
    if opening.is_over(timezone.now()):
        messages.warning(request, _("This emergency access is over. Ask again if it is still an emergency."))
        return redirect("breakglass:ask")
    with walls.only([opening.clinic_id]):
        actions.note_reading(opening=opening, by=request.user)
        held = told.record_of(opening.patient)
        return _record_page(request, opening, held)


def _record_page(request: HttpRequest, opening: Opening, held: told.Record) -> HttpResponse:
    page = {"opening": opening, "record": held, "patient": opening.patient, "facts": held.facts,
            "verdict": held.verdict, "age": held.age,
            "zone_differs": opening.clinic.time_zone != timezone.get_current_timezone_name()}  # fmt: skip
    return render(request, "breakglass/record.html", page)


@permission_required(P.RECORD_BREAK)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.filter(by=request.user), pk=pk)
    with walls.only([opening.clinic_id]):
        actions.close(opening=opening, by=request.user)
    forget(request)
    messages.success(request, _("The record is closed again. Its clinic looks at why it was opened."))
    return redirect("treatments:day")
