"""A QuestionnaireResponse that came in becomes a completed history, by the action that the page uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from wheal import knowledge
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.receiving import references
from wheal.clinic.patients import actions
from wheal.clinic.patients.models import Patient
from wheal.fhir import canonical, matching, questionnaires
from wheal.fhir.outcomes import Refused, refused


def take(sent: Mapping[str, Any], caller: Caller, path: str) -> int:
    """The key of the history. Raises Refused; a draft that somebody of the clinic is filling in is never
    overwritten."""
    if sent.get("status") != "completed":
        raise refused(422, "not-supported", "only what is completed is taken", f"{path}.status")
    if str(sent.get("questionnaire", "")).partition("|")[0] != canonical.QUESTIONNAIRE:
        raise refused(
            422, "not-supported", f"answers to {canonical.QUESTIONNAIRE} are taken", f"{path}.questionnaire"
        )
    patient = references.patient(sent.get("subject"), caller, f"{path}.subject")
    _refuse_another_time(sent, patient, caller, f"{path}.authored")
    known = knowledge.current()
    read = questionnaires.read(sent, known, today=caller.clinic.day_of(), path=path)
    if read.problems:
        raise Refused(422, *read.problems)
    if not read.answers:
        raise refused(422, "required", "nothing is answered", f"{path}.item")
    return _completed(patient, read.answers, caller, known)


def _refuse_another_time(sent: Mapping[str, Any], patient: Patient, caller: Caller, path: str) -> None:
    """What is taken is the newest history from then on: it may be of no day to come, and none of before the newest."""
    if not (authored := str(sent.get("authored", ""))):
        return
    zone = ZoneInfo(caller.clinic.time_zone)
    matching.checked_date(path, authored, zone)
    begun, over = matching.span(authored, zone)
    if begun.astimezone(zone).date() > caller.clinic.day_of():
        raise refused(422, "business-rule", f"{authored} is a day that has not come", path)
    newest = patient.histories.completed().values_list("completed_at", flat=True).first()
    if newest and over <= newest:
        words = (
            f"one completed on {newest.astimezone(zone).date()} is a newer history than that of {authored}"
        )
        raise refused(409, "conflict", words, path)


def _completed(
    patient: Patient, answers: questionnaires.Answers, caller: Caller, known: knowledge.Knowledge
) -> int:
    if patient.histories.filter(completed_at=None).exists():
        raise refused(
            409, "conflict", "somebody of the clinic is filling in this history: complete it there first"
        )
    last = patient.histories.completed().values_list("pk", flat=True).first() or 0
    done = actions.complete_history(
        patient=patient, answers=answers, version=0, after=last, by=caller.user, known=known
    )
    return done.pk
