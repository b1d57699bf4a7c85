"""Appointments: overlaps told, intervals kept, every step undone, the visit that one leads to, and who waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

import people
from clinic.appointments.conftest import day, moment, wanted
from people import IN_AMERICA
from wheal.clinic.appointments import actions
from wheal.clinic.appointments.models import Appointment, State, Waiting
from wheal.clinic.audit.models import Event
from wheal.clinic.treatments import actions as treatments
from wheal.clinic.treatments.models import Session

pytestmark = pytest.mark.both_engines


def test_overlaps_of_people_rooms_and_devices_are_told_and_not_forbidden(
    booked, clinic, alice, dora, room, laser
) -> None:
    other = people.patient(clinic, dora, family_name="Testwell")
    same = actions.book(
        clinic=clinic, patient=other, wanted=wanted(practitioner=alice, room=room, device=laser), by=dora
    )
    assert [(each.other.row, set(each.what)) for each in same.overlaps] == [(booked, {"Alice Example", "1"})]
    after = wanted(hour=10, minute=30, practitioner=alice, room=room)
    assert (
        actions.book(clinic=clinic, patient=people.patient(clinic, dora), wanted=after, by=dora).overlaps
        == []
    )


def test_an_absence_overlaps_with_what_is_booked(booked, clinic, alice, dora) -> None:
    away = actions.book(
        clinic=clinic, patient=None, wanted=wanted(kind="away", minutes=240, practitioner=alice), by=dora
    )
    assert [each.other.row for each in away.overlaps] == [booked]
    with pytest.raises(actions.AppointmentRefused, match="who or what"):
        actions.book(clinic=clinic, patient=None, wanted=wanted(kind="away"), by=dora)


def test_the_same_patient_is_not_booked_twice_for_one_time(booked, clinic, patient, dora) -> None:
    with pytest.raises(actions.AppointmentRefused, match="already"):
        actions.book(clinic=clinic, patient=patient, wanted=wanted(), by=dora)


def months_after(begin: date, months: int) -> date:
    """The first day that the interval of a month allows."""
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(begin.day, last))


def session_on(on: date):
    return wanted((on - day(0)).days, 9, kind="session")


def test_sessions_keep_the_published_interval_on_both_sides(planned, clinic, patient, dora) -> None:
    first = day(200)
    actions.book(clinic=clinic, patient=patient, wanted=session_on(first), by=dora)
    allowed = months_after(first, 1)
    with pytest.raises(actions.NotPossible) as refused:
        actions.book(clinic=clinic, patient=patient, wanted=session_on(allowed - timedelta(days=1)), by=dora)
    (reason,) = refused.value.reasons
    assert reason.earliest == allowed
    assert "kybella_pi" in reason.sources
    assert str(allowed.day) in reason.words
    actions.book(clinic=clinic, patient=patient, wanted=session_on(allowed), by=dora)
    with pytest.raises(actions.NotPossible, match="or from"):
        actions.book(clinic=clinic, patient=patient, wanted=session_on(first - timedelta(days=20)), by=dora)
    assert Appointment.objects.filter(kind="session").count() == 2


def test_a_consultation_may_be_any_day_and_a_cancelled_session_holds_nobody_up(
    planned, clinic, patient, dora
) -> None:
    held = actions.book(clinic=clinic, patient=patient, wanted=session_on(day(100)), by=dora).row
    actions.book(clinic=clinic, patient=patient, wanted=wanted(103, kind="consultation"), by=dora)
    actions.cancel(row=held, by=dora)
    again = actions.book(clinic=clinic, patient=patient, wanted=session_on(day(101)), by=dora).row
    with pytest.raises(actions.NotPossible):
        actions.restore(row=held, by=dora)
    actions.cancel(row=again, by=dora)
    assert actions.restore(row=held, by=dora).row.state == State.BOOKED


def test_a_session_is_moved_within_its_own_month(planned, clinic, patient, dora) -> None:
    """It is not too near to itself."""
    held = actions.book(clinic=clinic, patient=patient, wanted=session_on(day(100)), by=dora).row
    moved = actions.change(row=held, wanted=session_on(day(102)), by=dora).row
    assert clinic.day_of(moved.starts_at) == day(102)


def test_a_session_waits_for_the_time_to_think(
    planned, clinic, patient, dora, french_clinic, charlie
) -> None:
    """Where a country holds one; here the quote of a French clinic was handed over today."""
    marie = people.patient(french_clinic, charlie, family_name="Dupont")
    plan = treatments.open_plan(patient=marie, by=charlie)
    plan.substances = ["hyaluronic_acid_non_crosslinked"]
    plan.save()
    treatments.tell_quote(
        plan=plan, number="2026-0001/1", state="sent", handed_at=timezone.now(),
        valid_until=french_clinic.day_of() + timedelta(days=60), covers={}, by=charlie,
    )  # fmt: skip
    today = french_clinic.day_of()
    begins = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)

    def session(days: int) -> actions.Wanted:
        start = begins + timedelta(days=days)
        return actions.Wanted("session", start, start + timedelta(minutes=30))

    with pytest.raises(actions.NotPossible, match="time to think"):
        actions.book(clinic=french_clinic, patient=marie, wanted=session(15), by=charlie)
    assert actions.book(clinic=french_clinic, patient=marie, wanted=session(16), by=charlie).row.pk


def test_one_action_leads_to_the_clinical_visit_and_back(booked, dora) -> None:
    actions.arrive(row=booked, by=dora)
    row = actions.arrive(row=booked, by=dora)  # a second tap
    visit = Session.objects.get()
    assert (row.state, row.visit) == (State.ARRIVED, visit)
    assert (visit.planned_for, visit.room, visit.practitioner) == (booked.starts_at, "1", booked.practitioner)
    assert visit.arrived_at is not None
    actions.undo_arrival(row=row, by=dora)
    visit.refresh_from_db()
    assert (visit.arrived_at, visit.cancelled_at is None) == (None, False)
    again = actions.arrive(row=booked, by=dora)
    visit.refresh_from_db()
    assert (again.visit, visit.cancelled_at, Session.objects.count()) == (visit, None, 1)


def test_what_was_treated_is_not_undone_from_the_calendar(booked, dora, alice) -> None:
    row = actions.arrive(row=booked, by=dora)
    mix = treatments.add_mix(session=row.visit, by=alice)
    row.visit.passes.create(mix=mix, order=1, area="submental", technique="papule", count=3)
    with pytest.raises(actions.AppointmentRefused):
        actions.undo_arrival(row=row, by=dora)
    assert Appointment.objects.get(pk=row.pk).state == State.ARRIVED


@pytest.mark.parametrize("turn", [actions.cancel, actions.finish])
def test_each_step_is_undone_and_said_twice_counts_once(booked, dora, turn) -> None:
    turn(row=booked, by=dora)
    turn(row=booked, by=dora)
    assert actions.restore(row=booked, by=dora).row.state == State.BOOKED
    assert Event.objects.filter(what="appointments.appointment_restored").count() == 1


def test_nobody_is_missed_before_the_day(booked, dora, at) -> None:
    with pytest.raises(actions.AppointmentRefused, match="not come yet"):
        actions.miss(row=booked, by=dora)
    at(booked.starts_at.astimezone(IN_AMERICA).replace(hour=0, minute=1))
    assert actions.miss(row=booked, by=dora).state == State.NO_SHOW
    with pytest.raises(actions.AppointmentRefused, match="undo"):
        actions.cancel(row=booked, by=dora)


def test_two_devices_do_not_overwrite_each_other(booked, dora) -> None:
    seen = booked.version
    actions.change(row=booked, wanted=wanted(4), by=dora, version=seen)
    with pytest.raises(actions.AppointmentRefused, match="another device"):
        actions.change(row=booked, wanted=wanted(5), by=dora, version=seen)
    assert Appointment.objects.get().starts_at == moment(4, 10)


@pytest.fixture
def waiting(clinic, dora) -> Waiting:
    other = people.patient(clinic, dora, family_name="Testwell")
    return actions.wait(
        clinic=clinic, patient=other, kind="consultation", minutes=30, first=day(0), last=day(10), by=dora
    )


def test_a_freed_place_is_offered_to_who_waits(booked, waiting, dora, room) -> None:
    with pytest.raises(actions.AppointmentRefused, match="not free"):
        actions.offer(row=waiting, freed=booked, by=dora)
    actions.cancel(row=booked, by=dora)
    got = actions.offer(row=waiting, freed=booked, by=dora).row
    assert (got.patient, got.starts_at, got.room) == (waiting.patient, booked.starts_at, room)
    waiting.refresh_from_db()
    assert (waiting.booked, waiting.ended_at is None) == (got, False)
    with pytest.raises(actions.AppointmentRefused, match="no longer"):
        actions.offer(row=waiting, freed=booked, by=dora)


def test_a_place_that_is_too_short_is_not_offered(booked, waiting, dora) -> None:
    Waiting.objects.update(minutes=45)
    actions.cancel(row=booked, by=dora)
    with pytest.raises(actions.AppointmentRefused, match="too short"):
        actions.offer(row=waiting, freed=booked, by=dora)


def test_nobody_waits_twice_for_the_same(waiting, clinic, dora) -> None:
    with pytest.raises(actions.AppointmentRefused, match="already"):
        actions.wait(
            clinic=clinic,
            patient=waiting.patient,
            kind="consultation",
            minutes=30,
            first=day(0),
            last=day(1),
            by=dora,
        )
    actions.stop_waiting(row=waiting, by=dora)
    actions.stop_waiting(row=waiting, by=dora)
    assert Event.objects.filter(what="appointments.waiting_ended").count() == 1


def visit_on(on: date, clinic, patient, dora) -> Session:
    when = session_on(on).starts_at
    return actions.book_visit(
        clinic=clinic, patient=patient, planned_for=when, room="", practitioner=None, by=dora
    )


def test_a_visit_that_is_booked_without_an_appointment_keeps_the_same_interval(
    planned, clinic, patient, dora
) -> None:
    actions.book(clinic=clinic, patient=patient, wanted=session_on(day(100)), by=dora)
    with pytest.raises(actions.NotPossible):
        visit_on(day(103), clinic, patient, dora)
    assert not Session.objects.filter(cancelled_at=None).exists()
    visit_on(months_after(day(100), 1), clinic, patient, dora)


def test_a_session_to_which_nobody_came_holds_nobody_up(planned, clinic, patient, dora, at) -> None:
    held = actions.book(clinic=clinic, patient=patient, wanted=session_on(day(2)), by=dora).row
    later = session_on(day(9))
    at(held.starts_at + timedelta(days=2))
    assert actions.book(clinic=clinic, patient=patient, wanted=later, by=dora).row.pk


@pytest.mark.parametrize("came", [True, False])
def test_a_visit_to_which_somebody_came_counts_until_it_is_signed(
    planned, clinic, patient, dora, at, came
) -> None:
    visit, later = visit_on(day(2), clinic, patient, dora), session_on(day(9))
    if came:
        at(visit.planned_for)
        treatments.arrive(session=visit, by=dora)
    at(visit.planned_for + timedelta(days=2))
    if came:
        with pytest.raises(actions.NotPossible):
            actions.book(clinic=clinic, patient=patient, wanted=later, by=dora)
    else:
        actions.book(clinic=clinic, patient=patient, wanted=later, by=dora)


def test_a_place_that_is_taken_again_is_not_given_away_twice(
    booked, waiting, clinic, dora, alice, room
) -> None:
    actions.cancel(row=booked, by=dora)
    again = wanted(practitioner=alice, room=room)
    actions.book(clinic=clinic, patient=people.patient(clinic, dora), wanted=again, by=dora)
    with pytest.raises(actions.AppointmentRefused, match="taken again"):
        actions.offer(row=waiting, freed=booked, by=dora)


def test_a_visit_that_cannot_be_opened_is_told_and_not_an_error(booked, dora, alice) -> None:
    """Another visit of that very time, which has an appointment of its own, stands in the way."""
    visit = treatments.book(
        clinic=booked.clinic, patient=booked.patient, planned_for=booked.starts_at, by=alice
    )
    other = wanted(5, kind="other")
    row = actions.book(clinic=booked.clinic, patient=booked.patient, wanted=other, by=dora).row
    Appointment.objects.filter(pk=row.pk).update(visit=visit)
    with pytest.raises(actions.AppointmentRefused, match="already"):
        actions.arrive(row=booked, by=dora)
    assert Appointment.objects.get(pk=booked.pk).state == State.BOOKED


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(9999, 12, 31, 23, 30, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 0, 30, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 30, tzinfo=UTC)),
    ],
)
def test_a_time_that_no_clock_tells_and_was_taken_once_is_brought_where_it_can_be_seen_and_cancelled(
    booked, dora, patient, begins, ends
) -> None:
    Appointment.objects.filter(pk=booked.pk).update(starts_at=begins, ends_at=ends)
    client = Client()
    client.force_login(dora)
    assert client.get("/calendar/").status_code == 200
    moved = import_module("wheal.clinic.appointments.migrations.0004_days_that_clocks_tell")
    moved.bring_nearer(apps, None)
    moved.bring_nearer(apps, None)
    booked.refresh_from_db()
    assert booked.starts_at.year == begins.year
    assert booked.ends_at > booked.starts_at
    pages = ("/calendar/?q=Rivera", f"/calendar/{booked.pk}/", f"/patients/{patient.pk}/",
        f"/calendar/patient/{patient.pk}/")  # fmt: skip
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert actions.cancel(row=booked, by=dora).state == "cancelled"


def test_a_year_that_is_surely_mistyped_is_not_booked_nor_moved_to(booked, clinic, patient, dora) -> None:
    now = timezone.now()
    for begins, length in (
        (now + timedelta(days=3700), 1), (datetime(1999, 12, 31, tzinfo=UTC), 1), (now + timedelta(days=9), 25),
    ):  # fmt: skip
        far = actions.Wanted("other", begins, begins + timedelta(hours=length))
        with pytest.raises(actions.AppointmentRefused, match="right"):
            actions.book(clinic=clinic, patient=patient, wanted=far, by=dora)
        with pytest.raises(actions.AppointmentRefused, match="right"):
            actions.change(row=booked, wanted=far, by=dora)
    assert Appointment.objects.get().version == booked.version
