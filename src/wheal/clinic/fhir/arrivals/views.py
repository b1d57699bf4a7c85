"""Pages at the desk: choose a summary, see what would be taken in, confirm. Until then nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wheal import knowledge
from wheal.clinic.fhir.arrivals import actions, fetching, sealed
from wheal.clinic.fhir.arrivals.forms import ArrivalForm, person_form
from wheal.clinic.fhir.kinds import numbers
from wheal.clinic.patients import readings
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.actions import Demographics
from wheal.clinic.patients.duplicates import Likely, likely
from wheal.clinic.patients.forms import PatientForm
from wheal.clinic.patients.models import Patient
from wheal.clinic.patients.questionnaire import named_code
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.fhir import incoming, validating
from wheal.fhir.incoming import Person, Summary
from wheal.fhir.outcomes import Refused
from wheal.fhir.statements import Said

NOT_OPENED = {
    "link": gettext_lazy("This is no health link. It begins with shlink:/ and is copied whole."),
    "address": gettext_lazy(
        "Such an address is not opened from here: only https, and only outside the network."
    ),
    "away": gettext_lazy("The other system does not answer. Try again, or ask for the summary as a file."),
    "gone": gettext_lazy("This link opens nothing any more: it ran out or was ended. Ask for a new one."),
    "passcode": gettext_lazy("The passcode is missing or wrong."),
    "document": gettext_lazy("What lies behind this link is no summary that can be read."),
}
GROUPS = {
    "allergies": gettext_lazy("Allergies"), "medications": gettext_lazy("Medicines"),
    "conditions": gettext_lazy("Conditions"), "": gettext_lazy("Other matters"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A statement as it was written there, and what becomes of it here."""

    words: str
    becomes: str
    named: str
    more: tuple[tuple[str, str], ...]
    group: str
    kind: str


@permission_required(P.PATIENT_EDIT)
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    form = ArrivalForm(request.POST or None, request.FILES or None)
    problems: tuple[object, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            summary = _read(request, form)
        except fetching.LinkNotOpened as told:
            form.add_error("passcode" if told.reason == "passcode" else "link", _link_words(told))
        except Refused as told:
            problems = told.problems
        else:
            return _shown(request, summary, person_form(summary.person, request.clinic), status=200)
    status = 422 if form.errors or problems else 200
    return render(request, "fhir/arrivals.html", {"form": form, "problems": problems}, status=status)


def _read(request: HttpRequest, form: ArrivalForm) -> Summary:
    """Raises LinkNotOpened, and Refused with every path."""
    kept = form.cleaned_data
    address = settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    body = (
        kept["file"].read()
        if kept["file"]
        else fetching.fetched(
            kept["link"], kept["passcode"], recipient=request.clinic.name, here=f"{address}/shl/"
        )
    )
    sent = validating.checked(validating.parsed(body), "Bundle")
    return incoming.read(sent, knowledge.current(), ZoneInfo(request.clinic.time_zone))


def _link_words(told: fetching.LinkNotOpened) -> str:
    left = (
        ""
        if told.left is None
        else ngettext("One more try is left.", "%(number)s more tries are left.", told.left)
        % {"number": told.left}
    )
    return f"{NOT_OPENED[told.reason]} {left}".strip()


def _shown(
    request: HttpRequest, summary: Summary, form: PatientForm, *, status: int, perhaps: list[Likely] | None = None,
    busy: Patient | None = None,
) -> HttpResponse:  # fmt: skip
    """What would be taken in. The desk sees how much is said, not what."""
    perhaps = _perhaps(request, summary.person, form) if perhaps is None else perhaps
    readings.shows(request, *(one.patient.pk for one in perhaps))
    page = {
        "summary": summary, "form": form, "busy": busy, "perhaps": perhaps,
        "sealed": sealed.seal(summary, clinic=request.clinic, by=request.user),
        "groups": _groups(summary.said) if may(request, P.CHART_READ) else [],
        "reads_chart": may(request, P.CHART_READ),
    }  # fmt: skip
    return render(request, "fhir/arrival.html", page, status=status)


def _groups(said: list[Said]) -> list[tuple[str, list[Row]]]:
    rows = {group: [_row(each) for each in said if each.group == group] for group in GROUPS}
    return [(str(GROUPS[group]), found) for group, found in rows.items() if group or found]


def _row(said: Said) -> Row:
    language = get_language() or "en"
    known = knowledge.current()
    named = (
        named_code(said.group, said.code, known, language) if said.code and said.becomes == "answer" else ""
    )
    return Row(said.words, said.becomes, named, said.more, said.group, said.kind)


def _perhaps(request: HttpRequest, person: Person, form: PatientForm) -> list[Likely]:
    """By what is typed, where it can be read; else by what the summary says."""
    typed = form.as_person() if form.is_bound and form.is_valid() else person
    if not typed.family_name or typed.birth_date is None:
        return []
    return likely(
        request.clinic, family_name=typed.family_name, given_names=typed.given_names, birth_date=typed.birth_date,
        phone=typed.phone,
    )  # fmt: skip


@permission_required(P.PATIENT_EDIT)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    try:
        summary = sealed.opened(request.POST.get("sealed", ""), clinic=request.clinic, by=request.user)
    except sealed.Unsealed:
        messages.error(
            request, _("This was looked at too long ago, or not by you: choose the summary again.")
        )
        return redirect("arrivals:look")
    for whose in numbers([request.POST.get("whose", "")]):
        return _into(request, summary, patient_or_404(request, int(whose)))
    form = person_form(summary.person, request.clinic, request.POST)
    perhaps = _perhaps(request, summary.person, form)
    if not form.is_valid() or (perhaps and "somebody_else" not in request.POST):
        return _shown(request, summary, form, status=422, perhaps=perhaps)
    return _registered(request, summary, form.as_person(), perhaps)


def _registered(
    request: HttpRequest, summary: Summary, person: Demographics, perhaps: list[Likely]
) -> HttpResponse:
    try:
        patient = actions.register(
            clinic=request.clinic, person=person, summary=summary, by=request.user, known=knowledge.current(),
            despite=tuple(one.patient.pk for one in perhaps),
        )  # fmt: skip
    except actions.PerhapsHere as meanwhile:  # sent twice, or registered at the next desk
        form = person_form(summary.person, request.clinic, request.POST)
        return _shown(request, summary, form, status=409, perhaps=[*perhaps, *meanwhile.found])
    told = _("Registered under number %(number)s.") % {"number": patient.number}
    messages.success(request, f"{told} {_waits() if summary.kept else _nothing()}")
    return redirect("patients:show", patient.pk)


def _into(request: HttpRequest, summary: Summary, patient: Patient) -> HttpResponse:
    try:
        is_new = actions.take_into(
            patient=patient, summary=summary, by=request.user, known=knowledge.current()
        )
    except actions.ArrivalRefused:
        form = person_form(summary.person, request.clinic)
        return _shown(request, summary, form, status=409, busy=patient)
    messages.success(request, _waits() if is_new else _nothing())
    return redirect("patients:show", patient.pk)


def _waits() -> str:
    return _("What was said elsewhere waits in the history to be confirmed.")


def _nothing() -> str:
    return _("The summary brought nothing new into the history: all of it is asked here.")
