"""The first visit of an empty site: whoever holds the code of the console becomes its administrator."""

from urllib.parse import parse_qs, urlsplit

import pytest

from wheal.clinic.people import actions, setup_code
from wheal.clinic.people.models import Clinic, User

FORM = {
    "name": "First",
    "jurisdiction": "US",
    "time_zone": "America/New_York",
    "language": "en",
    "first_name": "Ada",
    "last_name": "First",
    "username": "ada",
    "password": "a needle in a haystack",
}


@pytest.fixture
def code(settings, tmp_path, db) -> str:
    settings.DATA = tmp_path
    return setup_code.issue()


def test_an_empty_site_leads_every_visitor_to_its_set_up(client, code) -> None:
    assert client.get("/").url == "/people/setup/"
    assert client.get("/people/setup/").status_code == 200


def test_with_the_code_the_clinic_and_its_administrator_are_made_and_the_code_is_void(client, code) -> None:
    answer = client.post("/people/setup/", FORM | {"code": code.lower().replace("-", " ")})
    assert answer.status_code == 302
    assert Clinic.objects.get().name == "First"
    assert User.objects.get().memberships.get().role == "administrator"
    assert not setup_code.is_awaited()
    assert client.get("/people/setup/").url == "/accounts/login/"
    assert client.login(username="ada", password=FORM["password"])


def test_a_physician_alone_needs_one_account_and_is_led_to_the_credentials(client, code) -> None:
    answer = client.post("/people/setup/", FORM | {"code": code, "treats": "on"})
    held = User.objects.get().memberships.get()
    assert (held.role, held.administers) == ("physician", True)
    entered = client.post(answer.url, {"login": "ada", "password": FORM["password"], "next": _next(answer)})
    assert entered.url == f"/people/{held.pk}/credentials/new/"
    assert client.get(entered.url).status_code == 200


def test_who_only_administers_is_led_to_the_people(client, code) -> None:
    answer = client.post("/people/setup/", FORM | {"code": code})
    held = User.objects.get().memberships.get()
    assert (held.role, held.administers) == ("administrator", True)
    assert _next(answer) == "/people/"


def _next(answer) -> str:
    return parse_qs(urlsplit(answer.url).query)["next"][0]


@pytest.mark.parametrize("typed", ["", "WRONG", "AAAA-BBBB-CCCC"])
def test_without_the_code_nothing_is_made(client, code, typed) -> None:
    assert client.post("/people/setup/", FORM | {"code": typed}).status_code == 422
    assert not Clinic.objects.exists()
    assert setup_code.is_awaited()


def test_a_mistake_in_the_form_leaves_the_code_valid(client, code) -> None:
    answer = client.post("/people/setup/", FORM | {"code": code, "password": "short", "name": ""})
    assert answer.status_code == 422
    assert setup_code.matches(code)


@pytest.mark.parametrize("field", ["jurisdiction", "time_zone"])
def test_no_country_and_no_time_zone_is_chosen_by_oversight(client, code, field) -> None:
    page = client.get("/people/setup/").context["clinic_form"]
    assert not page[field].value()
    assert client.post("/people/setup/", FORM | {"code": code, field: ""}).status_code == 422


def test_a_new_code_voids_the_one_before(code) -> None:
    newer = setup_code.issue()
    assert not setup_code.matches(code)
    assert setup_code.matches(newer)


def test_only_the_hash_of_the_code_is_kept_and_only_the_owner_may_read_it(code, tmp_path) -> None:
    kept = tmp_path / "setup-code"
    assert code not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_site_that_has_a_clinic_cannot_be_set_up_again(clinic) -> None:
    person = actions.NewPerson("eve", "a needle in a haystack", "Eve", "Late")
    with pytest.raises(actions.PeopleRefused):
        actions.set_up(clinic=actions.NewClinic("Other", "US", "UTC", "en"), administrator=person)
    assert Clinic.objects.count() == 1


def test_a_set_up_sent_twice_leads_the_second_to_the_log_in(client, code, clinic) -> None:
    answer = client.post("/people/setup/", FORM | {"code": code})
    assert (answer.status_code, answer.url) == (302, "/accounts/login/")
    assert Clinic.objects.get() == clinic


def test_a_code_that_was_used_meanwhile_matches_nothing(code) -> None:
    setup_code.void()
    assert not setup_code.matches(code)
