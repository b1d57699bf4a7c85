"""People treated so many days ago, with what was measured of them: signed sessions without the path to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

import people
from wheal import knowledge
from wheal.clinic.followup import actions
from wheal.clinic.followup.actions import Figure, Place
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments.models import Mix, Plan, Protocol, Session

SITE = Place("submental", "", "midline")


@pytest.fixture
def known() -> knowledge.Knowledge:
    return knowledge.current()


@pytest.fixture
def treated(clinic: Clinic, alice: User) -> Callable[..., Patient]:
    """A patient with signed sessions, so many days ago each."""

    def treat(
        *days: int, name: str = "Ann", area: str = "submental", substance: str = "deoxycholic_acid", kg: str = "70",
        patient: Patient | None = None, protocol: Protocol | None = None,
    ) -> Patient:  # fmt: skip
        whose = patient or people.patient(clinic, alice, family_name=name, given_names="Example")
        plan = Plan.objects.create(
            patient=whose, purpose="fat", area=area, substances=[substance], created_by=alice
        )
        for ago in days:
            at = timezone.now() - timedelta(days=ago)
            session = Session.objects.create(
                clinic=clinic,
                patient=whose,
                plan=plan,
                planned_for=at,
                weight_kg=Decimal(kg),
                created_by=alice,
            )
            if protocol:
                Mix.objects.create(session=session, label="A", protocol=protocol)
            session.signed_at, session.signed_by, session.signed_role, session.decision = (
                at,
                alice,
                "physician",
                "go",
            )
            session.save()
        return whose

    return treat


@pytest.fixture
def measured(bob: User, known: knowledge.Knowledge) -> Callable[..., None]:
    """So many days ago, at one place: `measured(patient, 10, ultrasound="9.2", weight="70")`."""

    def measure(patient: Patient, ago: int, place: Place = SITE, **figures: str) -> None:
        given = [Figure(code, Decimal(value), is_sure=True) for code, value in figures.items()]
        on = patient.clinic.day_of() - timedelta(days=ago)
        actions.measure(patient=patient, place=place, on=on, figures=given, known=known, by=bob)

    return measure
