"""The signed session of the treatments' tests, in a clinic that keeps a list of what touches patients."""

from __future__ import annotations

from datetime import timedelta

import pytest

import people
from clinic.treatments.conftest import anaesthetic, booked, known, lot, planned, ready, signed  # noqa: F401 (fixtures)
from wheal.clinic.equipment import actions
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.models import Clinic, User


def thing(kind: str, name: str, clinic: Clinic, by: User, number: str = "", days: int | None = None) -> Thing:
    expires = None if days is None else people.today() + timedelta(days=days)
    new = actions.NewThing(kind, name, number, "", expires)
    return actions.add_thing(clinic=clinic, thing=new, by=by)


@pytest.fixture
def room(clinic: Clinic, alice: User) -> Thing:
    return thing("room", "Room 1", clinic, alice)


@pytest.fixture
def gun(clinic: Clinic, alice: User) -> Thing:
    return thing("device", "Gun 2", clinic, alice, "SN-77")


@pytest.fixture
def tap(clinic: Clinic, alice: User) -> Thing:
    return thing("water_point", "Tap of room 1", clinic, alice)


@pytest.fixture
def disinfectant(clinic: Clinic, alice: User) -> Thing:
    return thing("disinfectant", "Chlorhexidine 2 %", clinic, alice, "CHX-9", days=200)
