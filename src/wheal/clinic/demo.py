"""The demo's clinics, made through the real actions: whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from wheal.clinic import demo_cast as cast
from wheal.clinic.demo_branch import demo_branch
from wheal.clinic.demo_equipment import equip, write_protocols
from wheal.clinic.demo_exchange import register_programs
from wheal.clinic.demo_log_ins import PASSWORD
from wheal.clinic.demo_people import history, registered
from wheal.clinic.demo_portal import demo_portal
from wheal.clinic.demo_preparing import demo_preparing
from wheal.clinic.demo_quotes import state_prices
from wheal.clinic.demo_reactions import demo_reactions
from wheal.clinic.demo_registry import demo_registry
from wheal.clinic.demo_sessions import clock_at, demo_treatments
from wheal.clinic.demo_stock import shelf
from wheal.clinic.demo_trust import demo_trust
from wheal.clinic.demo_years import demo_answers, demo_years
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import actions as people
from wheal.clinic.people.forms_emergency import offered
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models import Lot

YEAR = timedelta(days=365)
LONG_AGO = 3 * YEAR
HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class DemoClinic:
    clinic: Clinic
    people: dict[str, User]  # by user name
    lots: dict[str, Lot]  # the usable lot of each substance
    patients: list[Patient]


@transaction.atomic
def build() -> None:
    """Everything that a first visitor finds: clinics some years old, with today's list."""
    with clock_at(timezone.now() - HALF_A_YEAR):
        clinics = demo_people_and_stock()
    demo_years(clinics[0])
    us, fr = demo_treatments(*clinics)
    demo_branch(us.made.clinic, us.made.lots, by=us.physician)
    demo_answers(us)
    demo_reactions(us, fr)
    demo_portal(us, fr)
    demo_preparing(us)
    register_programs(us.made.clinic, by=us.made.people["ada"])
    demo_trust(us, fr)
    demo_registry([us.made.clinic, fr.made.clinic], f"{timezone.now() - HALF_A_YEAR:%Y-%m}")


def demo_people_and_stock() -> tuple[DemoClinic, DemoClinic]:
    """A clinic in the United States and one in France."""
    portland = people.NewClinic(
        name="Demo Clinic — Portland (fictional)",
        jurisdiction="US",
        time_zone="America/Los_Angeles",
        language="en",
        address="1 Nowhere Street\nPortland, OR",
        phone="+1 503 555 0100",
    )
    lyon = people.NewClinic(
        name="Cabinet de démonstration — Lyon (fictif)",
        jurisdiction="FR",
        time_zone="Europe/Paris",
        language="fr",
        address="1, rue de Nulle-Part\n69000 Lyon",
        phone="04 65 71 00 00",
    )
    return (
        _clinic(portland, cast.US_PEOPLE, cast.US_PATIENTS, "+1 503 555 01{:02}"),
        _clinic(lyon, cast.FR_PEOPLE, cast.FR_PATIENTS, "06 39 98 00 {:02}"),
    )


def _clinic(
    new: people.NewClinic, staff: tuple[cast.Person, ...], treated: tuple[cast.Patient, ...], phone: str
) -> DemoClinic:
    clinic, users = _staff(new, staff)
    physician = next(users[one.username] for one in staff if one.role == "physician")
    desk = next(users[one.username] for one in staff if one.role == "front_desk")
    everybody = [
        registered(clinic, one, phone.format(place), by=desk) for place, one in enumerate(treated, start=1)
    ]
    for patient, one in zip(everybody, treated, strict=True):
        if one.history:
            history(patient, cast.HISTORIES[one.history], by=physician)
    equip(clinic, by=physician)
    write_protocols(clinic, by=physician)
    state_prices(clinic, by=physician)
    return DemoClinic(clinic, users, shelf(clinic, by=physician), everybody)


def _staff(new: people.NewClinic, staff: tuple[cast.Person, ...]) -> tuple[Clinic, dict[str, User]]:
    """The first of them is the administrator, who admits the others."""
    first, *others = staff
    with clock_at(timezone.now() - LONG_AGO):
        clinic = people.found_with(clinic=new, administrator=_account(first, new.language))
        administrator = User.objects.get(username=first.username)
        accounts = {one: _account(one, new.language) for one in others}
        users = {one.username: people.admit(clinic=clinic, person=account, role=one.role, by=administrator)
                 for one, account in accounts.items()}  # fmt: skip
        call = offered(clinic)[0].number
        people.confirm_emergency_number(clinic=clinic, number=call, by=administrator)
    for one in others:
        _credentials(users[one.username], clinic, one, by=administrator)
    return clinic, users | {first.username: administrator}


def _account(one: cast.Person, language: str) -> people.NewPerson:
    return people.NewPerson(one.username, PASSWORD, one.first_name, one.last_name, language)


def _credentials(user: User, clinic: Clinic, one: cast.Person, *, by: User) -> None:
    today = timezone.localdate()
    for place, kind in enumerate(one.credentials, start=1):
        until = today - timedelta(days=20) if kind == one.lapsed else today + place * YEAR
        people.record_credential(
            user=user, clinic=clinic, kind=kind, number=f"DEMO-{user.pk:03}-{place}", valid_until=until, by=by
        )
