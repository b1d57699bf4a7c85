"""What a patient writes on the phone: saved as a draft, sent as a reaction. The audit names the link."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.safety.reactions.actions import NewReaction
from wheal.clinic.safety.reporting import answers as reading
from wheal.clinic.safety.reporting.answers import Answers
from wheal.clinic.safety.reporting.models import PatientReport
from wheal.events import flags
from wheal.knowledge import Knowledge

MOST_A_DAY = 6


class ReportRefused(Exception):
    """Carries `reason`, a code that the page puts into words, and the field it is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about


@transaction.atomic
def save(*, link: Link, answers: Answers, version: int | None) -> PatientReport:
    """The draft, of which each patient has one. Raises ReportRefused: changed_elsewhere."""
    draft = _draft(link, answers, version)
    draft.answers, draft.link = answers, link
    draft.draft_version += 1
    draft.save()
    return draft


def _draft(link: Link, answers: Answers, version: int | None) -> PatientReport:
    """Begun where there is none. What another device wrote into it meanwhile is not written over."""
    Patient.objects.select_for_update().get(pk=link.patient_id)
    draft = PatientReport.objects.filter(patient=link.patient, sent_at=None).first()
    if draft is None:
        return PatientReport(patient=link.patient, link=link)
    if version is not None and version != draft.draft_version and answers != draft.answers:
        raise ReportRefused("changed_elsewhere")
    return draft


@transaction.atomic
def send(*, link: Link, answers: Answers, known: Knowledge, version: int | None = None) -> PatientReport:
    """Records the reaction with the kind of its worst sign. Raises ReportRefused.

    A red flag never waits for a day: without one none is recorded, and it counts from the day of the report.
    nothing_told, onset_missing, onset_to_come, onset_too_old, too_many, changed_elsewhere.
    """
    patient, now = link.patient, timezone.now()
    today = patient.clinic.day_of(now)
    draft = _draft(link, answers, version)
    _refuse(patient, answers, today, is_urgent=bool(reading.said(answers, known).red))
    onset = reading.onset_of(answers)
    sessions, places = reading.led_to(patient, list(answers["areas"]), onset or today)
    names = reading.signs_of(answers, known)
    new = NewReaction(
        kind=flags.kind_of(names, known),
        onset=onset,
        onset_is_about=onset is not None and bool(answers["onset_is_about"]),
        description=str(answers["words"]),
        warnings=flags.warnings_of(names, known),
        signs=names,
        sessions=sessions,
        places=places[: reactions.MOST_PLACES],
    )
    draft.reaction = reactions.record(patient=patient, new=new, by=None, known=known)
    draft.answers, draft.link, draft.sent_at = answers, link, now
    draft.draft_version += 1
    draft.save()
    audit.record(
        by=None, what="safety.report_sent", subject=draft, clinic=patient.clinic, patient=patient,
        detail={"link": link.pk, "urgency": draft.reaction.urgency},
        fixes=[PatientReport.objects.filter(pk=draft.pk), draft.photographs.all()],
    )  # fmt: skip
    return draft


def _refuse(patient: Patient, answers: Answers, today: object, *, is_urgent: bool) -> None:
    onset = reading.onset_of(answers)
    lately = PatientReport.objects.filter(patient=patient, sent_at__gt=timezone.now() - timedelta(days=1))
    refused = {
        ("nothing_told", "signs"): not answers["signs"] and not answers["words"],
        ("onset_missing", "onset"): onset is None and not is_urgent,
        ("onset_to_come", "onset"): onset is not None and onset > today,
        ("onset_too_old", "onset"): onset is not None and onset < patient.birth_date,
    }
    for (reason, about), holds in refused.items():
        if holds:
            raise ReportRefused(reason, about)
    if lately.count() >= MOST_A_DAY:
        raise ReportRefused("too_many")
