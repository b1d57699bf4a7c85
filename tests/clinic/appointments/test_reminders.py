"""Reminders through a real mail server; the calendar read by another program."""

from __future__ import annotations

import re
from datetime import UTC, date, time, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
import vobject
from aiosmtpd.controller import Controller
from django.apps import apps
from django.test import Client
from django.urls import reverse

import people
from clinic.appointments.conftest import moment, wanted
from clinic.treatments.conftest import as_
from people import IN_AMERICA
from serving import free_port
from wheal import booking
from wheal.clinic.appointments import actions, feed_secrets, judging, reminding
from wheal.clinic.appointments.models import Feed, Reminder
from wheal.clinic.audit.models import Event
from wheal.clinic.treatments import actions as treatments

CLINICAL = re.compile(r"session|inject|treat|mesoth|chin|consult|séance|Alice|Example|Rivera", re.I)


class Post:
    """What came in, as it was sent; refuses while it is told to."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refuses = False

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        if self.refuses:
            return "451 try again later"
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 kept"


@pytest.fixture
def post(settings) -> Post:
    held = Post()
    server = Controller(held, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.PUBLIC_ADDRESS = "https://clinic.test"
    yield held
    server.stop()


@pytest.fixture
def reachable(booked, patient, clinic):
    """In three days at ten; reminded of two days before."""
    patient.email, clinic.phone = "maria@patients.test", "+1 503 555 0100"
    patient.save()
    clinic.save()
    return booked


def two_days_before(at, row) -> None:
    at((row.starts_at - timedelta(days=2)).astimezone(IN_AMERICA).replace(hour=10))


@pytest.mark.parametrize(("language", "words"), [("en", "at 10:00"), ("fr", "à 10:00")])
def test_a_reminder_comes_once_in_the_patients_language_without_anything_medical(
    reachable, patient, post, at, language, words
) -> None:
    patient.language = language
    patient.save()
    assert reminding.nightly()["sent"] == 0, "too early"
    two_days_before(at, reachable)
    assert reminding.nightly() == {"sent": 1, "failed": 0, "not_reached": 0}
    assert reminding.nightly() == {"sent": 0, "failed": 0, "not_reached": 0}, "counted once"
    (letter,) = post.letters
    text = letter.get_content()
    assert letter["To"] == "maria@patients.test"
    assert words in text
    assert "+1 503 555 0100" in text
    assert not CLINICAL.search(text + letter["Subject"]), text
    assert Event.objects.filter(what="appointments.reminder_sent").count() == 1


def test_what_could_not_be_sent_is_tried_again_and_what_was_moved_is_reminded_of_anew(
    reachable, post, at, dora
) -> None:
    an_hour_later = wanted(hour=11)
    two_days_before(at, reachable)
    post.refuses = True
    assert reminding.nightly() == {"sent": 0, "failed": 1, "not_reached": 0}
    assert Reminder.objects.get().failure == "SMTPDataError"
    post.refuses = False
    assert reminding.nightly() == {"sent": 1, "failed": 0, "not_reached": 0}
    actions.change(row=reachable, wanted=an_hour_later, by=dora)
    assert reminding.nightly()["sent"] == 1
    assert [("10:00" in each.get_content(), "11:00" in each.get_content()) for each in post.letters] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("why", ["cancelled", "no address", "not wanted", "the clinic does not", "too late"])
def test_nobody_is_reminded_who_should_not_be(reachable, patient, clinic, post, at, dora, why) -> None:
    two_days_before(at, reachable)
    if why == "cancelled":
        actions.cancel(row=reachable, by=dora)
    elif why == "no address":
        patient.email = ""
        patient.save()
    elif why == "not wanted":
        actions.set_reminders(patient=patient, wanted=False, by=dora)
    elif why == "the clinic does not":
        actions.decide(clinic=clinic, reminds=False, days_before=2, names_in_feeds=False, by=dora)
    else:
        at(reachable.starts_at - timedelta(hours=2))
    assert reminding.nightly()["sent"] == 0
    assert post.letters == []


def test_the_link_in_a_reminder_stops_them_after_being_asked(reachable, patient, post, at) -> None:
    two_days_before(at, reachable)
    reminding.nightly()
    path = re.search(r"https://clinic\.test(/\S+)", post.letters[0].get_content())[1]
    phone = Client()
    assert phone.get(path).status_code == 200
    assert not hasattr(patient, "no_reminders"), "looking at it changes nothing"
    assert phone.post(path).status_code == 200
    patient.refresh_from_db()
    assert patient.no_reminders.recorded_by is None
    assert phone.get(path.replace(path[-5:-1], "xxxx")).status_code == 404


def events_of(feed: Feed) -> list[object]:
    answer = Client().get(reverse("appointments:feed", args=[feed_secrets.opened(feed)]))
    assert answer["Content-Type"].startswith("text/calendar")
    return list(vobject.readOne(answer.content.decode()).contents.get("vevent", []))


def test_another_program_reads_the_calendar_of_a_person_and_of_a_room(
    booked, clinic, alice, dora, room
) -> None:
    held = {
        "person": actions.make_feed(clinic=clinic, practitioner=alice, by=alice),
        "room": actions.make_feed(clinic=clinic, room=room, by=alice),
    }
    other = people.patient(clinic, dora, family_name="Testwell")
    actions.book(clinic=clinic, patient=other, wanted=wanted(4), by=dora)  # nobody's, and in no room
    for feed in held.values():
        (event,) = events_of(feed)
        assert event.dtstart.value.astimezone(UTC) == moment(3, 10)
        assert event.dtend.value - event.dtstart.value == timedelta(minutes=30)
        assert event.location.value == "1"
        assert not CLINICAL.search(event.serialize()), event.serialize()
    actions.cancel(row=booked, by=dora)
    assert events_of(held["room"])[0].status.value == "CANCELLED"
    assert int(events_of(held["room"])[0].sequence.value) == 1


def test_a_visit_of_the_day_list_is_told_reminded_of_and_in_the_feed_like_an_appointment(
    booked, reachable, clinic, alice, dora, room, post, at
) -> None:
    other = people.patient(clinic, dora, family_name="Testwell")
    other.email = "testwell@patients.test"
    other.save()
    visit = actions.book_visit(
        clinic=clinic,
        patient=other,
        planned_for=moment(3, 10, 15),
        room=room.name,
        practitioner=alice,
        by=dora,
    )
    assert [each.what for each in judging.overlaps(visit)] == [(alice.shown_name, room.name)]
    assert [each.other.visit for each in judging.overlaps(booked)] == [visit]
    for feed in (
        actions.make_feed(clinic=clinic, practitioner=alice, by=alice),
        actions.make_feed(clinic=clinic, room=room, by=alice),
    ):
        mine = next(each for each in events_of(feed) if each.uid.value == f"visit-{visit.pk}@wheal")
        assert (mine.dtstart.value.astimezone(UTC), mine.location.value) == (moment(3, 10, 15), room.name)
    told = as_(dora).get(reverse("appointments:of-patient", args=[other.pk])).content.decode()
    assert ("No appointment is to come" in told, "Visit on the day list" in told) == (False, True)
    two_days_before(at, booked)
    assert reminding.nightly()["sent"] == 2
    assert reminding.nightly()["sent"] == 0
    treatments.cancel(session=visit, by=dora)
    assert judging.overlaps(booked) == []


def test_names_are_in_a_calendar_only_where_the_clinic_chose_so(booked, clinic, alice) -> None:
    feed = actions.make_feed(clinic=clinic, practitioner=alice, by=alice)
    assert "RIVERA" not in events_of(feed)[0].summary.value
    actions.decide(clinic=clinic, reminds=True, days_before=2, names_in_feeds=True, by=alice)
    assert "RIVERA" in events_of(feed)[0].summary.value


def test_what_the_database_holds_of_an_address_opens_nothing_and_older_ones_go_on(
    booked, clinic, alice
) -> None:
    feed = actions.make_feed(clinic=clinic, practitioner=alice, by=alice)
    assert feed_secrets.opened(feed) not in f"{Feed.objects.values()}"
    for held in (feed.secret, feed.digest):
        assert Client().get(reverse("appointments:feed", args=[held])).status_code == 404
    Feed.objects.update(secret="a" * 43, digest=None)  # as it was before
    import_module("wheal.clinic.appointments.migrations.0003_sealed_addresses").seal(apps, None)
    feed.refresh_from_db()
    assert (feed_secrets.opened(feed), len(events_of(feed))) == ("a" * 43, 1)
    assert "a" * 43 not in f"{Feed.objects.values()}"


def test_a_revoked_address_and_a_guessed_one_open_nothing(booked, clinic, alice) -> None:
    feed = actions.make_feed(clinic=clinic, practitioner=alice, by=alice)
    assert actions.make_feed(clinic=clinic, practitioner=alice, by=alice) == feed
    page = as_(alice)
    assert page.post(reverse("appointments:revoke-feed", args=[feed.pk])).status_code == 302
    for secret in (feed_secrets.opened(feed), feed.secret, "x" * 43):
        assert Client().get(reverse("appointments:feed", args=[secret])).status_code == 404
    assert actions.make_feed(clinic=clinic, practitioner=alice, by=alice).digest != feed.digest


def test_a_booking_across_the_change_of_the_clock_keeps_its_hour(in_new_york, patient, alice, dora) -> None:
    """On 8 March 2026 New York goes forward at two: nine is an hour sooner by the sun, and the same on the wall."""
    begins = booking.moment(date(2026, 3, 8), time(9), ZoneInfo(in_new_york.time_zone))
    made = actions.book(
        clinic=in_new_york, patient=patient,
        wanted=actions.Wanted("consultation", begins, begins + timedelta(minutes=30), alice), by=dora,
    ).row  # fmt: skip
    assert made.starts_at.astimezone(UTC).hour == 13
    page = as_(dora).get(reverse("appointments:calendar"), {"on": "2026-03-08"}).content.decode()
    assert "09:00–09:30" in page
    assert "slot-5 long-2" in page
