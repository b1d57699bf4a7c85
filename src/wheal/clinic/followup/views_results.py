"""The results of a clinic, and when it asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wheal import knowledge
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.followup import actions, results, schedules, tables
from wheal.clinic.followup.forms_lists import ResultsForm, ScheduleForm
from wheal.clinic.followup.results import Asked, Group
from wheal.clinic.followup.views import language
from wheal.clinic.followup.wording import said_groups
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.treatments.models import Protocol


def _form(request: HttpRequest) -> ResultsForm:
    known = knowledge.current()
    areas = sorted(((area, known.name(area, language())) for area in known.areas), key=lambda pair: pair[1])
    return ResultsForm(request.GET or None, areas)


def _groups(request: HttpRequest, form: ResultsForm) -> list[Group]:
    since, until = form.days(request.clinic.day_of())
    area = form.cleaned_data.get("area", "") if form.is_valid() else ""
    return results.groups(request.clinic, Asked(since, until, area), knowledge.current())


@permission_required(P.OUTCOMES_SEE)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    known, form = knowledge.current(), _form(request)
    found = _groups(request, form) if not form.errors else []
    audit.record(by=request.user, what="followup.results_read", clinic=request.clinic)
    shown = {
        "form": form,
        "groups": said_groups(found, known, language()),
        "least": results.least(),
        "query": request.GET.urlencode(),
        "may_read_charts": may(request, P.CHART_READ),
        "weak": known.instruments.get("tape"),
        "preferred": known.instruments.get("ultrasound"),
    }
    return render(request, "followup/results.html", shown, status=422 if form.errors else 200)


@permission_required(P.OUTCOMES_SEE)
@require_safe
def results_csv(request: HttpRequest) -> HttpResponse:
    found = _groups(request, _form(request))
    audit.record(by=request.user, what="followup.results_exported", clinic=request.clinic)
    return spreadsheets.answer(
        f"results-{request.clinic.day_of():%Y-%m-%d}",
        tables.of_results(found, knowledge.current(), language()),
    )


@permission_required(P.CHART_READ)
@require_safe
def schedule_list(request: HttpRequest) -> HttpResponse:
    known = knowledge.current()
    held = schedules.of(request.clinic, known)
    names = Protocol.objects.filter(clinic=request.clinic, retired_at=None).values_list("name", flat=True)
    rows = [(name, held.own.get(name), held.asked(name, "")) for name in ["", *sorted(set(names))]]
    shown = {"rows": rows, "shipped": known.schedules, "may_write": may(request, P.PROTOCOL_WRITE)}
    return render(request, "followup/schedules.html", shown)


@permission_required(P.PROTOCOL_WRITE)
@require_http_methods(["GET", "POST"])
def write_schedule(request: HttpRequest) -> HttpResponse:
    """Of one protocol, or of all that have none of their own."""
    protocol = request.GET.get("protocol", "")[:80]
    held = schedules.of(request.clinic, knowledge.current())
    form = ScheduleForm(request.POST or None, held.asked(protocol, ""))
    if request.method == "POST" and form.is_valid():
        asked = [] if "as_shipped" in request.POST else form.asked()
        actions.write_schedule(
            clinic=request.clinic,
            protocol=protocol,
            asked=asked,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        messages.success(request, _("Kept. From now on everybody is asked on these days."))
        return redirect("followup:schedules")
    shown = {"form": form, "protocol": protocol}
    return render(request, "followup/schedule.html", shown, status=422 if form.errors else 200)
