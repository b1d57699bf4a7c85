"""The demo's clinics, made through the real actions: whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from wheal import knowledge
from wheal.clinic import demo_cast as cast
from wheal.clinic.demo_equipment import equip, write_protocols
from wheal.clinic.demo_log_ins import PASSWORD
from wheal.clinic.demo_portal import demo_portal
from wheal.clinic.demo_quotes import state_prices
from wheal.clinic.demo_reactions import demo_reactions
from wheal.clinic.demo_sessions import clock_at, demo_treatments
from wheal.clinic.demo_stock import shelf
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import actions as people
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models import Lot

YEAR = timedelta(days=365)
HALF_A_YEAR = timedelta(days=182)
USUALLY = {
    "blood_pressure_systolic": "122", "blood_pressure_diastolic": "78", "pulse": "68",
    "earlier_treatments_told": "none", "hopes": "A calmer look, nothing that anybody would notice.",
    "own_doctor": "Dr Elm, Example Town",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoClinic:
    clinic: Clinic
    people: dict[str, User]  # by user name
    lots: dict[str, Lot]  # the usable lot of each substance
    patients: list[Patient]


@transaction.atomic
def build() -> None:
    """Everything that a first visitor finds: clinics half a year old, with today's list."""
    with clock_at(timezone.now() - HALF_A_YEAR):
        clinics = demo_people_and_stock()
    rooms = demo_treatments(*clinics)
    demo_reactions(*rooms)
    demo_portal(*rooms)


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
        name="Clinique de démonstration — Lyon (fictive)",
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
    registered = [
        _patient(clinic, one, phone.format(place), by=desk) for place, one in enumerate(treated, start=1)
    ]
    for patient, one in zip(registered, treated, strict=True):
        if one.history:
            _history(patient, cast.HISTORIES[one.history], by=physician)
    equip(clinic, by=physician)
    write_protocols(clinic, by=physician)
    state_prices(clinic, by=physician)
    return DemoClinic(clinic, users, shelf(clinic, by=physician), registered)


def _staff(new: people.NewClinic, staff: tuple[cast.Person, ...]) -> tuple[Clinic, dict[str, User]]:
    """The first of them is the administrator, who admits the others."""
    first, *others = staff
    clinic = people.found_with(clinic=new, administrator=_account(first, new.language))
    administrator = User.objects.get(username=first.username)
    users = {first.username: administrator}
    for one in others:
        account = _account(one, new.language)
        users[one.username] = people.admit(clinic=clinic, person=account, role=one.role, by=administrator)
        _credentials(users[one.username], clinic, one, by=administrator)
    return clinic, users


def _account(one: cast.Person, language: str) -> people.NewPerson:
    return people.NewPerson(one.username, PASSWORD, one.first_name, one.last_name, language)


def _credentials(user: User, clinic: Clinic, one: cast.Person, *, by: User) -> None:
    today = timezone.localdate()
    for place, kind in enumerate(one.credentials, start=1):
        until = today - timedelta(days=20) if kind == one.lapsed else today + place * YEAR
        people.record_credential(
            user=user, clinic=clinic, kind=kind, number=f"DEMO-{user.pk:03}-{place}", valid_until=until, by=by
        )


def _patient(clinic: Clinic, one: cast.Patient, phone: str, *, by: User) -> Patient:
    person = patients.Demographics(
        family_name=one.family_name,
        given_names=one.given_names,
        birth_date=date.fromisoformat(one.born),
        sex=one.sex,
        language=clinic.language,
        phone=phone,
    )
    return patients.register(clinic=clinic, person=person, by=by)


def _history(patient: Patient, said: dict[str, object], *, by: User) -> None:
    """Everything asked and answered with no, but for what is `said`."""
    known = knowledge.current()
    weight, height = ("62", "168") if patient.sex == "female" else ("81", "179")
    usual = {**USUALLY, "weight": weight, "weight_six_months_ago": weight, "height": height}
    empty = {"codes": [], "yes_no": False}
    answers = {name: usual.get(name, empty.get(question.kind)) for name, question in known.questions.items()}
    patients.complete_history(
        patient=patient, answers={**answers, **said}, version=0, after=0, by=by, known=known
    )
