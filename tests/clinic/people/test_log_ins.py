"""How long a log-in lasts, who needs a second factor, when a signature asks for a proof, and when guessing ends."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from people import PASSWORD
from wheal.clinic.audit.models import Event
from wheal.clinic.people import log_ins, tries
from wheal.clinic.people.forms_codes import LoginForm

HOUR = 3600
SIGN = "/sessions/1/sign/off"


@pytest.fixture
def logged_in(client, alice, settings):
    """By password, as somebody would."""
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    return client


def told(of) -> list[str]:
    return list(Event.objects.filter(subject_id=of.pk).order_by("id").values_list("what", flat=True))


def some_time_ago(client, seconds: float, *names: str) -> None:
    session = client.session
    for name in names:
        session[name] = session[name] - seconds
    session.save()


@pytest.mark.parametrize(
    ("role", "led"), [("alice", True), ("nora", True), ("ada", True), ("bob", False), ("dora", False)]
)
def test_who_signs_or_administers_must_have_a_second_factor(client, settings, request, role, led) -> None:
    settings.SECOND_FACTOR = "signers"
    user = request.getfixturevalue(role)
    client.force_login(user)
    answer = client.get("/")
    assert (answer.status_code, answer.headers.get("Location")) == (
        (302, "/people/me/second-factor/") if led else (200, None)
    )
    assert client.get("/people/me/second-factor/").status_code == 200
    assert client.get("/emergency/").status_code == 200, "an emergency waits for nothing"
    assert client.get("/accounts/2fa/").status_code == 200


def test_where_everybody_must_have_one_the_front_desk_is_led_there_too(client, settings, dora) -> None:
    settings.SECOND_FACTOR = "everybody"
    client.force_login(dora)
    assert client.get("/").status_code == 302


def test_with_one_the_pages_are_open_and_it_is_looked_up_once(
    client, settings, alice, django_assert_num_queries
) -> None:
    settings.SECOND_FACTOR = "signers"
    TOTP.activate(alice, generate_totp_secret())
    client.force_login(alice)
    assert client.get("/").status_code == 200
    assert client.session[log_ins.HAS_SECOND]


def test_who_removes_the_last_one_sets_up_another_before_anything_else_on_every_device(
    settings, alice, django_capture_on_commit_callbacks
) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    settings.SECOND_FACTOR = "signers"
    for browser in (here, there):
        assert browser.get("/").status_code == 200
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    here.post("/accounts/2fa/reauthenticate/", {"code": code})
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=alice).exists()
    assert here.get("/").headers["Location"] == "/people/me/second-factor/"
    assert there.get("/").headers["Location"].startswith("/accounts/login/")


def test_the_code_that_sets_an_app_up_counts_no_second_time(
    alice, django_capture_on_commit_callbacks
) -> None:
    here, elsewhere = Client(), Client()
    here.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = here.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/accounts/2fa/totp/activate/", {"code": code})
    cache.clear()
    elsewhere.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_the_page_of_keys_shows_each_with_what_can_be_done(client, alice) -> None:
    client.force_login(alice)
    key = Authenticator.objects.create(user=alice, type="webauthn", data={"name": "Tablet", "credential": {}})
    page = client.get("/accounts/2fa/webauthn/").content.decode()
    assert "Tablet" in page
    assert "Not used yet." in page
    assert reverse("mfa_remove_webauthn", args=[key.pk]) in page


def test_the_shared_secret_of_an_app_is_not_in_the_database(alice) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    held = Authenticator.objects.get(user=alice, type="totp")
    assert secret not in str(held.data)
    assert TOTP(held).validate_code("000000") is False  # it is opened for that


def test_a_log_in_that_nobody_used_ends_and_says_so_in_the_audit(logged_in, settings, alice) -> None:
    settings.IDLE_AFTER = HOUR
    assert logged_in.get("/").status_code == 200
    some_time_ago(logged_in, HOUR - 60, log_ins.SEEN)
    assert logged_in.get("/").status_code == 200
    some_time_ago(logged_in, HOUR + 60, log_ins.SEEN)
    assert logged_in.get("/").headers["Location"].startswith("/accounts/login/")
    assert told(alice)[-1] == "people.log_in_ended"


@pytest.mark.parametrize("name", ["HTTP_X_BY_ITSELF", "HTTP_X_FOR_LATER"])
def test_what_a_page_asks_by_itself_is_no_use_of_the_log_in(logged_in, settings, alice, name) -> None:
    """A tablet left with a session open asks every few seconds whether another device saved something."""
    settings.IDLE_AFTER = HOUR
    assert logged_in.get("/").status_code == 200
    some_time_ago(logged_in, HOUR - 60, log_ins.SEEN)
    assert logged_in.get("/people/me/", **{name: "1"}).status_code == 200
    some_time_ago(logged_in, 120, log_ins.SEEN)
    assert logged_in.get("/people/me/", **{name: "1"}).status_code == 302
    assert told(alice)[-1] == "people.log_in_ended"


def test_a_log_in_of_which_only_a_page_asked_since_it_began_ends_too(logged_in, settings) -> None:
    settings.IDLE_AFTER = HOUR
    assert logged_in.get("/people/me/", HTTP_X_BY_ITSELF="1").status_code == 200
    some_time_ago(logged_in, HOUR + 60, log_ins.BEGAN)
    assert logged_in.get("/people/me/", HTTP_X_BY_ITSELF="1").status_code == 302


def test_a_page_in_use_outlasts_the_shortest_limit(logged_in, settings) -> None:
    """Used every 40 seconds, with a limit of one minute."""
    settings.IDLE_AFTER = 60
    assert logged_in.get("/").status_code == 200
    for _time in range(4):
        some_time_ago(logged_in, 40, log_ins.SEEN)
        assert logged_in.get("/people/me/").status_code == 200


def test_a_log_in_that_is_used_all_day_ends_in_the_evening(logged_in, settings) -> None:
    settings.LOG_IN_ENDS_AFTER = 12 * HOUR
    assert logged_in.get("/").status_code == 200
    some_time_ago(logged_in, 12 * HOUR - 60, log_ins.BEGAN)
    assert logged_in.get("/").status_code == 200
    some_time_ago(logged_in, 120, log_ins.BEGAN)
    assert logged_in.get("/").status_code == 302


def test_a_signature_soon_after_the_log_in_asks_for_nothing(logged_in, settings) -> None:
    settings.PROVEN_FOR = 900
    assert logged_in.post(SIGN).status_code == 404  # there is no such session, and that is said


def test_a_later_signature_asks_who_signs_and_is_then_taken_as_it_was_sent(
    logged_in, settings, alice
) -> None:
    settings.PROVEN_FOR = 900
    session = logged_in.session
    session["account_authentication_methods"][0]["at"] -= 901
    session.save()
    answer = logged_in.post(SIGN, {"reason": "as discussed", "kept_as": "sign-1"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert "wheal-arrived" not in answer.cookies, "the browser keeps what was typed until it is taken"

    ask = answer.headers["Location"]
    assert "What you sent waits" in logged_in.get(ask).content.decode()
    assert (
        "What you sent waits"
        not in logged_in.get("/accounts/reauthenticate/?next=/people/me/").content.decode()
    )
    assert logged_in.post(ask, {"password": "wrong", "next": SIGN}).status_code == 200
    assert told(alice)[-1] == "people.login_refused"
    taken = logged_in.post(ask, {"password": PASSWORD, "next": SIGN})
    assert taken.status_code == 404  # the very request: there is no such session
    assert logged_in.post(SIGN).status_code == 404


def wrong_tries(client, times: int, *, login: str = "alice") -> None:
    for _ in range(times):
        client.post("/accounts/login/", {"login": login, "password": "guessed"})


def test_too_many_wrong_passwords_shut_the_log_in_for_a_while(client, alice, ada, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # those of the library count one worker's memory
    wrong_tries(client, log_ins.WRONG_AT_MOST)
    answer = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many wrong passwords. Try again 15 minutes after the last one" in answer.content.decode()
    assert told(alice)[-1] == "people.login_shut"
    assert log_ins.shut_until(alice, timezone.now() + log_ins.SHUT_FOR + timedelta(seconds=1)) is None


def test_who_guesses_shuts_out_nobody_on_a_device_that_is_known(alice, ada) -> None:
    """All from one address, as on a clinic's network."""
    cache.clear()
    mine = {"login": "alice", "password": PASSWORD}
    known, guessing, new = Client(), Client(), Client()
    known.post("/accounts/login/", mine)
    del known.cookies["sessionid"]
    for number in range(40):
        refused = guessing.post("/accounts/login/", {"login": f"made-up-{number}", "password": "guessed"})
    assert (refused.status_code, "Try again in a minute" in refused.content.decode()) == (200, True)
    assert "Try again in a minute" in new.post("/accounts/login/", mine).content.decode()
    new.cookies[tries.COOKIE] = "made-up:1abcde:signed"
    assert "Try again in a minute" in new.post("/accounts/login/", mine).content.decode()
    assert known.post("/accounts/login/", mine).status_code == 302
    assert not Event.objects.filter(subject_id=alice.pk, what="people.login_refused").exists()
    cache.clear()


@pytest.fixture
def mine(alice, settings) -> Client:
    """A device on which alice has logged in before, and is not logged in now."""
    settings.ACCOUNT_RATE_LIMITS = False
    return known_to("alice", Client())


def known_to(login: str, device: Client) -> Client:
    device.post("/accounts/login/", {"login": login, "password": PASSWORD})
    del device.cookies["sessionid"]
    return device


def lets_in(device: Client, login: str = "alice") -> bool:
    return device.post("/accounts/login/", {"login": login, "password": PASSWORD}).status_code == 302


def test_who_guesses_at_a_name_elsewhere_shuts_nobody_out_on_a_device_of_their_own(mine, alice) -> None:
    wrong_tries(Client(), log_ins.WRONG_AT_MOST)
    assert not lets_in(Client()), "shut where nobody knows her"
    assert lets_in(mine)
    assert not lets_in(Client()), "her log-in gives who guesses no further tries"
    assert told(alice)[-2:] == ["people.logged_in", "people.login_shut"]


def test_a_device_of_their_own_has_a_count_of_its_own(mine, alice) -> None:
    other = known_to("alice", Client())
    wrong_tries(mine, log_ins.WRONG_AT_MOST)
    assert not lets_in(mine)
    assert lets_in(other)
    assert lets_in(Client())
    assert not lets_in(mine), "for the whole quarter of an hour"


def test_a_device_that_somebody_else_is_known_on_is_not_theirs(mine, bob, alice) -> None:
    """Else a colleague could guess at alice on a device of their own, ten times for each."""
    wrong_tries(known_to("bob", Client()), log_ins.WRONG_AT_MOST)
    assert not lets_in(known_to("bob", Client()))
    assert lets_in(known_to("bob", mine)), "a tablet that both use knows both"


def test_a_cookie_that_was_altered_makes_no_device_known(mine, alice) -> None:
    wrong_tries(Client(), log_ins.WRONG_AT_MOST)
    value = mine.cookies[tries.COOKIE].value
    mine.cookies[tries.COOKIE] = value.replace(".", ".0", 1)
    assert not lets_in(mine)


def test_a_device_remembers_so_many_people_and_says_of_nobody_who(mine, alice) -> None:
    held = mine.cookies[tries.COOKIE].value.partition(":")[0]
    assert len(held.split(".")) == 2
    lets_in(mine)
    assert mine.cookies[tries.COOKIE].value.partition(":")[0] == held, "once for each"
    assert str(alice.username) not in held


def test_a_password_that_was_given_opens_every_device(mine, alice, ada, clinic) -> None:
    from wheal.clinic.people import actions

    wrong_tries(mine, log_ins.WRONG_AT_MOST)
    actions.give_temporary_password(user=alice, clinic=clinic, password="a new one for today", by=ada)
    sent = {"login": "alice", "password": "a new one for today"}
    assert mine.post("/accounts/login/", sent).status_code == 302


def test_a_device_that_is_known_cannot_guess_without_end_either(alice) -> None:
    cache.clear()
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    del client.cookies["sessionid"]
    for number in range(31):
        refused = client.post("/accounts/login/", {"login": f"made-up-{number}", "password": "guessed"})
    assert "Try again in a minute" in refused.content.decode()
    assert "on this device" in refused.content.decode()
    cache.clear()


def test_a_name_typed_in_capitals_is_the_same_name_to_who_guesses(client, alice, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    wrong_tries(client, log_ins.WRONG_AT_MOST, login="Alice")
    assert log_ins.shut_until(alice) is not None
    answer = client.post("/accounts/login/", {"login": "ALICE", "password": PASSWORD})
    assert "Too many wrong passwords" in answer.content.decode()


def test_one_fewer_and_a_right_one_begin_anew(client, alice, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    wrong_tries(client, log_ins.WRONG_AT_MOST - 1)
    assert client.post("/accounts/login/", {"login": "alice", "password": PASSWORD}).status_code == 302
    client.logout()
    wrong_tries(client, log_ins.WRONG_AT_MOST - 1)
    assert log_ins.shut_until(alice) is None


def test_somebody_at_two_clinics_has_as_many_tries(client, alice, french_clinic, settings) -> None:
    """Each try stands in the audit of both."""
    from wheal.clinic.people.models import Membership, Role

    settings.ACCOUNT_RATE_LIMITS = False
    Membership.objects.create(user=alice, clinic=french_clinic, role=Role.PHYSICIAN)
    wrong_tries(client, log_ins.WRONG_AT_MOST - 1)
    assert log_ins.shut_until(alice) is None
    wrong_tries(client, 1)
    assert log_ins.shut_until(alice) is not None


def test_a_new_password_from_the_administrator_opens_it(client, alice, ada, clinic, settings) -> None:
    from wheal.clinic.people import actions

    settings.ACCOUNT_RATE_LIMITS = False
    wrong_tries(client, log_ins.WRONG_AT_MOST)
    actions.give_temporary_password(user=alice, clinic=clinic, password="a new one for today", by=ada)
    assert log_ins.shut_until(alice) is None


def test_a_code_counts_once_in_whichever_process(alice) -> None:
    """What allauth remembers of used codes is in the memory of one process: emptied here, as another's would be."""
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    step = int(time.time()) // 30

    def is_taken(number: int) -> bool:
        cache.clear()
        form = LoginForm({"code": format_hotp_value(hotp_value(secret, number))}, user=alice)
        with context.request_context(RequestFactory().post("/")):
            return form.is_valid()

    assert is_taken(step)
    assert not is_taken(step), "given again to another process"
    assert not is_taken(step - 1), "of a step before the last one taken"
    assert secret not in str(Authenticator.objects.get(user=alice).data)


def test_setting_up_and_removing_a_second_factor_stands_in_the_audit(
    client, alice, django_capture_on_commit_callbacks
) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    for path, sent in (
        ("totp/activate", {"code": code}),
        ("recovery-codes/generate", {}),
        ("totp/deactivate", {}),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/accounts/2fa/{path}/", sent)
    told = Event.objects.filter(subject_id=alice.pk).order_by("pk").values_list("what", "detail")
    assert list(told)[-3:] == [
        ("people.second_factor_set_up", {"kind": "totp"}),
        ("people.recovery_codes_made", {"kind": "recovery_codes"}),
        ("people.second_factor_removed", {"kind": "totp"}),
    ]
    assert secret not in str(list(told))


def test_which_factor_let_somebody_in_is_noted_and_so_is_a_wrong_one(client, alice, settings) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    wrong = "000000" if code != "000000" else "111111"
    assert client.post("/accounts/2fa/authenticate/", {"code": wrong}).status_code == 200
    key = {"credential": '{"id": "eHg", "rawId": "eHg", "response": {}, "type": "public-key"}'}
    Client().post("/accounts/2fa/webauthn/login/", key)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    told = (
        Event.objects.filter(what__startswith="people.")
        .order_by("pk")
        .values_list("what", "subject_id", "detail")
    )
    assert list(told)[-3:] == [
        ("people.factor_refused", str(alice.pk), {}),
        ("people.factor_refused", "", {}),
        ("people.logged_in", str(alice.pk), {"by": ["password", "totp"]}),
    ]
    assert wrong not in str(list(told))


PIECE = {"HX-Request": "true", "HX-Current-URL": "http://testserver/patients/?q=lee"}


def test_a_piece_of_a_page_never_takes_in_the_log_in_but_leads_the_page_to_it_and_back(client, alice) -> None:
    answer = client.get("/patients/search/?q=lee", headers=PIECE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fpatients%2F%3Fq%3Dlee"
    client.force_login(alice)
    assert client.get("/patients/search/?q=lee", headers=PIECE).status_code == 200


def test_a_piece_stays_empty_while_its_reader_has_something_to_set_up_first(client, settings, alice) -> None:
    settings.SECOND_FACTOR = "signers"
    client.force_login(alice)
    answer = client.get("/patients/search/?q=lee", headers=PIECE)
    assert (answer.status_code, answer.content, answer.headers.get("HX-Redirect")) == (204, b"", None)


def test_a_page_of_elsewhere_is_not_gone_back_to(client, alice) -> None:
    answer = client.get(
        "/patients/search/?q=lee", headers=PIECE | {"HX-Current-URL": "https://elsewhere.example/"}
    )
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/?next=/patients/search/")
