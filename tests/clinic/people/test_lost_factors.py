"""A second factor that was lost: taken away by an administrator, with a reason, seen by everybody concerned."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
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
