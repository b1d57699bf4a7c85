"""A second factor that was lost: taken away by an administrator, with a reason, seen by everybody concerned."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

import people
from people import PASSWORD
from wheal.clinic.audit.models import Event
from wheal.clinic.people.models import LogIn, Membership, Role

REASON = "Came in person and showed an identity card"


@pytest.fixture
def of_bob(bob) -> str:
    TOTP.activate(bob, generate_totp_secret())
    RecoveryCodes.activate(bob)
    return f"/people/{bob.memberships.get().pk}/second-factor-lost/"


@pytest.fixture
def administrator(client, alice):
    Membership.objects.filter(user=alice).update(administers=True)
    client.force_login(alice)
    return client


def test_it_is_taken_away_with_a_reason_and_every_log_in_ends(administrator, of_bob, bob, settings) -> None:
    settings.EMAIL_HOST = "mail.test"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    bob.email = "bob@clinic.test"
    bob.save()
    Authenticator.objects.filter(user=bob).delete()
    his = Client()
    his.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    TOTP.activate(bob, generate_totp_secret())
    assert administrator.post(of_bob, {"reason": "short"}).status_code == 422
    assert administrator.post(of_bob, {"reason": REASON}).status_code == 302
    assert not Authenticator.objects.filter(user=bob).exists()
    assert not LogIn.objects.filter(user=bob).exists()
    assert his.get("/").status_code == 302
    event = Event.objects.get(what="people.second_factor_taken")
    assert event.detail == {"kinds": ["totp"], "reason": REASON}
    (letter,) = mail.outbox
    assert letter.to == ["bob@clinic.test"]
    assert "If you did not ask for this" in letter.body


def test_without_an_address_whoever_pressed_is_asked_to_tell(administrator, of_bob) -> None:
    answer = administrator.post(of_bob, {"reason": REASON}, follow=True)
    assert "tell this person yourself" in answer.content.decode()


@pytest.mark.parametrize("case", ["own", "none", "elsewhere"])
def test_it_is_refused_for_oneself_where_there_is_none_and_for_who_works_elsewhere(
    administrator, of_bob, alice, bob, french_clinic, case
) -> None:
    path = of_bob
    if case == "own":
        path = f"/people/{alice.memberships.get().pk}/second-factor-lost/"
    elif case == "none":
        Authenticator.objects.all().delete()
    else:
        Membership.objects.create(user=bob, clinic=french_clinic, role=Role.ASSISTANT)
    held = Authenticator.objects.count()
    assert administrator.post(path, {"reason": REASON}).status_code == 422
    assert Authenticator.objects.count() == held


def test_who_does_not_administer_does_not_find_the_page(client, of_bob, clinic) -> None:
    client.force_login(people.person("Dora", Role.ASSISTANT, clinic))
    assert client.post(of_bob, {"reason": REASON}).status_code == 403
    assert Authenticator.objects.exists()


@pytest.fixture
def required(settings) -> None:
    settings.SECOND_FACTOR, settings.PROVEN_FOR = "signers", 900
    cache.clear()


CHANGES = {
    "lost": ("/people/{pk}/second-factor-lost/", {"reason": REASON}),
    "password": ("/people/{pk}/password/", {"password": "a needle in a haystack"}),
    "role": ("/people/{pk}/", {"first_name": "Bob", "last_name": "Example", "role": "physician"}),
    "new": ("/people/new/", {"first_name": "Vera", "last_name": "Example", "role": "nurse", "language": "en",
                             "username": "vera", "password": "a needle in a haystack"}),
    "invite": ("/people/invite/", {"first_name": "Vera", "last_name": "Example", "role": "nurse", "language": "en",
                                   "email": "vera@clinic.test"}),
}  # fmt: skip


@pytest.mark.parametrize("which", CHANGES)
def test_an_administrator_without_a_second_factor_changes_nobodys_way_in(
    client, ada, bob, of_bob, required, which
) -> None:
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    path, sent = CHANGES[which]
    events = Event.objects.exclude(what__startswith="people.log").count()
    answer = client.post(path.format(pk=bob.memberships.get().pk), sent)
    assert answer.headers["Location"] == "/people/me/second-factor/"
    assert Event.objects.exclude(what__startswith="people.log").count() == events


@pytest.mark.parametrize("which", CHANGES)
def test_with_one_it_is_shown_anew_and_the_password_is_not_enough(
    client, ada, bob, of_bob, required, which
) -> None:
    secret = generate_totp_secret()
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    TOTP.activate(ada, secret)
    pk = bob.memberships.get().pk
    path, sent = CHANGES[which]
    path = path.format(pk=pk)
    answer = client.post(path, sent)
    assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    asked = client.post(path, sent).headers["Location"]
    assert asked.startswith("/accounts/2fa/reauthenticate/")
    assert client.get(asked).status_code == 200
    assert not Event.objects.filter(what__in=["people.second_factor_taken", "people.password_given"]).exists()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post(asked, {"code": code, "next": path})
    client.post(path, sent)
    done = {"lost": "second_factor_taken", "password": "password_given", "role": "member_changed",
            "new": "member_admitted", "invite": "invitation_made"}  # fmt: skip
    assert Event.objects.filter(what=f"people.{done[which]}", by=ada).exists()


@pytest.mark.parametrize("which", ["lost", "password"])
def test_the_person_and_who_watches_are_told_by_letter_and_on_their_first_page(
    administrator, alice, bob, ada, sam, dora, of_bob, settings, which
) -> None:
    settings.EMAIL_HOST = "mail.test"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for user in (alice, bob, ada, sam, dora):
        user.email = f"{user.username}@clinic.test"
        user.save()
    path, sent = CHANGES[which]
    assert administrator.post(path.format(pk=bob.memberships.get().pk), sent).status_code == 302
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        f"{who}@clinic.test" for who in ("ada", "bob", "sam")
    ]
    assert all("Alice Example" in letter.body for letter in mail.outbox)
    bob.refresh_from_db()
    bob.password_is_temporary = False
    bob.save()
    words = {"lost": "took away", "password": "temporary password"}[which]
    for who, is_told in ((bob, True), (ada, True), (sam, True), (dora, False), (alice, False)):
        page = Client()
        page.force_login(who)
        assert "/people/me/told/" in page.get("/").content.decode()
        assert (words in page.get("/people/me/told/").content.decode()) is is_told


def test_in_french_they_are_told_in_french(administrator, bob, sam, of_bob) -> None:
    administrator.post(of_bob, {"reason": REASON})
    sam.language = "fr"
    sam.save()
    page = Client()
    page.force_login(sam)
    assert "a retiré le second facteur de Bob Example" in page.get("/people/me/told/").content.decode()
