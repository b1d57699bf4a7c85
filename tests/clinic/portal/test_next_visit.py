"""The home page says when the patient comes next, whether that is in the calendar or on the day list."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from people import IN_AMERICA
from wheal import booking
from wheal.clinic.appointments import actions
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.portal.home import home_of
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session
from wheal.knowledge import current


def moment(clinic, ahead: int, hour: int) -> datetime:
    return booking.moment(clinic.day_of() + timedelta(days=ahead), time(hour), IN_AMERICA)


def appointment(patient, by, begins: datetime) -> Appointment:
    wanted = actions.Wanted("follow_up", begins, begins + timedelta(minutes=30))
    return actions.book(clinic=patient.clinic, patient=patient, wanted=wanted, by=by).row


def visit(patient, by, begins: datetime) -> Session:
    return treatments.book(clinic=patient.clinic, patient=patient, planned_for=begins, practitioner=by, by=by)


@pytest.mark.parametrize(
    ("appointments", "visits", "said"),
    [((), (), None), ((5,), (), 5), ((), (7,), 7), ((5,), (7,), 5), ((9,), (7,), 7), ((9, 4), (), 4)],
)
def test_the_earliest_of_the_calendar_and_the_day_list_is_said(patient, alice, appointments, visits, said):
    for ahead in appointments:
        appointment(patient, alice, moment(patient.clinic, ahead, 10))
    for ahead in visits:
        visit(patient, alice, moment(patient.clinic, ahead, 10))
    expected = moment(patient.clinic, said, 10) if said else None
    assert home_of(patient, current()).next_visit == expected


def test_a_visit_that_an_appointment_led_to_is_said_once_at_the_time_of_the_appointment(patient, alice):
    row = appointment(patient, alice, moment(patient.clinic, 6, 15))
    row.visit = visit(patient, alice, moment(patient.clinic, 5, 10))
    row.save()
    assert home_of(patient, current()).next_visit == row.starts_at


def test_a_place_that_was_taken_back_is_not_said(patient, alice):
    row = appointment(patient, alice, moment(patient.clinic, 3, 10))
    Appointment.objects.filter(pk=row.pk).update(state="cancelled")
    assert home_of(patient, current()).next_visit is None


def test_the_page_says_it_by_the_clinic_s_clock(phone, patient, alice):
    appointment(patient, alice, moment(patient.clinic, 4, 21))  # the next day by the world's clock
    day = f"{patient.clinic.day_of() + timedelta(days=4):%-d}"
    said = phone.go("home/").content.decode().split("Your next visit: ")[1].split("</p>")[0]
    assert said.endswith("21:00.")
    assert day in said


def test_every_piece_that_the_home_page_asks_for_is_there(phone):
    asked = phone.go("home/").content.decode().split('class="offered" hx-get="')[1:]
    assert len(asked) == 1
    assert phone.get(asked[0].split('"')[0]).status_code == 200
