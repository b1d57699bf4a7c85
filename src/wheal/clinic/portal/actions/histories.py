"""The history questions answered at home: saved as a draft, sent, then checked and taken over by the clinic."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.answers import Answers, invalid
from wheal.clinic.patients.earlier import carried_over, told_at_home
from wheal.clinic.patients.models import History, Link, Patient
from wheal.clinic.people.models import User
from wheal.clinic.portal import flags
from wheal.clinic.portal.actions.refusals import PortalRefused
from wheal.clinic.portal.merging import Side, merged
from wheal.clinic.portal.models import OwnHistory
from wheal.knowledge import Knowledge


@transaction.atomic
def save_own(*, link: Link, answers: Answers, version: int | None) -> OwnHistory:
    """The draft, of which each patient has one. Raises PortalRefused: changed_elsewhere, sent_already."""
    Patient.objects.select_for_update().get(pk=link.patient_id)
    if OwnHistory.objects.filter(patient=link.patient, sent_at__isnull=False, checked_at=None).exists():
        raise PortalRefused("sent_already")
    draft = OwnHistory.objects.filter(patient=link.patient, sent_at=None).first()
    if draft is None:
        draft = OwnHistory(patient=link.patient, link=link)
    elif version is not None and version != draft.draft_version and answers != draft.answers:
        raise PortalRefused("changed_elsewhere")
    draft.answers, draft.link = answers, link
    draft.draft_version += 1
    draft.save()
    return draft


@transaction.atomic
def send_own(*, link: Link, answers: Answers, version: int | None, known: Knowledge) -> OwnHistory:
    """To the clinic, fixed from now on. What is left open stays open. Raises PortalRefused: invalid_answers,
    nothing_answered, changed_elsewhere."""
    if wrong := invalid(answers):
        raise PortalRefused("invalid_answers", wrong)
    if not answers:
        raise PortalRefused("nothing_answered")
    own = save_own(link=link, answers=answers, version=version)
    own.sent_at, own.knowledge_version, own.knowledge_digest = timezone.now(), known.version, known.digest
    own.save()
    audit.record(
        by=None, what="portal.history_sent", subject=own, clinic=link.patient.clinic, patient=link.patient,
        detail={"link": link.pk, "questions": sorted(answers)}, fixes=[OwnHistory.objects.filter(pk=own.pk)],
    )  # fmt: skip
    return own


def held_by_the_clinic(patient: Patient, known: Knowledge) -> tuple[Answers, int, int]:
    """What own answers are taken over into, and what it stands on: the draft's version, the last completed history."""
    last = patient.histories.completed().first()
    draft = patient.histories.filter(completed_at=None).first()
    answers = draft.answers if draft else carried_over(last, known, on=patient.clinic.day_of())
    return answers, draft.draft_version if draft else 0, last.pk if last else 0


def told(own: OwnHistory, known: Knowledge) -> Answers:
    """Answers of an earlier day are confirmed at the visit, as the clinic's own are."""
    clinic = own.patient.clinic
    return told_at_home(own.answers, known, told=clinic.day_of(own.sent_at), on=clinic.day_of())


@transaction.atomic
def take_over(
    *, own: OwnHistory, chosen: Mapping[str, Side], version: int, after: int, by: User, known: Knowledge
) -> History:
    """Into the clinic's draft, which somebody then asks about, completes and fixes. Nothing of the clinic's is replaced
    but where `chosen` says so. Raises merging.Undecided, patients.HistoryRefused, PortalRefused: checked_already."""
    own = _unchecked(own)
    held, _version, _after = held_by_the_clinic(own.patient, known)
    answers = merged(told(own, known), held, chosen, known)
    history = patients.save_history(
        patient=own.patient, answers=answers, version=version, after=after, by=by, known=known
    )
    _check(own, by, history)
    theirs = sorted(name for name, side in chosen.items() if side == "clinic")
    _note("history_taken_over", own, by, history=history.pk, kept_of_the_clinic=theirs)
    return history


@transaction.atomic
def set_aside(*, own: OwnHistory, by: User, known: Knowledge, is_physician: bool) -> None:
    """Nothing of it is taken over; it stays as it was sent. A red flag is set aside by a physician alone.

    Raises PortalRefused: checked_already, physicians_only.
    """
    own = _unchecked(own)
    if flags.said(own.answers, known).flags and not is_physician:
        raise PortalRefused("physicians_only")
    _check(own, by, None)
    _note("history_set_aside", own, by)


def _unchecked(own: OwnHistory) -> OwnHistory:
    fresh = (
        OwnHistory.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=own.pk)
    )
    if fresh.checked_at or fresh.sent_at is None:
        raise PortalRefused("checked_already")
    return fresh


def _check(own: OwnHistory, by: User, history: History | None) -> None:
    own.checked_at, own.checked_by, own.history = timezone.now(), by, history
    own.save(update_fields=["checked_at", "checked_by", "history"])


def _note(what: str, own: OwnHistory, by: User, **detail: object) -> None:
    patient = own.patient
    audit.record(
        by=by, what=f"portal.{what}", subject=own, clinic=patient.clinic, patient=patient, detail=detail
    )
