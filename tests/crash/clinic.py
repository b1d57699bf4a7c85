"""The clinic that crashes, made through the real actions: `python -m crash.clinic COUNT` prints it as JSON.

COUNT sessions that lack only what the clients fill in (weight, points, checklist), and a patient for each
client whose history is filled in while the server dies.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from wheal import knowledge  # noqa: E402
from wheal.clinic.patients import actions as patients  # noqa: E402
from wheal.clinic.patients.models import Patient  # noqa: E402
from wheal.clinic.people import actions as people  # noqa: E402
from wheal.clinic.people.models import Clinic, User  # noqa: E402
from wheal.clinic.stock import actions as stock  # noqa: E402
from wheal.clinic.stock.models import Lot  # noqa: E402
from wheal.clinic.treatments import actions, consents  # noqa: E402

PASSWORD = "a needle in a haystack"
CLIENTS = 3
WEIGHT = {"weight": "62", "height": "168"}
KNOWN = knowledge.current()


def answered() -> dict[str, object]:
    """A history against which nothing is said."""
    empty = {"codes": [], "yes_no": False}
    return {name: WEIGHT.get(name, empty.get(one.kind, "")) for name, one in KNOWN.questions.items()}


def staff() -> tuple[Clinic, list[User]]:
    """An administrator, and physicians who may inject and sign."""
    ada = people.set_up(
        clinic=people.NewClinic("Crash test clinic", "US", "UTC", "en"),
        administrator=people.NewPerson("ada", PASSWORD, "Ada", "Admin"),
    )
    clinic = ada.memberships.get().clinic
    signers = []
    for number in range(CLIENTS):
        person = people.NewPerson(f"alice{number}", PASSWORD, "Alice", f"Number {number}")
        user = people.admit(clinic=clinic, person=person, role="physician", by=ada)
        for kind in ("licence", "mesotherapy_certificate"):
            people.record_credential(
                user=user, clinic=clinic, kind=kind, number="1", valid_until=date(2099, 1, 1), by=ada
            )
        signers.append(user)
    return clinic, signers


def patient(clinic: Clinic, by: User, number: int) -> Patient:
    person = patients.Demographics(f"Crashfield{number}", "Given", date(1984, 5, 2), "female", "en")
    return patients.register(clinic=clinic, person=person, by=by)


def nearly_ready(clinic: Clinic, by: User, lot: Lot, number: int) -> dict[str, int]:
    person, now = patient(clinic, by, number), timezone.now()
    patients.complete_history(patient=person, answers=answered(), version=0, after=0, by=by, known=KNOWN)
    session = actions.book(clinic=clinic, patient=person, planned_for=now, practitioner=by, by=by)
    actions.save_plan(
        session=session, by=by, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid"], sessions=4, price=Decimal(900), currency="USD",
    )  # fmt: skip
    session.refresh_from_db()
    text = consents.text_of(session.plan, clinic, session.practitioner, "en", KNOWN)
    actions.give_consent(
        session=session, language="en", text_digest=sha256(text.encode()).hexdigest(), signed_name="Given Crashfield",
        signature=[[[0, 0], [500, 100]]], by=by, known=KNOWN,
    )  # fmt: skip
    mix = actions.add_mix(session=session, by=by)
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(10), by=by)
    actions.save_mix(mix=mix, by=by, prepared_by="chairside", prepared_at=now - timedelta(minutes=5), preparer=by)
    drawn = actions.add_pass(session=session, mix=mix, by=by, known=KNOWN)
    return {"session": session.pk, "pass": drawn.pk}


def lot_of(clinic: Clinic, by: User) -> Lot:
    acid = stock.NewProduct("Crash acid", "deoxycholic_acid", Decimal(10), "mg/mL", "multi_dose", Decimal(1000))
    product = stock.add_product(clinic=clinic, product=acid, by=by)
    return stock.receive(product=product, number="C1", expires=date(2099, 1, 1), containers=9, by=by)


@transaction.atomic
def made(count: int) -> dict[str, object]:
    clinic, signers = staff()
    lot = lot_of(clinic, signers[0])
    return {
        "sessions": [
            [nearly_ready(clinic, signer, lot, number) for number in range(place, count, CLIENTS)]
            for place, signer in enumerate(signers)
        ],
        "patients": [patient(clinic, signer, count + place).pk for place, signer in enumerate(signers)],
        "users": [signer.username for signer in signers],
        "password": PASSWORD,
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(made(int(sys.argv[1]))))
