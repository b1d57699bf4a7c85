"""Reactions: the list by what they wait for, one recorded, one read, followed, judged and corrected."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal import frequencies, knowledge
from wheal.clinic.audit import actions as audit
from wheal.clinic.lists import from_standby
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.people.models import Clinic, Role
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.safety.authorities import duties
from wheal.clinic.safety.models import Alarm, Assessment, Correction, FollowUp, Reaction, Tie
from wheal.clinic.safety.reactions import actions, board, judging, led_to, photographed
from wheal.clinic.safety.reactions.forms import AssessForm, CorrectForm, FollowForm, RecordForm
from wheal.clinic.safety.reactions.models import COUNTED_FROM, newest
from wheal.clinic.safety.watching import actions as watching
from wheal.clinic.safety.watching.reading import alarms_of
from wheal.events import flags

REASONS = {
    "kind_unknown": gettext_lazy("Choose what it is."),
    "onset_to_come": gettext_lazy("This day is still to come."),
    "onset_before_birth": gettext_lazy("This day is before the patient was born."),
    "due_in_the_past": gettext_lazy("This day is past. Choose today or later."),
    "not_this_patient": gettext_lazy("That session is another patient’s."),
    "after_the_onset": gettext_lazy(
        "That session came after the first day of the reaction. Take it out, or correct the day."
    ),
    "too_many_places": gettext_lazy("More than 40 places: tap the outermost ones."),
    "recorded_already": gettext_lazy(
        "The same reaction with the same first day is recorded already. Write a follow-up there."
    ),
    "to_come": gettext_lazy("This day is still to come."),
    "before_it_began": gettext_lazy("This day is before the reaction began."),
    "unknown_code": gettext_lazy("This could not be read. Choose again."),
    "withdrawn": gettext_lazy("This reaction was recorded by mistake: nothing more is written to it."),
    "seriousness_contradicted": gettext_lazy(
        "The grade or the course says that the patient died. Tick that here, or correct the grade."
    ),
    "reason_missing": gettext_lazy("Write why."),
    "nothing_changed": gettext_lazy("This is what stands there already."),
    "day_unreadable": gettext_lazy("Choose the right first day."),
}


def _here(request: HttpRequest) -> QuerySet[Reaction]:
    seen = Reaction.objects.visible_to(request.user).filter(clinic=request.clinic)
    return seen.select_related("patient", "clinic", "recorded_by")


def is_physician(request: HttpRequest) -> bool:
    return request.role == Role.PHYSICIAN


@permission_required(P.CHART_READ)
@require_safe
def reactions(request: HttpRequest) -> HttpResponse:
    page = _listed(request.clinic)
    seen = page["board"]
    rows = [*seen.for_a_physician, *seen.unread, *seen.overdue, *seen.open, *page["over"]]
    people = sorted({row.patient_id for row in rows})
    audit.record(
        by=request.user, what="safety.reactions_listed", clinic=request.clinic, detail={"patients": people}
    )
    return render(request, "safety/reactions/list.html", page)


@from_standby
def _listed(clinic: Clinic) -> dict[str, object]:
    today = clinic.day_of()
    return {"board": board.board(clinic, today), "over": list(board.over(clinic)), "today": today}


@permission_required(P.REACTION_WRITE)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, patient_pk: int) -> HttpResponse:
    patient = patient_or_404(request, patient_pk)
    known = knowledge.current()
    led = led_to.candidates(patient, request.clinic.day_of())
    sessions, passes = [one.session for one in led], [drawn.row for one in led for drawn in one.drawn]
    form = RecordForm(
        request.POST if request.method == "POST" else None, patient=patient, sessions=sessions, passes=passes,
        known=known,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            made = actions.record(patient=patient, new=form.as_new(), by=request.user, known=known)
        except actions.ReactionRefused as refused:
            form.add_error(refused.about or None, REASONS[refused.reason])
        else:
            _say_recorded(request, made)
            return redirect("safety:reaction", made.pk)
    page = {"form": form, "patient": patient, "led": led, "chosen": _chosen(request, form)}
    return render(request, "safety/reactions/record.html", page, status=422 if form.errors else 200)


def _say_recorded(request: HttpRequest, made: Reaction) -> None:
    messages.success(request, _("Recorded and fixed."))
    _say_watched(request, made)


def _say_watched(request: HttpRequest, made: Reaction) -> None:
    sighting = watching.judge(made)
    if sighting and sighting.level == Alarm.Level.ALARM:
        messages.error(request, _("The watch alarms: others with the same exposures fell ill too."))
    elif sighting:
        messages.warning(request, _("The watch looks at a shared cause."))


def _chosen(request: HttpRequest, form: RecordForm) -> dict[str, object]:
    """What stands ticked beside the maps; at first the last session."""
    if form.is_bound:
        return {"sessions": request.POST.getlist("sessions"), "here": request.POST.getlist("here")}
    return {"sessions": list(form.sessions_held)[:1], "here": []}


@permission_required(P.CHART_READ)
@require_safe
def reaction(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    audit.record(
        by=request.user,
        what="safety.reaction_read",
        subject=seen,
        clinic=request.clinic,
        patient=seen.patient,
    )
    if seen.is_unread and may(request, P.REACTION_WRITE):
        actions.read(reaction=seen, by=request.user)
    return show(request, seen)


def show(request: HttpRequest, seen: Reaction, status: int = 200, **bound: object) -> HttpResponse:
    """The page with its forms; one of them may be bound and refused."""
    known = knowledge.current()
    rows = _here(request).prefetch_related(
        "places",
        "declarations__sent",
        Prefetch("follow_ups", queryset=FollowUp.objects.select_related("written_by").order_by("-id")),
        Prefetch("assessments", queryset=Assessment.objects.select_related("made_by").order_by("-id")),
        Prefetch("corrections", queryset=Correction.objects.select_related("made_by")),
    )
    held = rows.get(pk=seen.pk)
    raised = flags.raised(kind=held.kind, warnings=held.warnings, signs=held.signs, known=known)
    judged = newest(held.assessments.all())
    found, language = judging.expectation(held, known), (get_language() or "en")[:2]
    page = {
        "reaction": held,
        "patient": held.patient,
        "flags": raised,
        "samples": flags.samples_of(raised, known),
        "led": led_to.of(held),
        "tied_by_the_site": held.source == Reaction.Source.PATIENT
        and all(one.corrects != "sessions" for one in held.corrections.all()),
        "judged": judged,
        "expectation": found,
        "listed_as": [frequencies.of_harm(name, known.harms[name], language, known) for name in found.harms],
        "alarms": alarms_of(held),
        "pictured": photographed.page(request, held, known),
        "may_photograph": may(request, P.PHOTOGRAPH_TAKE),
        "may_ask": may(request, P.CONSENT_TAKE),
        "today": request.clinic.day_of(),
        "may_write": may(request, P.REACTION_WRITE) and held.withdrawn_at is None,
        "may_judge": may(request, P.REACTION_JUDGE) and held.withdrawn_at is None,
        "may_report": may(request, P.RECALL_WRITE) and held.withdrawn_at is None,
        "follow_form": FollowForm(None, known=known, today=request.clinic.day_of()),
        "assess_form": AssessForm(None, known=known, last=judged, grade=held.grade),
        "correct_form": CorrectForm(None, known=known),
    } | bound
    return render(request, "safety/reactions/show.html", page, status=status)


@permission_required(P.REACTION_WRITE)
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    form = FollowForm(request.POST, known=knowledge.current(), today=request.clinic.day_of())
    if form.is_valid():
        try:
            actions.follow(
                reaction=seen, new=form.as_new(), is_physician=is_physician(request), by=request.user
            )
            messages.success(request, _("Written and fixed."))
            _became(request, seen, form.cleaned_data)
            return redirect("safety:reaction", pk)
        except actions.ReactionRefused as refused:
            form.add_error(refused.about or None, REASONS[refused.reason])
    return show(request, seen, status=422, follow_form=form)


def _became(request: HttpRequest, seen: Reaction, told: dict[str, object]) -> None:
    """It stands as a correction of the kind, and is judged by the watch at once."""
    if not told["became"] or told["became"] == seen.kind:
        return
    reason = _("Seen at the follow-up of %(day)s") % {"day": formats.date_format(told["on"], "DATE_FORMAT")}
    actions.correct(
        reaction=seen, corrects="kind", should_be=str(told["became"]), reason=reason,
        is_physician=is_physician(request), by=request.user, known=knowledge.current(),
    )  # fmt: skip
    seen.refresh_from_db()
    _say_watched(request, seen)


@permission_required(P.REACTION_JUDGE)
@require_POST
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    known = knowledge.current()
    form = AssessForm(request.POST, known=known, last=None, grade=None)
    if form.is_valid():
        try:
            judging.assess(reaction=seen, new=form.as_new(), by=request.user, known=known)
            messages.success(request, _("Judged. Earlier judgements stand beneath."))
            return redirect("safety:reaction", pk)
        except actions.ReactionRefused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, REASONS[refused.reason])
    return show(request, seen, status=422, assess_form=form)


@permission_required(P.REACTION_JUDGE)
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(_here(request), pk=pk)
    known = knowledge.current()
    form = CorrectForm(request.POST, known=known)
    if form.is_valid():
        kept = form.cleaned_data
        try:
            actions.correct(
                reaction=seen, corrects=kept["corrects"], should_be=form.should_be, reason=kept["reason"],
                is_physician=is_physician(request), by=request.user, known=known,
            )  # fmt: skip
            watching.look_again(request.clinic)
            messages.success(request, _("Corrected. What was recorded stays readable."))
            return redirect("safety:reaction", pk)
        except actions.ReactionRefused as refused:
            field = {"should_be": kept["corrects"]}.get(refused.about, refused.about)
            form.add_error(field if field in form.fields else None, REASONS[refused.reason])
    return show(request, seen, status=422, correct_form=form)


@permission_required(P.CHART_READ)
@require_safe
def of_patient(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """A fragment of the patient's page: what is open stands on top."""
    patient = patient_or_404(request, patient_pk)
    rows = list(patient.reactions.standing().order_by(COUNTED_FROM.desc(), "-id"))
    page = {"patient": patient, "reactions": rows, "may_write": may(request, P.REACTION_WRITE)}
    return render(request, "safety/reactions/_of_patient.html", page)


@permission_required(P.CHART_READ)
@require_safe
def marks(request: HttpRequest, patient_pk: int) -> HttpResponse:
    """Pieces of the patient's timeline: beside each session the reactions that came after it."""
    patient = patient_or_404(request, patient_pk)
    found: dict[int, list[Reaction]] = defaultdict(list)
    ties = Tie.objects.standing().filter(reaction__patient=patient).select_related("reaction")
    for tie in ties.order_by(Coalesce("reaction__onset", "reaction__reported_on"), "pk"):
        found[tie.session_id].append(tie.reaction)
    return render(request, "safety/reactions/_marks.html", {"marks": list(found.items())})


@permission_required(P.CHART_READ)
@require_safe
@from_standby
def waiting(request: HttpRequest) -> HttpResponse:
    """A fragment of the day list: what a physician must look at, what nobody has read, what is overdue or to report."""
    today = request.clinic.day_of()
    due = duties.waiting(request.clinic, today, knowledge.current()) if may(request, P.RECALL_WRITE) else []
    page = {
        "board": board.board(request.clinic, today),
        "due": due,
        "late": sum(one.by is not None and one.by < today for one in due),
    }
    seen = page["board"]
    rows = [*seen.for_a_physician, *seen.unread, *seen.overdue, *(one.reaction for one in due)]
    readings.shows(request, *(row.patient_id for row in rows))
    return render(request, "safety/reactions/_waiting.html", page)
