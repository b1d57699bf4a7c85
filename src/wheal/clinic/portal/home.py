"""What there is to do, to read and to ask for one patient at home. Few queries, whatever was treated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from wheal.clinic.appointments.models import TAKES_A_PLACE, Appointment, State
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.portal import flags, texts
from wheal.clinic.portal.models import DataRequest, Message, OwnHistory
from wheal.clinic.portal.texts import Standing
from wheal.clinic.quotes.models import Quote
from wheal.clinic.quotes.offers import state_of
from wheal.clinic.safety.reporting.answers import Said
from wheal.clinic.safety.reporting.models import PatientReport
from wheal.clinic.treatments.models import Consent, Session
from wheal.knowledge import Knowledge

MOST_REPORTS: Final = 6


@dataclass(frozen=True, slots=True)
class Home:
    """`history`: to_do, draft, sent or done; "" where there is nothing to prepare."""

    next_visit: datetime | None
    last_treated: Session | None
    history: str
    history_at: object
    history_said: Said  # the red flags in it, until somebody of the clinic has settled them
    to_read: tuple[Standing, ...]
    signed: tuple[Consent, ...]
    quotes: tuple[tuple[Quote, str], ...]  # those that were handed over, each with its state
    unread: int
    requests_waiting: int
    reports: tuple[PatientReport, ...]  # sent, the newest first, each with what became of it
    has_begun_report: bool

    @property
    def has_tasks(self) -> bool:
        open_quotes = any(state == "sent" for _quote, state in self.quotes)
        return bool(self.history) or bool(self.to_read) or open_quotes


def home_of(patient: Patient, known: Knowledge) -> Home:
    next_visit, last_treated = _next_visit(patient), _last_treated(patient)
    own = OwnHistory.objects.filter(patient=patient).select_related("history").first()
    last = patient.histories.completed().only("completed_at").first()
    said = _said(own, known)
    state, at = _history(own, said, last, next_visit, last_treated)
    reports = PatientReport.objects.filter(patient=patient).select_related("reaction")[:MOST_REPORTS]
    signed = (
        Consent.objects.filter(plan__patient=patient)
        .select_related("plan", "withdrawal")
        .defer("text", "signature")
    )
    return Home(
        next_visit=next_visit,
        last_treated=last_treated,
        history=state,
        history_at=at,
        history_said=said,
        to_read=tuple(texts.standing(each, known) for each in texts.open_ones(patient)),
        signed=tuple(signed[:10]),
        quotes=_quotes(patient),
        unread=Message.objects.filter(patient=patient, by__isnull=False, read_at=None).count(),
        requests_waiting=DataRequest.objects.filter(patient=patient, answered_at=None).count(),
        reports=tuple(row for row in reports if row.sent_at),
        has_begun_report=any(row.sent_at is None for row in reports),
    )


def _quotes(patient: Patient) -> tuple[tuple[Quote, str], ...]:
    """Not those that a newer version replaced: that one is here too."""
    sent = Quote.objects.filter(patient=patient, sent_at__isnull=False).prefetch_related("steps")[:10]
    today = patient.clinic.day_of()
    told = ((row, state_of(row, today)) for row in sent)
    return tuple((row, state) for row, state in told if state != "replaced")


def _next_visit(patient: Patient) -> datetime | None:
    """The earliest of what is booked. A visit that an appointment led to is at the time of that appointment."""
    booked = Appointment.objects.filter(patient=patient, state=State.BOOKED, starts_at__gt=timezone.now())
    open_ones = patient.sessions.filter(cancelled_at=None, signed_at=None).select_related("appointment")
    times = [row.starts_at for row in booked.only("starts_at")]
    times += [_time_of(visit) for visit in open_ones.defer("judgement", "document")]
    today = patient.clinic.day_of()
    return min((at for at in times if patient.clinic.day_of(at) >= today), default=None)


def _time_of(visit: Session) -> datetime:
    appointment: Appointment | None = getattr(visit, "appointment", None)
    stands = appointment is not None and appointment.state in TAKES_A_PLACE
    return appointment.starts_at if appointment and stands else visit.planned_for


def _last_treated(patient: Patient) -> Session | None:
    signed = patient.sessions.filter(cancelled_at=None, signed_at__isnull=False)
    return signed.defer("judgement", "document").order_by("-inject_at", "-id").first()


def _said(own: OwnHistory | None, known: Knowledge) -> Said:
    """Of what is begun, sent, or taken over into a history that nobody has completed."""
    return Said(()) if own is None or own.is_settled else flags.said(own.answers, known)


def _history(
    own: OwnHistory | None,
    said: Said,
    last: History | None,
    visit: datetime | None,
    treated: Session | None,
) -> tuple[str, object]:
    """Before a visit it is asked anew once something was injected since it was last completed."""
    if own and own.sent_at is None:
        return "draft", own.saved_at
    if own and (own.checked_at is None or said.flags):
        return "sent", own.sent_at
    if last is None:
        return "to_do", None
    is_stale = treated is not None and treated.signed_at > last.completed_at
    if visit is None:
        return "", None
    return ("to_do", None) if is_stale else ("done", last.completed_at)
