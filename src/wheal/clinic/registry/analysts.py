"""Who may read what the registry of this server tells in confidence: the clinics that count in it, and those whose
people keep it as analysts, named at the console, in one file beside the store."""

from __future__ import annotations

import json
from pathlib import Path

from wheal.clinic.people.models import Clinic
from wheal.clinic.registry.delivering import address, store
from wheal.clinic.registry.models import Enrolment
from wheal.measures.files import put


def named() -> set[int]:
    """Clinics of this server, by their row."""
    try:
        return {int(one) for one in json.loads(_place().read_bytes())}
    except FileNotFoundError:
        return set()


def keep(clinics: set[int]) -> None:
    put(_place(), json.dumps(sorted(clinics)).encode())


def may_read(clinic: Clinic, own: Enrolment | None) -> bool:
    """`own`: its enrolment. One that sends to another registry counts there, and here where it had sent here before."""
    if own and (not address() or own.destinations.filter(address="").exists()):
        return True
    return clinic.pk in named()


def _place() -> Path:
    return store().folder / "analysts.json"
