"""What the latest completed history says of a person, before anything is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language

from wheal import knowledge, screening
from wheal.clinic.patients.answers import (
    Answers,
    as_said,
    given_codes,
    is_unreadable,
    lacking,
    patient_facts,
    unanswered,
)
from wheal.clinic.patients.answers import (
    in_order as questions_in_order,
)
from wheal.clinic.patients.earlier import of_another_day
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.patients.questionnaire import said
from wheal.findings import FACT_MISSING, Decision, Finding, decide, in_order, until_what

BLEEDING = "anticoagulant_or_antiplatelet"


@dataclass(frozen=True, slots=True)
class Verdict:
    history: History
    decision: Decision
    findings: tuple[Finding, ...]
    unanswered: tuple[str, ...]  # ids of questions
    allergies: tuple[str, ...]

    @property
    def judged(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.code != FACT_MISSING)

    @property
    def missing(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.code == FACT_MISSING)

    @property
    def not_known(self) -> tuple[str, ...]:
        return tuple(one.about for one in self.missing)

    @property
    def measured(self) -> tuple[tuple[str, str], ...]:
        """Figures that the team wrote down and that no rule reads, in the language of the page."""
        return self._written(("number",))

    @property
    def noted(self) -> tuple[tuple[str, str], ...]:
        """What the team wrote down beside, in the language of the page."""
        return self._written(("text", "date"))

    def _written(self, kinds: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Each question of these kinds that only the team is asked and no rule reads, with its answer in words."""
        known, language = knowledge.current(), get_language() or "en"
        given = self.history.answers
        asked = [
            (name, it)
            for name, it in questions_in_order(known)
            if it.fills == "record" and not it.at_home and it.kind in kinds
        ]
        return tuple(
            (name, said(name, it, given[name], known, language))
            for name, it in asked
            if given.get(name) and not is_unreadable(given[name])
        )

    @property
    def waits(self) -> tuple[Mapping[str, str], ...]:
        """Until what nobody is treated, in each language."""
        return until_what(self.findings)

    @property
    def must_not_miss(self) -> tuple[Finding, ...]:
        """Whatever stops, and what thins the blood."""
        return tuple(one for one in self.judged if one.severity == "stop" or one.code == BLEEDING)


def latest_history(patient: Patient) -> History | None:
    history = patient.histories.completed().select_related("completed_by").first()
    if history:
        history.patient = patient
    return history


def told_of(given: Answers, patient: Patient, *, on: date, jurisdiction: str) -> tuple[Finding, ...]:
    """What the rules say of what was said, as far as it was: of answers that nobody has checked yet, of half a list.
    What was not answered says nothing here."""
    known = knowledge.current()
    facts = as_said(given, known, patient)
    judged = screening.screen_person(facts, on=on, jurisdiction=jurisdiction, purpose=None, known=known)
    return in_order([one for one in judged if one.code != FACT_MISSING])


def verdict_of(history: History, *, jurisdiction: str) -> Verdict:
    known = knowledge.current()
    facts = patient_facts(history)
    zone = timezone.get_current_timezone()
    today = timezone.localdate()
    judged = screening.screen_person(facts, on=today, jurisdiction=jurisdiction, purpose=None, known=known)
    found = in_order(
        [
            *judged,
            *told_of(history.answers, history.patient, on=today, jurisdiction=jurisdiction),
            *of_another_day(history, known, on=today, zone=zone),
            *lacking(history.answers, known, facts),
        ]
    )
    return Verdict(
        history=history,
        decision=decide(found),
        findings=found,
        unanswered=tuple(unanswered(history.answers, known, facts)),
        allergies=tuple(given_codes(history, "allergies")),
    )
