"""Alarms: the list, one with its evidence, what is done about it, its line list, its end."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import spreadsheets
from wheal.clinic.audit import actions as audit
from wheal.clinic.lists import from_standby
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety import telling_across
from wheal.clinic.safety.authorities import duties
from wheal.clinic.safety.models import Alarm
from wheal.clinic.safety.watching import actions, export, naming, pictures
from wheal.clinic.safety.watching.cases import as_likely, cluster
from wheal.clinic.safety.watching.earlier import earlier
from wheal.clinic.safety.watching.forms import CloseForm, NoteForm, exposure_of
from wheal.events import flags
from wheal.surveillance import EXTENDED

REASONS = {
    "closed": gettext_lazy("This alarm is closed. A new case opens another."),
    "not_a_lot": gettext_lazy("This is no lot of this clinic."),
    "not_a_thing": gettext_lazy("This is no device, water, disinfectant or room of this clinic."),
    "reason_missing": gettext_lazy("Write why people are called."),
    "already_open": gettext_lazy("A list of whom to call is open already."),
    "unknown_step": gettext_lazy("Choose what was done."),
    "note_missing": gettext_lazy("Write what exactly was done."),
    "unknown_outcome": gettext_lazy("Choose what was found."),
    "conclusion_missing": gettext_lazy("Write how it ended."),
    "cause_missing": gettext_lazy("Choose the cause that was found."),
    "sample_missing": gettext_lazy("Write which sample, and where it goes."),
    "result_missing": gettext_lazy(
        "Confirmed is what a result says. Write down the result of this thing as a step first, or choose “probable”."
    ),
    "nothing_done": gettext_lazy("Nothing was done about this alarm yet. Write down a step first."),
}
DOES = {
    "quarantine": actions.quarantine,
    "stop": actions.stop,
    "call": actions.call,
    "sample": actions.sample,
}


def _here(request: HttpRequest) -> QuerySet[Alarm]:
    seen = Alarm.objects.visible_to(request.user).filter(clinic=request.clinic)
    return seen.select_related("clinic", "closed_by").prefetch_related("sightings")


@permission_required(P.TRACE_SEE)
@require_safe
@from_standby
def alarms(request: HttpRequest) -> HttpResponse:
    rows = list(_here(request)[:60])
    page = {
        "open": [alarm for alarm in rows if alarm.closed_at is None],
        "closed": [alarm for alarm in rows if alarm.closed_at],
    }
    return render(request, "safety/alarms/list.html", page)


@permission_required(P.TRACE_SEE)
@require_safe
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    audit.record(by=request.user, what="safety.alarm_read", subject=seen, clinic=request.clinic)
    return _page(request, seen)


def _page(request: HttpRequest, seen: Alarm, status: int = 200, **bound: object) -> HttpResponse:
    found, known = cluster(seen), knowledge.current()
    language = (get_language() or "en")[:2]
    kinds = {case.reaction.kind: known.name(case.reaction.kind, language) for case in found.cases}
    steps = list(seen.steps.select_related("done_by", "recall__lot"))
    about = naming.names({(step.kind, step.name) for step in steps if step.kind}, seen.clinic)
    page = {
        "alarm": seen,
        "cluster": found,
        "met_since": found.met_since,
        "look_back": EXTENDED,
        "curve": pictures.curve(found),
        "webs": [
            ("wide", pictures.web(found, kinds)),
            ("narrow", pictures.web(found, kinds, pictures.NARROW)),
        ],
        "samples": flags.samples_for([one.named.kind for one in found.alike or found.suspects[:3]], known),
        "suspects": [(one, flags.samples_for([one.named.kind], known)) for one in found.suspects],
        "may_report": may(request, P.RECALL_WRITE) and seen.closed_at is None,
        "duties": duties.of_country(seen.clinic.jurisdiction, seen.clinic.day_of(seen.opened_at), known),
        "steps": [(step, about.get((step.kind, step.name))) for step in steps],
        "may_act": may(request, P.ALARM_WRITE) and seen.closed_at is None,
        "earlier": earlier(found),
        "cause": naming.names([(seen.cause_kind, seen.cause_id)], seen.clinic) if seen.cause_kind else {},
        "note_form": NoteForm(None, found.suspects),
        "close_form": CloseForm(None, found.suspects),
    } | bound
    return render(request, "safety/alarms/show.html", page, status=status)


@permission_required(P.TRACE_SEE)
@require_safe
def alarm_csv(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    found = cluster(seen)
    audit.record(
        by=request.user, what="safety.line_list_exported", subject=seen, clinic=request.clinic,
        detail={"cases": len(found.cases)},
    )  # fmt: skip
    return spreadsheets.answer(f"alarm-{pk}-line-list", export.line_list(found))


@permission_required(P.ALARM_WRITE)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets a lot aside, stops a thing, or opens the recall of a lot."""
    seen = get_object_or_404(_here(request), pk=pk)
    does = DOES.get(request.POST.get("do", ""))
    exposure, note = exposure_of(request.POST.get("about", "")), request.POST.get("note", "")
    if does is None or exposure not in [one.exposure for one in cluster(seen).suspects]:
        messages.error(request, REASONS["unknown_step"])
        return redirect("safety:alarm", pk)
    try:
        step = does(alarm=seen, exposure=exposure, note=note, by=request.user)
    except actions.AlarmRefused as refused:
        messages.error(request, REASONS[refused.reason])
        return redirect("safety:alarm", pk)
    messages.success(request, f"{step.get_what_display()}.")
    if step.recall_id:
        return redirect("safety:recall", step.recall_id)
    return redirect("safety:alarm", pk)


@permission_required(P.ALARM_WRITE)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = NoteForm(request.POST, cluster(seen).suspects)
    if form.is_valid():
        kept = form.cleaned_data
        exposure = exposure_of(kept["about"])
        try:
            actions.note(alarm=seen, what=kept["what"], note=kept["note"], exposure=exposure, by=request.user)
            messages.success(request, _("Written and fixed."))
            return redirect("safety:alarm", pk)
        except actions.AlarmRefused as refused:
            form.add_error(None, REASONS[refused.reason])
    return _page(request, seen, status=422, note_form=form)


@permission_required(P.ALARM_WRITE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = CloseForm(request.POST, cluster(seen).suspects)
    if form.is_valid():
        kept = form.cleaned_data
        try:
            actions.close(
                alarm=seen, found=kept["found"], conclusion=kept["conclusion"], exposure=exposure_of(kept["cause"]),
                by=request.user,
            )  # fmt: skip
            messages.success(request, _("The alarm is closed and fixed."))
            return redirect("safety:alarm", pk)
        except actions.AlarmRefused as refused:
            field = {
                "cause_missing": "cause",
                "conclusion_missing": "conclusion",
                "result_missing": "found",
            }.get(refused.reason)
            form.add_error(field, REASONS[refused.reason])
    return _page(request, seen, status=422, close_form=form)


@permission_required(P.DAY_SEE)
@require_safe
@from_standby
def on_the_day(request: HttpRequest) -> HttpResponse:
    """A fragment for the day list: alarms for everybody who works here, without a patient's name; and for
    whoever may see who received what, what stood out across clinics last night."""
    lasts = [(one, list(one.sightings.all())[-1]) for one in _here(request).under_way()]
    told = [(one, last, as_likely(last.suspects)) for one, last in lasts]
    page = {"alarms": told, "may_see": may(request, P.TRACE_SEE)}
    if page["may_see"]:
        page["across"], page["is_known"] = telling_across.last_night()
    return render(request, "safety/alarms/_on_the_day.html", page)
