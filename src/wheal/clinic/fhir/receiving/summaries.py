"""Somebody who comes from elsewhere with a summary: registered, and a draft of the history begun for them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from wheal import knowledge
from wheal.clinic.fhir.access import Caller, proves_to_be_no_other_site
from wheal.clinic.fhir.answers import as_json, base_of, fhir_view, note_access
from wheal.clinic.fhir.kinds import numbers
from wheal.clinic.fhir.writing import body_of
from wheal.clinic.patients import actions
from wheal.clinic.patients.duplicates import likely
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P
from wheal.fhir import incoming, scopes, validating
from wheal.fhir.outcomes import Problem, outcome, refused


@fhir_view("POST")
def take(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The history stays a draft: what it says was told elsewhere, and is asked here before it counts."""
    _may(request, caller)
    summary = incoming.read(validating.checked(body_of(request), "Bundle"), knowledge.current())
    despite = tuple(int(each) for each in numbers(request.GET.get("despite", "").split(",")))
    _refuse_who_is_there(summary.person, caller, despite)
    with transaction.atomic():
        patient = _registered(summary, caller, despite)
        note_access(caller, "summary_taken", "Patient", [], patient=patient.pk)
    told = Problem(
        "informational",
        f"registered as Patient/{patient.pk}; the history waits as a draft",
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


def _refuse_who_is_there(person: incoming.Person, caller: Caller, despite: tuple[int, ...]) -> None:
    found = likely(
        caller.clinic, family_name=person.family_name, given_names=person.given_names, birth_date=person.birth_date,
        phone=person.phone,
    )  # fmt: skip
    if others := [f"Patient/{each.patient.pk}" for each in found if each.patient.pk not in despite]:
        words = (
            f"perhaps registered already: {', '.join(others)}. Somebody else? Send despite= with their ids"
        )
        raise refused(409, "duplicate", words)


def _registered(summary: incoming.Summary, caller: Caller, despite: tuple[int, ...]) -> Patient:
    person = summary.person
    demographics = actions.Demographics(
        person.family_name[:80], person.given_names[:80], person.birth_date, person.sex, caller.clinic.language,
        person.phone[:40], person.email[:254],
    )  # fmt: skip
    patient: Any = actions.register(
        clinic=caller.clinic, person=demographics, by=caller.user, despite=despite
    )
    if summary.answers:
        actions.save_history(
            patient=patient,
            answers=summary.answers,
            version=0,
            after=0,
            by=caller.user,
            known=knowledge.current(),
        )
    return patient
