"""Somebody who comes from elsewhere with a summary: registered, and a draft of the history begun for them."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from wheal import knowledge
from wheal.clinic.fhir.access import Caller, proves_to_be_no_other_site
from wheal.clinic.fhir.answers import as_json, base_of, fhir_view
from wheal.clinic.fhir.arrivals import actions as arrivals
from wheal.clinic.fhir.kinds import numbers
from wheal.clinic.fhir.writing import body_of
from wheal.clinic.patients import actions
from wheal.clinic.patients.duplicates import likely
from wheal.clinic.people.permissions import P
from wheal.fhir import incoming, scopes, validating
from wheal.fhir.outcomes import Problem, outcome, refused


@fhir_view("POST")
def take(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The history stays a draft, and nothing in it is answered: what was said elsewhere is confirmed here first."""
    _may(request, caller)
    known = knowledge.current()
    summary = incoming.whole(incoming.read(validating.checked(body_of(request), "Bundle"), known))
    despite = tuple(int(each) for each in numbers(request.GET.get("despite", "").split(",")))
    person = _demographics(summary.person, caller)
    _refuse_who_is_there(person, caller, despite)
    patient = arrivals.register(
        clinic=caller.clinic, person=person, summary=summary, by=caller.user, known=known, despite=despite,
        program=caller.program,
    )  # fmt: skip
    waits = "the history waits as a draft" if summary.answers else "nothing of it goes into the history"
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


def _demographics(person: incoming.Person, caller: Caller) -> actions.Demographics:
    return actions.Demographics(
        person.family_name[:80], person.given_names[:80], cast("date", person.birth_date), person.sex,
        person.language if person.language in dict(settings.LANGUAGES) else caller.clinic.language,
        person.phone[:40], person.email[:254],
    )  # fmt: skip


def _refuse_who_is_there(person: actions.Demographics, caller: Caller, despite: tuple[int, ...]) -> None:
    found = likely(
        caller.clinic, family_name=person.family_name, given_names=person.given_names, birth_date=person.birth_date,
        phone=person.phone,
    )  # fmt: skip
    if others := [f"Patient/{each.patient.pk}" for each in found if each.patient.pk not in despite]:
        words = (
            f"perhaps registered already: {', '.join(others)}. Somebody else? Send despite= with their ids"
        )
        raise refused(409, "duplicate", words)
