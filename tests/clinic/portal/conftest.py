"""Maria at home with her phone: behind the door of a link to her own pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

import people
import ready
from wheal.clinic.patients import link_actions, links
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import Clinic, Role, User
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Session


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


class Phone(Client):
    """Opened with the birth date; `go("home/")` is a page behind the door."""

    link: Link

    def at(self, page: str) -> str:
        return f"/p/{links.token(self.link)}/{page}"

    def go(self, page: str):
        return self.get(self.at(page))

    def send(self, page: str, **fields: object):
        return self.post(self.at(page), fields)


def phone_of(patient: Patient, by: User, *, is_open: bool = True) -> Phone:
    phone, born = Phone(), patient.birth_date
    phone.link = link_actions.give(patient=patient, purpose="pages", by=by)
    if is_open:
        phone.send("", day=born.day, month=born.month, year=born.year)
    return phone


@pytest.fixture
def phone(patient: Patient, dora: User) -> Phone:
    return phone_of(patient, dora)


@pytest.fixture
def planned(patient: Patient, alice: User) -> Session:
    return ready.planned(patient, alice)


@pytest.fixture
def camille(french_clinic: Clinic) -> User:
    return people.person("Camille", Role.PHYSICIAN, french_clinic)


@pytest.fixture
def french(french_clinic: Clinic, camille: User) -> Session:
    """A plan for the skin, in France, where fifteen days are given to think."""
    patient = people.patient(french_clinic, camille, family_name="Durand", given_names="Zoé")
    session = ready.planned(patient, camille)
    actions.save_plan(
        session=session, by=camille, purpose="skin", area="face", technique="papule",
        substances=["hyaluronic_acid_non_crosslinked"], sessions=3, price=Decimal(450), currency="EUR",
    )  # fmt: skip
    session.refresh_from_db()
    return session


DRAWN = "[[[0,0],[400,120],[900,60]]]"
