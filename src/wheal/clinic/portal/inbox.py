"""What patients sent from home and the clinic has not dealt with yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Min, QuerySet

from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.portal import flags
from wheal.clinic.portal.models import DataRequest, Message, OwnHistory

MOST = 50


@dataclass(frozen=True, slots=True)
class Inbox:
    histories: tuple[OwnHistory, ...]  # those with a red flag first
    flagged: frozenset[int]  # of those
    questions: tuple[Message, ...]  # of each patient the oldest that nobody has read or answered
    requests: tuple[DataRequest, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.histories or self.questions or self.requests)


def of_clinic(clinic: Clinic) -> Inbox:
    return _of(Patient.objects.filter(clinic=clinic))


def of_patient(patient: Patient) -> Inbox:
    return _of(Patient.objects.filter(pk=patient.pk))


def _of(patients: QuerySet[Patient]) -> Inbox:
    histories = OwnHistory.objects.filter(patient__in=patients, sent_at__isnull=False, checked_at=None)
    asked = Message.objects.filter(patient__in=patients, by=None, read_at=None)
    requests = DataRequest.objects.filter(patient__in=patients, answered_at=None)
    by_patient = asked.order_by().values("patient").annotate(first=Min("pk"))
    oldest = by_patient.order_by("first").values("first")[:MOST]
    sent = list(histories.select_related("patient").order_by("sent_at"))
    flagged = _flagged(sent)
    return Inbox(
        histories=tuple(sorted(sent, key=lambda own: own.pk not in flagged)[:MOST]),
        flagged=flagged,
        questions=tuple(Message.objects.filter(pk__in=oldest).select_related("patient")),
        requests=tuple(requests.select_related("patient").order_by("asked_at")[:MOST]),
    )


def _flagged(sent: list[OwnHistory]) -> frozenset[int]:
    known = knowledge.current()
    return frozenset(own.pk for own in sent if flags.said(own.answers, known).flags)
