"""What is still open about a patient, and must be dealt with before nobody knows any more who it was."""

from __future__ import annotations

from typing import Final, Literal

from django.utils import timezone

from wheal.clinic.appointments.models import Appointment, State, Waiting
from wheal.clinic.patients.models import Patient
from wheal.clinic.portal.models import DataRequest, Message, OwnAct, OwnHistory
from wheal.clinic.safety.models import Reach
from wheal.clinic.safety.reactions.models import Reaction
from wheal.clinic.treatments.models import Session

Open = Literal["questions", "answers", "acts", "requests", "appointments", "visits", "reactions", "recalls"]
OPEN: Final[tuple[Open, ...]] = (
    "recalls", "reactions", "answers", "questions", "acts", "requests", "appointments", "visits",
)  # fmt: skip


def unsettled(patient: Patient) -> tuple[Open, ...]:
    """A wish for deletion is not among them: taking out who it was is what answers it."""
    requests = DataRequest.objects.filter(patient=patient, answered_at=None)
    waits = Waiting.objects.filter(patient=patient, ended_at=None)
    booked = Appointment.objects.filter(patient=patient, state=State.BOOKED, starts_at__gt=timezone.now())
    found: dict[Open, bool] = {
        "recalls": Reach.objects.left().filter(patient=patient, recall__closed_at=None).exists(),
        "reactions": Reaction.objects.open().filter(patient=patient).exists(),
        "answers": OwnHistory.objects.filter(
            patient=patient, sent_at__isnull=False, checked_at=None
        ).exists(),
        "questions": Message.objects.filter(patient=patient, by=None, read_at=None).exists(),
        "acts": OwnAct.objects.filter(patient=patient, seen_at=None).exists(),
        "requests": requests.exclude(kind=DataRequest.Kind.DELETION).exists(),
        "appointments": booked.exists() or waits.exists(),
        "visits": Session.objects.filter(patient=patient, signed_at=None, cancelled_at=None).exists(),
    }
    return tuple(each for each in OPEN if found[each])
