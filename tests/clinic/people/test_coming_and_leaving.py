"""People come by an invitation, see where they are logged in, and lose all that opens when they leave."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

import people
from ready import planned
from wheal.clinic.appointments import actions as calendar
from wheal.clinic.appointments import feed_secrets
from wheal.clinic.appointments.actions import leaving as handing
from wheal.clinic.audit.models import Event
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people import actions, devices, invitations, leaving, sessions, token_actions
from wheal.clinic.people.models import DeviceKey, Invitation, LogIn, ServiceToken, User

VERA = {
    "first_name": "Vera", "last_name": "Visiting", "email": "vera@example.org", "role": "nurse", "language": "en",
}  # fmt: skip
OWN = {"username": "vera", "password": "a needle in a haystack"}


@pytest.fixture
def link(client, ada) -> str:
    """Without a mail server it is shown once."""
    client.force_login(ada)
    page = client.post("/people/invite/", VERA).content.decode()
    found = re.search(r"/people/invited/[\w-]{43}/", page)[0]
    assert found not in client.get("/people/invite/").content.decode()
    return found


def test_whoever_has_the_link_makes_an_account_with_the_role_of_the_inviter_once(link, clinic) -> None:
    vera = Client()
    assert "Vera Visiting" in vera.get(link).content.decode()
    assert vera.post(link, OWN | {"role": "physician", "administers": "on"}).status_code == 302
    user = User.objects.get(username="vera")
    held = user.memberships.get()
    assert (held.clinic, held.role, held.administers) == (clinic, "nurse", False)
    assert (user.email, user.password_is_temporary) == ("vera@example.org", False)
    again = Client().post(link, OWN | {"username": "other"})
    assert (again.status_code, "accepted already" in again.content.decode()) == (404, True)
    assert User.objects.filter(username="other").count() == 0
    vera.post("/accounts/login/", {"login": "vera", "password": OWN["password"]})
    assert vera.get("/people/me/").status_code == 200


def test_a_nurse_is_led_to_a_second_factor_at_the_first_log_in(link, settings) -> None:
    settings.SECOND_FACTOR = "signers"
    vera = Client()
    vera.post(link, OWN)
    vera.post("/accounts/login/", {"login": "vera", "password": OWN["password"]})
    assert vera.get("/").url == "/people/me/second-factor/"


def test_what_stands_in_the_link_is_not_in_the_database(link) -> None:
    assert link.split("/")[-2] not in str(list(Invitation.objects.values())) + str(
        list(Event.objects.values())
    )


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda: Invitation.objects.update(expires_at=timezone.now()), "too old"),
        (lambda: Invitation.objects.update(withdrawn_at=timezone.now()), "withdrawn"),
        (lambda: Invitation.objects.all().delete(), "leads to no invitation"),
    ],
)
def test_one_that_is_over_opens_nothing(link, what, words) -> None:
    what()
    answer = Client().post(link, OWN)
    assert (answer.status_code, words in answer.content.decode()) == (404, True)
    assert not User.objects.filter(username="vera").exists()


@pytest.mark.parametrize("wrong", [{"username": "ada"}, {"password": "short"}, {"password": ""}])
def test_a_taken_name_or_a_weak_password_leaves_the_invitation_open(link, wrong) -> None:
    assert Client().post(link, OWN | wrong).status_code == 422
    assert Invitation.objects.standing().count() == 1


def test_inviting_again_voids_the_earlier_link(link, ada) -> None:
    client = Client()
    client.force_login(ada)
    client.post("/people/invite/", VERA)
    assert Client().get(link).status_code == 404


def test_who_has_an_account_joins_with_it(link, charlie, clinic) -> None:
    client = Client()
    client.force_login(charlie)
    assert client.post(link).status_code == 302
    assert charlie.memberships.get(clinic=clinic).role == "nurse"
    assert User.objects.count() == 2


def test_an_invitation_goes_by_mail_in_its_language(ada, clinic, mailoutbox, settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    person = invitations.Invited("v@example.org", "Vera", "Visiting", "nurse", False, "fr")
    row, secret = invitations.invite(clinic=clinic, person=person, by=ada)
    invitations.send(invitation=row, address=f"https://example.org/{secret}", by=ada)
    (sent,) = mailoutbox
    assert sent.to == ["v@example.org"]
    assert secret in sent.body
    assert Invitation.objects.get().sent_at


def logged_in(name: str, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": name, "password": people.PASSWORD})
    return client


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_0) AppleWebKit/605.1 Version/17.0 Safari/604.1"


def test_one_sees_where_one_is_logged_in_and_ends_one_or_all_others(bob) -> None:
    desk, tablet, third = (logged_in("bob", agent) for agent in (FIREFOX, IPAD, ""))
    page = desk.get("/people/me/").content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPad" in page
    desk.post(f"/people/me/log-ins/{LogIn.objects.get(agent=IPAD).pk}/end/")
    assert tablet.get("/people/me/").status_code == 302
    desk.post("/people/me/log-ins/end-others/")
    assert third.get("/people/me/").status_code == 302
    assert desk.get("/people/me/").status_code == 200
    assert LogIn.objects.count() == 1


def test_what_the_database_holds_of_a_session_opens_nothing(bob) -> None:
    desk = logged_in("bob", FIREFOX)
    desk.get("/people/me/")
    key = desk.cookies["sessionid"].value
    (row,) = Session.objects.all()
    assert key not in f"{row.session_key} {row.get_decoded()} {LogIn.objects.values()}"
    assert LogIn.objects.get().session_key == row.session_key
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert thief.get("/people/me/").status_code == 302
    assert desk.get("/people/me/").status_code == 200
    desk.post("/accounts/logout/")
    assert not Session.objects.filter(pk=row.pk).exists()


def test_what_waits_for_a_fresh_proof_holds_no_key(alice, settings) -> None:
    desk = logged_in("alice", FIREFOX)
    settings.PROVEN_FOR = -1
    sent = desk.post("/sessions/1/amend", {"reason": "as discussed"})
    assert sent.headers["Location"].startswith("/accounts/reauthenticate/")
    held = f"{Session.objects.get().get_decoded()}"
    assert "as discussed" in unquote_plus(held)
    assert desk.cookies["sessionid"].value not in held


def test_nobody_ends_the_log_in_of_another(bob, dora) -> None:
    logged_in("bob", FIREFOX)
    assert (
        logged_in("dora", IPAD).post(f"/people/me/log-ins/{LogIn.objects.get(user=bob).pk}/end/").status_code
        == 404
    )


def test_a_new_password_moves_the_log_in_along_and_logging_out_forgets_it(bob) -> None:
    desk = logged_in("bob", FIREFOX)
    new = "quite another long secret"
    desk.post(
        "/accounts/password/change/",
        {"oldpassword": people.PASSWORD, "password1": new, "password2": new},
    )
    desk.get("/people/me/")
    assert LogIn.objects.get().session_key == sessions.digest(desk.session.session_key)
    desk.post("/accounts/logout/")
    assert not LogIn.objects.exists()


@pytest.fixture
def leaver(clinic, ada, alice) -> User:
    """Alice, who administered too: logged in, with a device, a token and an invitation."""
    alice.memberships.update(administers=True)
    devices.secret_of(device="0" * 36, by=alice)
    token_actions.make(clinic=clinic, name="Laboratory", scopes=["records.read"], days=90, by=alice)
    invitations.invite(
        clinic=clinic, person=invitations.Invited("v@example.org", "V", "V", "nurse", False, "en"), by=alice
    )
    return alice


def test_who_leaves_loses_log_ins_devices_tokens_and_invitations_at_once(leaver, ada) -> None:
    tablet = logged_in("alice", IPAD)
    assert tablet.get("/patients/").status_code == 200
    leaving.leave(membership=leaver.memberships.get(), by=ada)
    assert tablet.get("/patients/").url.startswith("/accounts/login/")
    assert not LogIn.objects.exists()
    assert not DeviceKey.objects.exists()
    assert not ServiceToken.objects.usable(timezone.now()).exists()
    assert not Invitation.objects.standing().exists()
    told = Event.objects.get(what="people.access_taken_back").detail
    assert told == {"tokens": 1, "invitations": 1, "log_ins": 1, "devices": 1}


def test_who_works_elsewhere_stays_logged_in_there(leaver, ada, charlie) -> None:
    actions.join(user=leaver, clinic=charlie.memberships.get().clinic, role="assistant", by=charlie)
    tablet = logged_in("alice", IPAD)
    leaving.leave(membership=leaver.memberships.earliest("pk"), by=ada)
    assert tablet.get("/patients/").status_code == 200
    assert DeviceKey.objects.exists()


def test_what_was_open_goes_to_a_colleague(client, leaver, ada, nora, patient, clinic) -> None:
    session = planned(patient, leaver)
    at = timezone.now() + timedelta(days=40)
    wanted = calendar.Wanted(
        kind="consultation", starts_at=at, ends_at=at + timedelta(minutes=30), practitioner=leaver
    )
    appointment = calendar.book(clinic=clinic, patient=patient, wanted=wanted, by=ada).row
    member = leaver.memberships.get()
    leaving.leave(membership=member, by=ada)
    client.force_login(ada)
    page = client.get(f"/calendar/people/{member.pk}/left-open/").content.decode()
    assert "Visits not signed: 1. Appointments: 1." in page
    client.post(f"/calendar/people/{member.pk}/hand-over/", {"to": nora.pk})
    session.refresh_from_db()
    appointment.refresh_from_db()
    assert (session.practitioner, appointment.practitioner) == (nora, nora)
    assert not handing.left_open(clinic, leaver)
    assert client.get(f"/calendar/people/{member.pk}/left-open/").content.decode().strip() == ""


def test_the_calendar_in_a_leavers_telephone_is_empty_from_that_moment(leaver, ada, clinic) -> None:
    feed = calendar.make_feed(clinic=clinic, practitioner=leaver, room=None, by=ada)
    address = f"/calendar/feeds/{feed_secrets.opened(feed)}.ics"
    assert Client().get(address).status_code == 200
    leaving.leave(membership=leaver.memberships.get(), by=ada)
    assert Client().get(address).status_code == 404


def test_what_a_leaver_made_for_a_room_or_a_colleague_ends_for_good_and_nobody_else_saw_it(
    client, leaver, ada, nora, clinic
) -> None:
    room = Thing.objects.create(clinic=clinic, kind="room", name="Room 1", added_by=ada)
    theirs = [
        calendar.make_feed(clinic=clinic, by=leaver, **whose)
        for whose in ({"room": room}, {"practitioner": nora})
    ]
    kept = calendar.make_feed(clinic=clinic, by=ada, room=room)
    client.force_login(ada)
    page = client.get("/calendar/own/").content.decode()
    assert [feed_secrets.opened(feed) in page for feed in (*theirs, kept)] == [False, False, True]
    assert page.count("who alone is shown the address") == 2

    def opened() -> list[int]:
        return [
            Client().get(f"/calendar/feeds/{feed_secrets.opened(feed)}.ics").status_code
            for feed in (*theirs, kept)
        ]

    assert opened() == [200, 200, 200]
    leaving.leave(membership=leaver.memberships.get(), by=ada)
    assert opened() == [404, 404, 200]
    assert "who alone is shown" not in client.get("/calendar/own/").content.decode()
    actions.join(user=leaver, clinic=clinic, role="physician", by=ada)
    assert opened() == [404, 404, 200], "an address that ended does not come back with its maker"


def test_who_left_and_logs_in_is_told_so_and_how_to_come_back(client, bob) -> None:
    bob.memberships.update(ended_at=timezone.now(), ended_by=bob)
    client.force_login(bob)
    told = client.get("/").content.decode()
    assert "no clinic of this site has you among its people now" in told
    assert "ask an administrator" in told
    assert "Who may" not in told
