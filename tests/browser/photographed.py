"""Two sets of photographs of one patient for the browser tests, three kilograms apart; another agreed to none."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import django

django.setup()

from django.utils import timezone  # noqa: E402

import people  # noqa: E402
import photos  # noqa: E402
import ready  # noqa: E402
from wheal import knowledge  # noqa: E402
from wheal.clinic.patients.models import Patient  # noqa: E402
from wheal.clinic.people.actions import choose_language  # noqa: E402
from wheal.clinic.people.models import Role, User  # noqa: E402
from wheal.clinic.photographs import actions, wording  # noqa: E402
from wheal.clinic.treatments import actions as treatments  # noqa: E402


def agree(patient: Patient, by: User) -> None:
    known = knowledge.current()
    actions.give_consent(
        patient=patient, purposes=["record"], language="en", text_digest=wording.digest(patient, "en", known),
        signed_name="Pia Pictured", signature=[[[0, 0], [400, 120], [900, 60]]], by=by, known=known,
    )  # fmt: skip


def set_of(patient: Patient, by: User, days_ago: int, kg: str) -> dict[str, int]:
    now = timezone.now() - timedelta(days=days_ago)
    session = ready.planned(patient, by, now)
    treatments.save_weight(session=session, weight_kg=Decimal(kg), by=by)
    kept = {}
    for pose in ("head_front", "head_left", "head_raised"):
        picture = photos.jpeg(photos.drawn(480 + days_ago, 640 + days_ago))
        shot = actions.Shot(picture, pose, people.today() - timedelta(days=days_ago), uuid4(), "camera")
        kept[pose] = actions.add(patient=patient, shot=shot, by=by).pk
    return kept


def made() -> dict[str, int]:
    alice = User.objects.get(username="alice")
    clinic = alice.memberships.get().clinic
    patient = people.patient(clinic, alice, family_name="Pictured", given_names="Pia")
    agree(patient, alice)
    first = set_of(patient, alice, 84, "65")
    set_of(patient, alice, 14, "62")
    choose_language(user=people.person("Fleur", Role.PHYSICIAN, clinic), language="fr")
    other = people.patient(clinic, alice, family_name="Unasked-Picture", given_names="Uma")
    return {"agreed": patient.pk, "asked_nobody": other.pk, "askew": first["head_front"]}


if __name__ == "__main__":
    print(json.dumps(made()))
