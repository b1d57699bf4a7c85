"""Who may read what the registry of this server tells in confidence: the clinics that count in it, and those whose
people keep it as analysts, named at the console."""

from __future__ import annotations

from wheal.clinic.people.models import Clinic
from wheal.clinic.registry.delivering import address
from wheal.clinic.registry.models import Analysts, Enrolment


def may_read(clinic: Clinic, own: Enrolment | None) -> bool:
    """`own`: its enrolment. One that sends to another registry counts there, and here where it had sent here before."""
    if own and (not address() or own.destinations.filter(address="").exists()):
        return True
    return Analysts.objects.filter(clinic=clinic).exists()
