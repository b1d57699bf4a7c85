"""The waiting list, the clinic's rules and feeds, and what opens without a log-in: a feed, and no more reminders."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wheal.clinic import mail, walls
from wheal.clinic.appointments import actions, feed_secrets, feeds, reminding
from wheal.clinic.appointments.forms import FeedForm, RulesForm, WaitingForm
from wheal.clinic.appointments.models import Appointment, Feed, State, Waiting
from wheal.clinic.appointments.pages import appointment_of, rules_of, shown
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P, permission_required


@permission_required(P.BOOK)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    rows = Waiting.objects.filter(clinic=request.clinic, ended_at=None).select_related(
        "patient", "practitioner"
    )
    free = Appointment.objects.filter(
        clinic=request.clinic, state__in=(State.CANCELLED, State.NO_SHOW), starts_at__gt=timezone.now()
    )
    page = {"rows": rows, "free": free.shown()[:20], "today": request.clinic.day_of()}
    readings.shows(request, *(each.patient_id for each in [*rows, *page["free"]]))
    return render(request, "appointments/waiting.html", page)


@permission_required(P.BOOK)
@require_http_methods(["GET", "POST"])
def wait(request: HttpRequest, patient_pk: int) -> HttpResponse:
    patient = patient_or_404(request, patient_pk)
    form = WaitingForm(request.POST or None, request.clinic, {"first": request.clinic.day_of()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.wait(clinic=request.clinic, patient=patient, by=request.user, **form.cleaned_data)
        except actions.AppointmentRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("%(name)s is on the waiting list.") % {"name": patient})
            return redirect("appointments:waiting")
    page = {"form": form, "patient": patient}
    return render(request, "appointments/wait.html", page, status=422 if form.errors else 200)


@permission_required(P.BOOK)
@require_POST
def stop_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    actions.stop_waiting(row=get_object_or_404(Waiting, clinic=request.clinic, pk=pk), by=request.user)
    return redirect("appointments:waiting")


@permission_required(P.BOOK)
@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """The place of this appointment, which was cancelled or missed, to somebody who waits."""
    freed, asked = appointment_of(request, pk), request.POST.get("waiting", "")
    row = get_object_or_404(Waiting, clinic=request.clinic, pk=asked if asked.isdecimal() else None)
    try:
        booked = actions.offer(row=row, freed=freed, by=request.user)
    except actions.AppointmentRefused as refused:
        return shown(
            request, freed, refused=refused.reason, reasons=getattr(refused, "reasons", []), status=422
        )
    messages.success(request, _("Booked for %(name)s. Call them.") % {"name": booked.row.patient})
    return redirect("appointments:appointment", booked.row.pk)


@permission_required(P.CALENDAR_OWN)
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    return _own(request)


def _own(request: HttpRequest, *, status: int = 200, **forms: object) -> HttpResponse:
    rules = rules_of(request.clinic)
    said = {name: getattr(rules, name) for name in RulesForm.base_fields}
    held = Feed.objects.standing().filter(clinic=request.clinic)
    page = {
        "rules_form": RulesForm(initial=said),
        "feed_form": FeedForm(None, request.clinic),
        "feeds": [
            (feed, _address(request, feed)) for feed in held.select_related("practitioner", "room", "made_by")
        ],
        "mail_is_set_up": mail.is_set_up(),
        **forms,
    }
    return render(request, "appointments/own.html", page, status=status)


def _address(request: HttpRequest, feed: Feed) -> str:
    """Nothing for one that somebody else made."""
    secret = feed_secrets.opened(feed) if feed.made_by == request.user else ""
    return request.build_absolute_uri(reverse("appointments:feed", args=[secret])) if secret else ""


@permission_required(P.CALENDAR_OWN)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _own(request, rules_form=form, status=422)
    actions.decide(clinic=request.clinic, by=request.user, **form.cleaned_data)
    messages.success(request, _("Decided."))
    return redirect("appointments:own")


@permission_required(P.CALENDAR_OWN)
@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    form = FeedForm(request.POST, request.clinic)
    if not form.is_valid():
        return _own(request, feed_form=form, status=422)
    what, _dash, pk = form.cleaned_data["whose"].partition("-")
    whose = (
        {"practitioner": get_object_or_404(User, pk=pk)}
        if what == "person"
        else {"room": get_object_or_404(Thing, pk=pk)}
    )
    actions.make_feed(clinic=request.clinic, by=request.user, **whose)
    return redirect("appointments:own")


@permission_required(P.CALENDAR_OWN)
@require_POST
def revoke_feed(request: HttpRequest, pk: int) -> HttpResponse:
    actions.revoke_feed(feed=get_object_or_404(Feed, clinic=request.clinic, pk=pk), by=request.user)
    return redirect("appointments:own")


@permission_required(P.BOOK)
@require_POST
def set_reminders(request: HttpRequest, patient_pk: int) -> HttpResponse:
    patient = patient_or_404(request, patient_pk)
    actions.set_reminders(patient=patient, wanted=bool(request.POST.get("wanted")), by=request.user)
    return redirect("patients:show", patient_pk)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar programs, which do not log in: the secret is the key, while the address stands."""
    standing = Feed.objects.standing().select_related("clinic", "practitioner", "room")
    held = get_object_or_404(standing, digest=feed_secrets.digest(secret))
    walls.show([held.clinic_id])
    answer = HttpResponse(feeds.calendar_of(held), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@require_http_methods(["GET", "POST"])
def no_reminders(request: HttpRequest, stop: str) -> HttpResponse:
    """By the link in a reminder: asked once, so that a program that looks at links changes nothing."""
    try:
        with walls.every_clinic():
            patient = Patient.objects.select_related("clinic").get(pk=reminding.SIGNER.unsign(stop))
    except (signing.BadSignature, Patient.DoesNotExist) as problem:
        raise Http404 from problem
    walls.show([patient.clinic_id])
    if request.method == "POST":
        actions.set_reminders(patient=patient, wanted=False, by=None)
    translation.activate(patient.language)
    request.LANGUAGE_CODE = patient.language
    page = {"clinic_of": patient.clinic, "done": request.method == "POST"}
    return render(request, "appointments/no_reminders.html", page)


feed.permission = "secret address"
no_reminders.permission = "link of a reminder"
