"""Everybody: log in and out, choose a clinic and a language."""

import pytest

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.people import actions
from wheal.clinic.people.models import Role


def log_in(client, username: str, password: str = people.PASSWORD):
    return client.post("/accounts/login/", {"login": username, "password": password})


def test_coming_going_and_being_refused_are_audited(client, alice) -> None:
    log_in(client, "alice", "wrong")
    log_in(client, "alice")
    client.post("/accounts/logout/")
    happened = list(Event.objects.filter(subject_id=str(alice.pk)).values_list("what", "refused")[:3])
    assert happened == [
        ("people.logged_out", False),
        ("people.logged_in", False),
        ("people.login_refused", True),
    ]


def test_a_refused_log_in_keeps_nothing_that_was_typed(client, alice) -> None:
    log_in(client, "my secret typed in the wrong field", "wrong")
    refusal = Event.objects.first()
    assert (refusal.what, refusal.detail, refusal.subject_id) == ("people.login_refused", {}, "")


def test_nobody_signs_up(client, db) -> None:
    answer = client.get("/accounts/signup/")
    assert (
        b"<form" not in answer.content
        or answer.status_code in (302, 403, 404)
        or b"password1" not in answer.content
    )


@pytest.mark.parametrize("path", ["/", "/patients/", "/stock/", "/people/", "/audit/", "/people/me/"])
def test_a_stranger_is_asked_to_log_in(client, clinic, path) -> None:
    assert client.get(path).url.startswith("/accounts/login/")


def test_the_language_follows_the_person(client, alice) -> None:
    client.force_login(alice)
    client.post("/people/me/", {"language": "fr"})
    assert 'lang="fr"' in client.get("/people/me/").content.decode()
    alice.refresh_from_db()
    assert alice.language == "fr"


def test_the_switch_in_the_bar_is_remembered_for_the_person(client, alice) -> None:
    client.force_login(alice)
    client.post("/i18n/setlang/", {"language": "fr", "next": "/people/me/"})
    client.logout()
    client.cookies.clear()
    client.force_login(alice)
    assert 'lang="fr"' in client.get("/people/me/").content.decode()


def test_the_clinic_that_was_chosen_holds(client, alice, ada, french_clinic) -> None:
    actions.join(user=alice, clinic=french_clinic, role=Role.ASSISTANT, by=ada)
    client.force_login(alice)
    client.post("/people/choose-clinic/", {"clinic": french_clinic.pk})
    page = client.get("/people/me/")
    assert page.context["clinic"] == french_clinic
    assert "Assistance" in page.content.decode()  # that clinic speaks French


@pytest.mark.parametrize("clinic_id", ["", "x", "0"])
def test_a_clinic_where_one_does_not_work_cannot_be_chosen(client, alice, french_clinic, clinic_id) -> None:
    client.force_login(alice)
    chosen = clinic_id or french_clinic.pk
    assert client.post("/people/choose-clinic/", {"clinic": chosen}).status_code == 404


def test_who_works_nowhere_is_told_so(client, alice, ada) -> None:
    actions.end_membership(membership=alice.memberships.get(), by=ada)
    client.force_login(alice)
    assert client.get("/people/me/").status_code == 200
    assert client.get("/people/choose-clinic/").status_code == 200
    assert client.get("/patients/").status_code == 403


CLOSED = ["/accounts/email/", "/accounts/password/set/", "/accounts/password/reset/done/",
          "/accounts/password/reset/key/1-set-password/"]  # fmt: skip


@pytest.mark.parametrize("page", CLOSED)
def test_pages_of_the_accounts_library_that_serve_nothing_here_are_closed(client, alice, page) -> None:
    client.force_login(alice)
    assert client.get(page).status_code == 404


def test_no_letter_lets_anybody_in_who_forgot_the_password(client, alice, mailoutbox, settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    alice.email = "alice@clinic.example"
    alice.save()
    assert "Ask the administrator" in client.get("/accounts/password/reset/").content.decode()
    assert client.post("/accounts/password/reset/", {"email": alice.email}).status_code == 405
    assert mailoutbox == []
