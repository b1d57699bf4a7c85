"""Questions and requests of a patient, and what the clinic answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import User
from wheal.clinic.portal.actions.refusals import PortalRefused
from wheal.clinic.portal.models import DataRequest, Message

LONGEST: Final = 4000
MOST_A_DAY: Final = 20


@transaction.atomic
def ask(*, link: Link, text: str) -> Message:
    """Raises PortalRefused: nothing_written, too_long, too_many."""
    words = _words(text)
    _lock(link.patient)
    lately = Message.objects.filter(
        patient=link.patient, by=None, written_at__gt=timezone.now() - timedelta(days=1)
    )
    if lately.count() >= MOST_A_DAY:
        raise PortalRefused("too_many")
    made = Message.objects.create(patient=link.patient, link=link, text=words, written_at=timezone.now())
    _note("question_asked", made, None, Message, link=link.pk)
    return made


@transaction.atomic
def answer(*, patient: Patient, text: str, seen: int, by: User) -> Message:
    """To the patient, who reads it behind the door. What was asked counts as read, up to `seen`: the last message that
    stood on the page of whoever answers. Raises PortalRefused."""
    words = _words(text)
    _lock(patient)
    made = Message.objects.create(patient=patient, by=by, text=words, written_at=timezone.now())
    _note("question_answered", made, by, Message)
    _read(_asked(patient, seen))
    return made


@transaction.atomic
def deal_with(*, patient: Patient, seen: int, by: User) -> None:
    """Without an answer here, on the telephone for one: what was asked up to `seen` waits no longer."""
    last = _asked(patient, seen).last()
    if last and _read(_asked(patient, seen)):
        _note("question_dealt_with", last, by, None)


@transaction.atomic
def have_read(*, patient: Patient, seen: int) -> None:
    """The patient opened what the clinic answered, up to `seen`."""
    _read(Message.objects.filter(patient=patient, by__isnull=False, pk__lte=seen))


def _asked(patient: Patient, seen: int) -> QuerySet[Message]:
    return Message.objects.filter(patient=patient, by=None, pk__lte=seen)


def _read(rows: QuerySet[Message]) -> int:
    return rows.filter(read_at=None).update(read_at=timezone.now())


@transaction.atomic
def ask_for_data(*, link: Link, kind: str, words: str) -> DataRequest:
    """Recorded as asked; the clinic answers it. The same again while one waits is no second one.

    Raises PortalRefused: no_such_request, too_long.
    """
    made, is_new = _requested(link.patient, kind, words, link=link)
    if is_new:
        _note("data_asked_for", made, None, DataRequest, link=link.pk, kind=kind)
    return made


@transaction.atomic
def note_request(*, patient: Patient, kind: str, words: str, by: User) -> DataRequest:
    """Asked at the desk, by telephone or letter: recorded like one from home. Raises PortalRefused as that does."""
    made, is_new = _requested(patient, kind, words, noted_by=by)
    if is_new:
        _note("data_asked_for", made, by, DataRequest, kind=kind)
    return made


def _requested(patient: Patient, kind: str, words: str, **how: Link | User) -> tuple[DataRequest, bool]:
    if kind not in DataRequest.Kind.values:
        raise PortalRefused("no_such_request")
    if len(words.strip()) > LONGEST:
        raise PortalRefused("too_long")
    _lock(patient)
    waiting = DataRequest.objects.filter(patient=patient, kind=kind, answered_at=None).first()
    if waiting and waiting.words == words.strip():
        return waiting, False
    asked = DataRequest(patient=patient, kind=kind, words=words.strip(), asked_at=timezone.now(), **how)
    asked.save()
    return asked, True


@transaction.atomic
def answer_request(*, asked: DataRequest, outcome: str, text: str, by: User) -> DataRequest:
    """Once, in words that the patient reads. A deletion is done when it was done, not when it is said.

    Raises PortalRefused: answered_already, no_such_outcome, nothing_written, too_long, not_deleted.
    """
    words = _words(text)
    if outcome not in DataRequest.Outcome.values:
        raise PortalRefused("no_such_outcome")
    fresh = (
        DataRequest.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=asked.pk)
    )
    if fresh.answered_at:
        raise PortalRefused("answered_already")
    is_deletion = fresh.kind == DataRequest.Kind.DELETION
    if is_deletion and outcome == DataRequest.Outcome.DONE and not fresh.patient.is_forgotten:
        raise PortalRefused("not_deleted")
    fresh.outcome, fresh.answer, fresh.answered_at, fresh.answered_by = outcome, words, timezone.now(), by
    fresh.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    _note("data_request_answered", fresh, by, None, kind=fresh.kind, outcome=outcome)
    return fresh


def _words(text: str) -> str:
    if not text.strip():
        raise PortalRefused("nothing_written")
    if len(text.strip()) > LONGEST:
        raise PortalRefused("too_long")
    return text.strip()


def _lock(patient: Patient) -> None:
    Patient.objects.select_for_update().get(pk=patient.pk)


def _note(
    what: str, row: Message | DataRequest, by: User | None, fixes: type | None, **detail: object
) -> None:
    patient = row.patient
    audit.record(
        by=by, what=f"portal.{what}", subject=row, clinic=patient.clinic, patient=patient, detail=detail,
        fixes=[fixes.objects.filter(pk=row.pk)] if fixes else [],
    )  # fmt: skip
