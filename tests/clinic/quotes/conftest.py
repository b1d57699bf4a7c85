"""A quote of 540 EUR for Marie's plan in the French clinic, and one in the American clinic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import people
from wheal import knowledge
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import actions as people_actions
from wheal.clinic.people.models import Clinic, Role, User
from wheal.clinic.quotes import actions
from wheal.clinic.quotes.models import Quote, Tax
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session

SIGNED = [[[0, 0], [400, 120], [900, 60]]]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the one clock that models and actions ask."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture(scope="session")
def known() -> knowledge.Knowledge:
    return knowledge.current()


@pytest.fixture
def doctor(charlie: User, french_clinic: Clinic) -> User:
    """Charlie, insured."""
    french_clinic.address = "1, rue de Nulle-Part"
    french_clinic.save()
    people_actions.record_credential(
        user=charlie,
        clinic=french_clinic,
        kind="insurance",
        number="I-7",
        valid_until=people.in_two_years(),
        by=charlie,
    )
    return charlie


@pytest.fixture
def desk(french_clinic: Clinic) -> User:
    return people.person("Delphine", Role.FRONT_DESK, french_clinic)


@pytest.fixture
def marie(french_clinic: Clinic, charlie: User) -> Patient:
    return people.patient(french_clinic, charlie, family_name="Dupont", given_names="Marie")


@pytest.fixture
def tax(french_clinic: Clinic, doctor: User) -> Tax:
    return actions.state_tax(clinic=french_clinic, name="TVA 20 % (inventée)", percent=Decimal(20), by=doctor)


@pytest.fixture
def visit(french_clinic: Clinic, marie: Patient, doctor: User) -> Session:
    """Booked and planned: three sessions on the cheeks for 540 EUR."""
    booked = treatments.book(
        clinic=french_clinic, patient=marie, planned_for=timezone.now(), practitioner=doctor, by=doctor
    )
    plan(booked, doctor, sessions=3, price=Decimal(540))
    booked.refresh_from_db()
    return booked


def plan(session: Session, by: User, **other: object) -> None:
    whole = {
        "purpose": "skin", "area": "cheeks", "technique": "papule", "substances": ["hyaluronic_acid_non_crosslinked"],
        "currency": "EUR",
    }  # fmt: skip
    treatments.save_plan(session=session, by=by, **{**whole, **other})


def drafted(quote: Quote, by: User, tax: Tax | None, price: str = "180", **other: object) -> Quote:
    line = actions.NewLine("session", "Séance", Decimal(3), Decimal(price), tax)
    whole = {
        "lines": [line], "language": "fr", "practitioner": by,
        "valid_until": quote.clinic.day_of() + timedelta(days=60),
        "said": {**quote.said, "anaesthesia": "aucune", "days_off": "aucun"},
    }  # fmt: skip
    return actions.save_draft(quote=quote, draft=actions.Draft(**{**whole, **other}), by=by)


@pytest.fixture
def draft(visit: Session, marie: Patient, doctor: User, tax: Tax) -> Quote:
    return drafted(actions.begin(patient=marie, by=doctor, practitioner=doctor), doctor, tax)


@pytest.fixture
def sent(draft: Quote, desk: User) -> Quote:
    return actions.hand_over(quote=draft, how="hand", by=desk)


@pytest.fixture
def accepted(sent: Quote, desk: User) -> Quote:
    actions.accept(quote=sent, signed_name="Marie Dupont", signature=SIGNED, by=desk)
    return sent
