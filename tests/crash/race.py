"""Lots that are about to be recalled, each in two sessions that lack only a signature: `python -m crash.race ROUNDS`.

`python -m crash.race after` prints what the database holds: when each lot was called back and each session signed.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

import people  # noqa: E402
import ready  # noqa: E402
from wheal.clinic.people.models import Clinic, Role, User  # noqa: E402
from wheal.clinic.stock.models import Lot  # noqa: E402
from wheal.clinic.treatments.models import Session  # noqa: E402

SIGNERS = 2


def whole(clinic: Clinic, by: User, lot: Lot) -> int:
    patient = people.patient(clinic, by, family_name=f"Racewell {lot.number} {by.first_name}")
    people.completed_history(patient, by)
    session = ready.planned(patient, by)
    ready.agree(session, by)
    ready.drawn(session, ready.mixed(session, lot, by), by, 20)
    ready.checked(session, by)
    return session.pk


@transaction.atomic
def made(rounds: int) -> dict[str, object]:
    clinic = people.clinic("Race test")
    signers = [people.person(f"Alice{place}", Role.PHYSICIAN, clinic) for place in range(SIGNERS)]
    sam = people.person("Sam", Role.SAFETY_OFFICER, clinic)
    lots = [ready.lot(clinic, signers[0], f"R-{number}") for number in range(rounds)]
    return {
        "signers": [signer.username for signer in signers],
        "officer": sam.username,
        "password": people.PASSWORD,
        "rounds": [
            {"lot": lot.pk, "sessions": [whole(clinic, signer, lot) for signer in signers]} for lot in lots
        ],
    }


def after() -> dict[str, dict[str, str]]:
    lots, sessions = Lot.objects.exclude(recalled_at=None), Session.objects.exclude(signed_at=None)
    return {
        "recalled": {str(lot.pk): lot.recalled_at.isoformat() for lot in lots},
        "signed": {str(row.pk): row.signed_at.isoformat() for row in sessions},
    }


if __name__ == "__main__":
    if sys.argv[1] == "after":
        print(json.dumps(after()))
    else:
        call_command("migrate", verbosity=0)
        print(json.dumps(made(int(sys.argv[1]))))
