"""Maria is planned for deoxycholic acid under the chin with Alice, in room 1 of the American clinic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from people import IN_AMERICA
from wheal import booking
from wheal.clinic.appointments import actions
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.equipment import actions as equipment
from wheal.clinic.equipment.models import Thing
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the one clock that models and actions ask."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def room(clinic: Clinic, alice: User) -> Thing:
    return equipment.add_thing(clinic=clinic, thing=equipment.NewThing("room", "1"), by=alice)


@pytest.fixture
def laser(clinic: Clinic, alice: User) -> Thing:
    return equipment.add_thing(clinic=clinic, thing=equipment.NewThing("device", "Injector", "7"), by=alice)


def day(ahead: int) -> date:
    return timezone.localdate(timezone=IN_AMERICA) + timedelta(days=ahead)


def moment(ahead: int, hour: int, minute: int = 0) -> datetime:
    return booking.moment(day(ahead), time(hour, minute), IN_AMERICA)


def wanted(
    ahead: int = 3,
    hour: int = 10,
    minute: int = 0,
    *,
    kind: str = "consultation",
    minutes: int = 30,
    **uses: object,
):
    begins = moment(ahead, hour, minute)
    return actions.Wanted(kind, begins, begins + timedelta(minutes=minutes), **uses)


@pytest.fixture
def planned(clinic: Clinic, patient: Patient, alice: User) -> Session:
    """A visit of today that carries the plan; it is cancelled, so that it is nobody's other session."""
    visit = treatments.book(
        clinic=clinic, patient=patient, planned_for=timezone.now(), practitioner=alice, by=alice
    )
    treatments.save_plan(
        session=visit, by=alice, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid"], sessions=4, price=Decimal(1200), currency="USD",
    )  # fmt: skip
    treatments.cancel(session=visit, by=alice)
    return visit


@pytest.fixture
def booked(clinic: Clinic, patient: Patient, alice: User, room: Thing, dora: User) -> Appointment:
    """In three days at ten, for half an hour."""
    made = actions.book(clinic=clinic, patient=patient, wanted=wanted(practitioner=alice, room=room), by=dora)
    return made.row
