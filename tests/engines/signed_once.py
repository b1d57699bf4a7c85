"""A clinic with one signed session and what belongs to it: `python -m engines.signed_once`; with `more`, one event."""

from __future__ import annotations

import sys

import django

django.setup()

from django.db import DatabaseError, transaction  # noqa: E402

import people  # noqa: E402
import ready  # noqa: E402
from wheal import knowledge  # noqa: E402
from wheal.clinic.audit import actions as audit  # noqa: E402
from wheal.clinic.people.models import Role, User  # noqa: E402
from wheal.clinic.treatments import actions  # noqa: E402


@transaction.atomic
def signed() -> None:
    clinic = people.clinic("Moving house")
    by = people.person("Alice", Role.PHYSICIAN, clinic)
    patient = people.patient(clinic, by, family_name="Ævar’s-Łuczak")
    people.completed_history(patient, by)
    session = ready.planned(patient, by)
    ready.agree(session, by)
    ready.drawn(session, ready.mixed(session, ready.lot(clinic, by, "M-1"), by), by, count=40)
    ready.checked(session, by)
    actions.sign_off(session=session, by=by, known=knowledge.current(), reason="Weighed and agreed.")


def more() -> None:
    try:
        audit.record(by=User.objects.first(), what="people.tried")
    except DatabaseError as problem:
        print(problem)
    else:
        print("written")


if __name__ == "__main__":
    more() if "more" in sys.argv else signed()
