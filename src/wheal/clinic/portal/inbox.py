"""What patients sent from home and the clinic has not dealt with yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Case, Min, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _

from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.portal import flags
from wheal.clinic.portal.models import TAKEN_BACK, DataRequest, Message, OwnAct, OwnHistory
from wheal.knowledge.signs import URGENCIES, Urgency

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Inbox:
    histories: tuple[OwnHistory, ...]  # those with a red flag first
    flagged: dict[int, Urgency]  # of those
    questions: tuple[Message, ...]  # of each patient the oldest that nobody has read or answered
    requests: tuple[DataRequest, ...]
    acts: tuple[OwnAct, ...]  # what they decided at home and nobody here has seen; what was taken back first

    @property
    def is_empty(self) -> bool:
        return not self.count

    @property
    def count(self) -> int:
        return len(self.histories) + len(self.questions) + len(self.requests) + len(self.acts)

    @property
    def red_flags(self) -> list[tuple[OwnHistory, Urgency]]:
        """As a report with the same sign would stand on the day; the most urgent first."""
        return [(own, self.flagged[own.pk]) for own in self.histories if own.pk in self.flagged]

    @property
    def cannot_wait(self) -> bool:
        """A red flag, or something taken back on which somebody might act."""
        return bool(self.flagged) or any(act.is_taken_back for act in self.acts)


def of_clinic(clinic: Clinic) -> Inbox:
    return _of(Patient.objects.filter(clinic=clinic))


def of_patient(patient: Patient) -> Inbox:
    return _of(Patient.objects.filter(pk=patient.pk))


def of_the_desk(clinic: Clinic) -> Inbox:
    """For who makes quotes and reads no chart: what was decided about quotes."""
    rows = _unseen(Patient.objects.filter(clinic=clinic)).filter(quote__isnull=False)
    return Inbox((), {}, (), (), tuple(rows[:MOST]))


@dataclass(frozen=True, slots=True)
class Done:
    """What came from one patient's home and waits no longer, or was decided there: the newest first."""

    at: datetime
    words: str
    link: int | None  # its number; None: asked at the desk
    url: str
    then: str = ""  # what the clinic did: seen, taken_over, set_aside, answered; "" where nothing yet
    by: User | None = None
    then_at: datetime | None = None


def done_of(patient: Patient) -> list[Done]:
    acts = OwnAct.objects.filter(patient=patient).select_related("seen_by")[:MOST]
    histories = OwnHistory.objects.filter(patient=patient, checked_at__isnull=False).select_related(
        "checked_by"
    )
    requests = DataRequest.objects.filter(patient=patient, answered_at__isnull=False).select_related(
        "answered_by"
    )
    rows = [*map(_act, acts), *map(_checked, histories[:MOST]), *map(_answered, requests[:MOST])]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]


def _act(act: OwnAct) -> Done:
    then = "seen" if act.seen_at else ""
    return Done(act.done_at, act.get_what_display(), act.link_id, act.url, then, act.seen_by, act.seen_at)


def _checked(own: OwnHistory) -> Done:
    url, then = reverse("inbox:own-history", args=[own.pk]), "taken_over" if own.history_id else "set_aside"
    words = _("Answered the history at home")
    return Done(own.sent_at, words, own.link_id, url, then, own.checked_by, own.checked_at)


def _answered(asked: DataRequest) -> Done:
    words, url = (
        f"{_('Asks about the own data:')} {asked.get_kind_display()}",
        reverse("inbox:request", args=[asked.pk]),
    )
    return Done(asked.asked_at, words, asked.link_id, url, "answered", asked.answered_by, asked.answered_at)


def _of(patients: QuerySet[Patient]) -> Inbox:
    histories = OwnHistory.objects.filter(patient__in=patients, sent_at__isnull=False, checked_at=None)
    asked = Message.objects.filter(patient__in=patients, by=None, read_at=None)
    requests = DataRequest.objects.filter(patient__in=patients, answered_at=None)
    by_patient = asked.order_by().values("patient").annotate(first=Min("pk"))
    oldest = by_patient.order_by("first").values("first")[:MOST]
    sent = list(histories.select_related("patient").order_by("sent_at"))
    flagged = _flagged(sent)
    return Inbox(
        histories=tuple(sorted(sent, key=lambda own: _turn(flagged.get(own.pk)))[:MOST]),
        flagged=flagged,
        questions=tuple(Message.objects.filter(pk__in=oldest).select_related("patient")),
        requests=tuple(requests.select_related("patient", "noted_by").order_by("asked_at")[:MOST]),
        acts=tuple(_unseen(patients)[:MOST]),
    )


def _turn(urgency: Urgency | None) -> int:
    """The most urgent red flag first."""
    return URGENCIES.index(urgency) if urgency else len(URGENCIES)


def _unseen(patients: QuerySet[Patient]) -> QuerySet[OwnAct]:
    rows = OwnAct.objects.filter(patient__in=patients, seen_at=None).select_related("patient")
    taken_back = Case(When(what__in=TAKEN_BACK, then=0), default=1)
    return rows.order_by(taken_back, "done_at")


def _flagged(sent: list[OwnHistory]) -> dict[int, Urgency]:
    known = knowledge.current()
    said = {own.pk: flags.said(own.answers, known) for own in sent}
    return {pk: each.urgency for pk, each in said.items() if each.flags}
