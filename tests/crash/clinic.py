"""The clinic that crashes, made through the real actions: `python -m crash.clinic COUNT READY` prints it as JSON.

COUNT sessions that lack only what the clients fill in (weight, points, checklist), and READY that lack the signature
alone; a patient for each client whose history is filled in while the server dies.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

import people  # noqa: E402
import ready  # noqa: E402
from wheal.clinic.people.models import Clinic, Role, User  # noqa: E402
from wheal.clinic.stock.models import Lot  # noqa: E402
from wheal.clinic.treatments import actions  # noqa: E402

CLIENTS = 3


def nearly_ready(clinic: Clinic, by: User, lot: Lot, number: int) -> dict[str, int]:
    patient = people.patient(clinic, by, family_name=f"Crashfield {number}")
    people.completed_history(patient, by)
    session = ready.planned(patient, by)
    ready.agree(session, by)
    drawn = ready.drawn(session, ready.mixed(session, lot, by), by, count=0)
    return {"session": session.pk, "pass": drawn.pk}


def to_sign(clinic: Clinic, by: User, lot: Lot, number: int) -> dict[str, int]:
    patient = people.patient(clinic, by, family_name=f"Signwell {number}")
    people.completed_history(patient, by)
    session = ready.planned(patient, by)
    actions.save_weight(session=session, weight_kg=Decimal(70), by=by)
    ready.agree(session, by)
    ready.drawn(session, ready.mixed(session, lot, by), by, count=40)
    ready.checked(session, by)
    return {"session": session.pk}


@transaction.atomic
def made(count: int, ready_count: int) -> dict[str, object]:
    clinic = people.clinic("Crash test")
    signers = [people.person(f"Alice{place}", Role.PHYSICIAN, clinic) for place in range(CLIENTS)]
    lot = ready.lot(clinic, signers[0], "C-1", kind="multi_dose", containers=count + ready_count)
    return {
        "sessions": [
            [nearly_ready(clinic, signer, lot, number) for number in range(place, count, CLIENTS)]
            for place, signer in enumerate(signers)
        ],
        "to_sign": [
            [to_sign(clinic, signer, lot, number) for number in range(place, ready_count, CLIENTS)]
            for place, signer in enumerate(signers)
        ],
        "patients": [
            people.patient(clinic, signer, family_name=f"Askwell {signer.pk}").pk for signer in signers
        ],
        "users": [signer.username for signer in signers],
        "password": people.PASSWORD,
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(made(int(sys.argv[1]), int((*sys.argv, 0)[2]))))
