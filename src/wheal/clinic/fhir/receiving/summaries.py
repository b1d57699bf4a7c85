"""Somebody who comes from elsewhere with a summary: registered, and a draft of the history begun for them."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from wheal import knowledge
from wheal.clinic.fhir.access import Caller, proves_to_be_no_other_site
from wheal.clinic.fhir.answers import as_json, base_of, fhir_view
from wheal.clinic.fhir.arrivals import actions as arrivals
from wheal.clinic.fhir.arrivals.forms import person_form
from wheal.clinic.fhir.kinds import numbers
from wheal.clinic.fhir.writing import body_of
from wheal.clinic.patients import actions
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.people.permissions import P
from wheal.fhir import incoming, scopes, validating
from wheal.fhir.outcomes import Problem, Refused, outcome, refused


@fhir_view("POST")
def take(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The history stays a draft, and nothing in it is answered: what was said elsewhere is confirmed here first."""
    _may(request, caller)
    known = knowledge.current()
    sent = validating.checked(body_of(request), "Bundle")
    summary = incoming.whole(incoming.read(sent, known, ZoneInfo(caller.clinic.time_zone)))
    despite = tuple(int(each) for each in numbers(request.GET.get("despite", "").split(",")))
    patient = _registered(summary, caller, despite, known)
    waits = "the history waits as a draft" if summary.kept else "nothing of it goes into the history"
    told = Problem(
        "informational",
        f"registered as Patient/{patient.pk}; {waits}",
        "",
        "information",
    )
    where = f"{base_of(request)}/Patient/{patient.pk}"
    return as_json(outcome([told, *summary.told]), 201, Location=where)


def _may(request: HttpRequest, caller: Caller) -> None:
    if (
        not {P.PATIENT_EDIT, P.HISTORY_WRITE} <= caller.writes
        or caller.user is None
        or caller.patient is not None
    ):
        raise refused(
            403, "forbidden", f"who registers and asks may ({P.PATIENT_EDIT.value}, {P.HISTORY_WRITE.value})"
        )
    for kind in ("Patient", "QuestionnaireResponse"):
        if caller.scopes is not None and not scopes.allow(caller.scopes, kind, "c"):
            raise refused(403, "forbidden", f"the scopes of this program do not allow to create {kind}")
    proves_to_be_no_other_site(request, caller)


FIELDS = {
    "family_name": "name", "given_names": "name", "birth_date": "birthDate", "sex": "gender",
    "language": "communication", "phone": "telecom", "email": "telecom",
}  # fmt: skip


def _demographics(summary: incoming.Summary, caller: Caller) -> actions.Demographics:
    """By the rules of the page. Raises Refused, by the path of what it does not take."""
    person = summary.person
    form = person_form(person, caller.clinic)
    typed = {name: form[name].value() for name in form.fields}
    form = person_form(person, caller.clinic, typed)
    if not form.is_valid():
        wrong = (
            Problem("business-rule", str(words), f"{summary.place}.{FIELDS[name]}")
            for name, told in form.errors.items()
            for words in told
        )
        raise Refused(422, *wrong)
    return form.as_person()


def _registered(
    summary: incoming.Summary, caller: Caller, despite: tuple[int, ...], known: knowledge.Knowledge
) -> Patient:
    person = _demographics(summary, caller)
    try:
        return arrivals.register(
            clinic=caller.clinic, person=person, summary=summary, by=cast("User", caller.user), known=known,
            despite=despite, program=caller.program,
        )  # fmt: skip
    except arrivals.PerhapsHere as there:
        others = ", ".join(f"Patient/{each.patient.pk}" for each in there.found)
        words = f"perhaps registered already: {others}. Somebody else? Send despite= with their ids"
        raise refused(409, "duplicate", words) from there
