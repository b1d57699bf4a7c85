"""The pages of the calendar: seen, booked, moved by a tap, found; who may what."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

import people
from clinic.appointments.conftest import day, moment, wanted
from clinic.treatments.conftest import as_
from wheal.clinic.appointments import actions
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.audit.models import Event


def url(name: str, *args: object) -> str:
    return reverse(f"appointments:{name}", args=args)


def entered(**other: object) -> dict[str, object]:
    whole = {"kind": "consultation", "day": day(3), "hour": "11:15", "minutes": "30", "note": ""}
    return {**whole, **other}


@pytest.mark.parametrize("view", [{}, {"by": "room"}, {"view": "week"}])
def test_the_calendar_shows_who_comes_by_person_room_and_week(booked, dora, view) -> None:
    text = as_(dora).get(url("calendar"), {"on": day(3), **view}).content.decode()
    assert "RIVERA" in text
    assert "10:00–10:30" in text


@pytest.mark.parametrize(
    ("asked", "monday"),
    [
        ("2026-11-23", "23 November 2026"),
        ("2026-11-26", "23 November 2026"),
        ("2026-11-29", "23 November 2026"),
    ],
)
def test_a_week_is_titled_by_its_monday_whatever_day_was_asked(dora, asked, monday) -> None:
    text = as_(dora).get(url("calendar"), {"on": asked, "view": "week"}).content.decode()
    assert f"<h1>Week of {monday}</h1>" in text


def test_a_free_half_hour_leads_to_a_booking_with_its_hour_and_person(booked, alice, dora, patient) -> None:
    page = as_(dora)
    text = page.get(url("calendar"), {"on": day(3)}).content.decode()
    path = re.search(rf'href="([^"]*at=14:00&amp;of=person-{alice.pk})"', text)[1].replace("&amp;", "&")
    asked = page.get(path + "&q=rivera").content.decode()
    again = re.search(r'href="([^"]*patient=\d+[^"]*)"', asked)[1].replace("&amp;", "&")
    form = page.get(again).content.decode()
    assert 'value="14:00"' in form
    assert f'<option value="{alice.pk}" selected>' in form


def test_booked_by_its_fields_and_told_what_overlaps(booked, dora, alice, clinic) -> None:
    other = people.patient(clinic, dora, family_name="Testwell")
    page = as_(dora)
    sent = entered(hour="10:15", practitioner=alice.pk)
    answer = page.post(f"{url('new')}?patient={other.pk}", sent, follow=True)
    assert "Wanted twice" in answer.content.decode()
    assert "is past already" not in answer.content.decode()
    assert Appointment.objects.count() == 2


def test_a_day_that_is_past_is_booked_with_a_word_about_it(booked, dora, clinic) -> None:
    other = people.patient(clinic, dora, family_name="Testwell")
    answer = as_(dora).post(f"{url('new')}?patient={other.pk}", entered(day=day(-365)), follow=True)
    assert "This time is past already." in answer.content.decode()


def test_a_session_that_is_too_near_is_refused_with_the_day_and_the_source(
    planned, clinic, patient, dora
) -> None:
    actions.book(clinic=clinic, patient=patient, wanted=wanted(100, 9, kind="session"), by=dora)
    answer = as_(dora, "fr").post(f"{url('new')}?patient={patient.pk}", entered(kind="session", day=day(105)))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Premier jour possible" in text
    assert "Kybella" in text


def test_an_hour_that_the_clock_leaves_out_is_told_at_its_field(in_new_york, booked, dora, patient) -> None:
    answer = as_(dora).post(f"{url('new')}?patient={patient.pk}", entered(day="2027-03-14", hour="02:30"))
    assert answer.status_code == 422
    assert "clock goes forward" in answer.content.decode()


def test_moved_by_a_tap_and_put_back(booked, dora, alice) -> None:
    page = as_(dora)
    grid = page.get(url("calendar"), {"on": day(4), "move": booked.pk}).content.decode()
    (to,) = re.findall(rf'value="({day(4)}T14:00\|person\|{alice.pk})"', grid)
    moved = page.post(url("move", booked.pk), {"to": to})
    booked.refresh_from_db()
    assert booked.starts_at == moment(4, 14)
    text = page.get(moved["Location"]).content.decode()
    back = re.search(r'name="to" value="([^"]+)"', text)[1]
    page.post(url("move", booked.pk), {"to": back})
    booked.refresh_from_db()
    assert booked.starts_at == moment(3, 10)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "x",
        "2026-13-01T10:00||",
        "2027-03-14T02:30||",
        "2027-03-15T10:00|person|999999",
        "9999-12-31T23:59||",
    ],
)
def test_what_is_no_time_or_nobody_moves_nothing(in_new_york, booked, dora, to) -> None:
    assert as_(dora).post(url("move", booked.pk), {"to": to}).status_code == 422
    assert Appointment.objects.get().starts_at == moment(3, 10)


def test_the_day_list_shows_who_is_expected_and_opens_the_visit(booked, dora, at) -> None:
    at(booked.starts_at - timedelta(minutes=5))
    page = as_(dora)
    assert "RIVERA" in page.get(url("of-day")).content.decode()
    assert page.post(url("arrive", booked.pk), {"back": "day"}).status_code == 302
    assert "RIVERA" not in page.get(url("of-day")).content.decode()
    assert "RIVERA" in page.get("/").content.decode()


def test_found_by_name_and_the_patients_page_counts_who_did_not_come(booked, dora, patient, at) -> None:
    page = as_(dora)
    assert "1 appointment" in page.get(url("calendar"), {"q": "rivera"}).content.decode()
    at(booked.starts_at)
    page = as_(dora)  # three days later
    page.post(url("miss", booked.pk))
    assert "Did not come 1 time" in page.get(url("of-patient", patient.pk)).content.decode()


def test_a_freed_place_names_who_waits(booked, dora, clinic) -> None:
    other = people.patient(clinic, dora, family_name="Testwell")
    page = as_(dora)
    sent = {"kind": "consultation", "minutes": "30", "first": day(0), "last": day(9), "note_for_the_desk": ""}
    assert page.post(url("wait", other.pk), sent).status_code == 302
    page.post(url("cancel", booked.pk))
    text = page.get(url("appointment", booked.pk)).content.decode()
    waiting = re.search(r'name="waiting" value="(\d+)"', text)[1]
    assert page.post(url("offer", booked.pk), {"waiting": waiting}).status_code == 302
    assert Appointment.objects.get(patient=other).starts_at == booked.starts_at


@pytest.mark.parametrize(
    ("who", "sees", "books", "owns"),
    [("dora", 200, 302, 403), ("alice", 200, 302, 200), ("sam", 200, 403, 403), ("ada", 200, 403, 200)],
)
def test_who_sees_books_and_decides(request, booked, who, sees, books, owns) -> None:
    page = as_(request.getfixturevalue(who))
    assert page.get(url("calendar")).status_code == sees
    assert page.post(url("cancel", booked.pk)).status_code == books
    assert page.get(url("own")).status_code == owns


def test_an_appointment_of_another_clinic_is_not_found_and_the_asking_is_audited(booked, charlie) -> None:
    page = as_(charlie)
    assert page.get(url("appointment", booked.pk)).status_code == 404
    assert page.post(url("cancel", booked.pk)).status_code == 404
    assert page.get(url("calendar"), {"move": booked.pk}).status_code == 404
    assert Event.objects.filter(what="appointments.record_refused").count() == 3


@pytest.mark.parametrize("view", [{}, {"view": "week"}])
def test_queries_do_not_grow_with_the_appointments(
    booked, dora, alice, clinic, room, django_assert_max_num_queries, view
) -> None:
    for hour in range(11, 19):
        other = people.patient(clinic, dora, family_name=f"Testwell{hour}")
        actions.book(
            clinic=clinic, patient=other, wanted=wanted(hour=hour, practitioner=alice, room=room), by=dora
        )
    page = as_(dora)
    with django_assert_max_num_queries(11):
        assert page.get(url("calendar"), {"on": day(3), **view}).status_code == 200


def test_the_visit_without_an_appointment_is_refused_alike_and_shown_the_other_way(
    planned, clinic, patient, dora
) -> None:
    actions.book(clinic=clinic, patient=patient, wanted=wanted(100, 9, kind="session"), by=dora)
    sent = {
        "patient": patient.pk,
        "day": day(103).isoformat(),
        "time": "09:00",
        "room": "",
        "practitioner": "",
    }
    answer = as_(dora).post(url("visit"), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Kybella" in text
    assert f"{url('new')}?patient={patient.pk}" in text


@pytest.mark.parametrize("far", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_clock_can_tell_is_refused_at_its_field(booked, dora, patient, far) -> None:
    page = as_(dora)
    visit = {"patient": patient.pk, "day": far, "time": "23:59", "room": "", "practitioner": ""}
    assert page.post(url("visit"), visit).status_code == 422
    whole = entered(day=far, hour="23:59")
    assert page.post(f"{url('new')}?patient={patient.pk}", whole).status_code == 422
