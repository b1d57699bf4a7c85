"""What the role that serves is given where the wall stands: `python -m engines.behind_the_wall` prints it as JSON."""

from __future__ import annotations

import json
import os
from decimal import Decimal

import django

os.environ["WHEAL_HOSTS"] = "testserver"
os.environ["WHEAL_SECOND_FACTOR"] = "nobody"
django.setup()

from django.db import DatabaseError, connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

import people  # noqa: E402
from ready import agree, checked, drawn, lot, mixed, planned  # noqa: E402
from wheal import knowledge  # noqa: E402
from wheal.clinic import walls  # noqa: E402
from wheal.clinic.audit.verifying import verify  # noqa: E402
from wheal.clinic.patients import link_actions, links  # noqa: E402
from wheal.clinic.patients.models import History, Patient  # noqa: E402
from wheal.clinic.people.models import Role  # noqa: E402
from wheal.clinic.safety import actions as safety  # noqa: E402
from wheal.clinic.safety.models import Reach  # noqa: E402
from wheal.clinic.stock import actions as stock  # noqa: E402
from wheal.clinic.treatments import actions  # noqa: E402
from wheal.clinic.treatments.models import Consent, Mix, Pass, Plan, Session  # noqa: E402

MODELS = (Patient, History, Plan, Consent, Session, Mix, Pass)
ACID = stock.NewProduct(
    "Test acid", "deoxycholic_acid", Decimal(10), "mg/mL", "multi_dose", Decimal(10), gtin="03401234567894"
)


def treated(clinic, name: str):
    """A patient with a signed session of a lot that both clinics hold."""
    by = people.person(name, Role.PHYSICIAN, clinic)
    patient = people.patient(clinic, by, family_name=f"Of{name}")
    people.completed_history(patient, by)
    stock.add_product(clinic=clinic, product=ACID, by=by)
    held = lot(clinic, by, "SAME-1")
    session = planned(patient, by)
    agree(session, by)
    drawn(session, mixed(session, held, by), by, 4)
    checked(session, by)
    actions.sign_off(session=session, by=by, known=knowledge.current())
    return by, patient, held


def counts() -> list[int]:
    """Every row that a query without any clinic is given."""
    return [model.objects.count() for model in MODELS]


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except DatabaseError as problem:
        return "row-level security" in str(problem)
    return False


def after_a_failure(ours) -> list[int]:
    """A transaction that fails takes back what it told the database; the next query tells it again."""
    found = []
    with walls.only([ours.clinic_id]):
        try:
            with transaction.atomic():
                counts()
                raise ValueError
        except ValueError:
            found.append(Patient.objects.count())
    found.append(Patient.objects.count())
    return found


def pages(alice, ours, theirs, link) -> dict[str, object]:
    client = Client()
    client.post("/accounts/login/", {"login": alice.username, "password": people.PASSWORD})
    said = {"family_name": theirs.family_name, "birth_date": "1984-05-02", "cause": "reaction",
            "reason": "Swollen face, cannot speak"}  # fmt: skip
    opened = client.post("/emergency-access/", said)
    return {
        "day": client.get("/").status_code,
        "ours": client.get(f"/patients/{ours.pk}/").status_code,
        "theirs": client.get(f"/patients/{theirs.pk}/").status_code,
        "emergency": "OFCHARLIE" in client.get(opened.headers["Location"]).content.decode(),
        "door": Client().post(link, {"day": 2, "month": 5, "year": 1984}).status_code,
        "nobody": Client().get(f"/patients/{ours.pk}/").status_code,
    }


def main() -> None:
    alice, ours, held = treated(people.clinic(), "Alice")
    _charlie, theirs, _same = treated(people.clinic("Faraway"), "Charlie")
    link = "/p/" + links.token(link_actions.give(patient=theirs, purpose="pages", by=_charlie)) + "/"
    told: dict[str, object] = {"all": counts()}
    with walls.only([ours.clinic_id]):
        told["one"] = counts()
        told["found"] = Patient.objects.filter(pk=theirs.pk).exists()
        told["changed"] = Patient.objects.filter(pk=theirs.pk).update(phone="1")
        told["refused"] = refused(lambda: Patient.objects.filter(pk=ours.pk).update(clinic=theirs.clinic_id))
    with walls.only([]):
        told["none"] = counts()
    told["after_a_failure"] = after_a_failure(ours)
    told["pages"] = pages(alice, ours, theirs, link)
    with walls.only([ours.clinic_id]):
        safety.open_recall(lot=held, reason="Invented recall", by=alice)
    told["called"] = sorted(Reach.objects.values_list("patient__family_name", flat=True))
    told["whole"] = verify().broken == ()
    connection.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
