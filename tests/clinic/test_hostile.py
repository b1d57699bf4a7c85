"""What somebody tries who means harm, and what becomes of it."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

import people
from people import PASSWORD
from wheal.clinic.people import actions, open_log_ins
from wheal.clinic.people.models import LogIn
from wheal.clinic.people.tokens import asked_from
from wheal.clinic.spreadsheets import answer, safe

LONG = "  a sentence of more than sixty-four characters, with blanks at both of its ends  "


@pytest.mark.parametrize(
    "password",
    [
        "wheal-clinic-2026",
        "Mésothérapie2026!",
        "ClinicAdmin12345",
        "motdepasse azerty 12",
        "injection-lipolysis",
    ],
)
def test_a_password_of_little_more_than_the_words_of_the_place_is_refused(clinic, password) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "own_words" in {each.code for each in refused.value.error_list}


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "ababababababab", "A1a1A1a1A1a1", "éeÉEéeÉEéeÉE"])
def test_nor_are_the_same_few_characters_again_and_again_one(clinic, password) -> None:
    with pytest.raises(ValidationError, match="same few characters"):
        validate_password(password)


def test_nor_is_the_name_of_the_clinic_one(clinic) -> None:
    clinic.name = "Quillfeather Institute"
    clinic.save()
    with pytest.raises(ValidationError):
        validate_password("quillfeather-institute-1")
    validate_password("quillfeather and eleven herons")


def test_a_long_password_is_taken_as_it_was_typed(client, bob, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    for old, code in (("not the old one", 200), (PASSWORD, 302)):
        said = {"oldpassword": old, "password1": LONG, "password2": LONG}
        assert client.post("/accounts/password/change/", said).status_code == code
    for typed, code in ((LONG.strip(), 200), (LONG[:64], 200), (LONG, 302)):
        assert Client().post("/accounts/login/", {"login": "bob", "password": typed}).status_code == code


def test_a_temporary_password_ends_every_log_in_of_its_person(client, bob, ada, clinic) -> None:
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert client.get("/people/me/").status_code == 200
    actions.give_temporary_password(user=bob, clinic=clinic, password="for one more day alone", by=ada)
    assert client.get("/people/me/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("which", ["end-others/", "{pk}/end/"])
def test_ending_log_ins_elsewhere_asks_for_a_fresh_proof(client, bob, settings, which) -> None:
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    settings.PROVEN_FOR = 60
    stolen = Client()
    stolen.force_login(bob)
    answer = stolen.post(f"/people/me/log-ins/{which.format(pk=LogIn.objects.get().pk)}")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert LogIn.objects.count() == 1


@pytest.mark.parametrize("path", ["sessions/1/amend", "sessions/1/amend-lot", "sessions/1/amend-volume"])
def test_every_amendment_asks_for_a_fresh_proof(client, alice, settings, path) -> None:
    settings.PROVEN_FOR = 60
    client.force_login(alice)
    assert client.post(f"/{path}").headers["Location"].startswith("/accounts/reauthenticate/")


def test_giving_a_password_asks_for_a_fresh_proof_and_nobody_gives_themselves_one(
    client, ada, bob, settings
) -> None:
    client.force_login(ada)
    own, his = (f"/people/{user.memberships.get().pk}/password/" for user in (ada, bob))
    given = {"password": "for one more day alone"}
    assert client.post(own, given).status_code == 422
    settings.PROVEN_FOR = 60
    answer = client.post(his, given)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert given["password"] not in str(dict(client.session)), "a password does not wait in the database"
    for user in (ada, bob):
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
    client.post(answer.headers["Location"], {"password": PASSWORD, "next": his})
    assert client.post(his, given).status_code == 302


@pytest.mark.parametrize(
    ("https", "passed_on", "counts"),
    [
        (True, "192.0.2.7", "192.0.2.7"),
        (True, "10.0.0.1, 192.0.2.7", "192.0.2.7"),  # the last is what the proxy before us wrote
        (True, "", "127.0.0.1"),
        (False, "192.0.2.7", "127.0.0.1"),  # without a proxy anybody may say so
    ],
)
def test_tries_count_for_whoever_asked(rf, settings, https, passed_on, counts) -> None:
    settings.HTTPS = https
    said = {"X-Forwarded-For": passed_on} if passed_on else {}
    assert asked_from(rf.get("/", headers=said)) == counts


def test_an_error_tells_nothing_of_what_is_inside(alice, monkeypatch) -> None:
    def fails(_request: object) -> None:
        raise ValueError("SELECT secret FROM inside")

    monkeypatch.setattr(open_log_ins, "of", fails)
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    answer = client.get("/people/me/")
    assert answer.status_code == 500
    assert not any(word in answer.content.decode() for word in ("SELECT", "ValueError", "Traceback", "File "))


@pytest.mark.parametrize(
    "path",
    [
        "/patients/99999999999999999999/", "/sessions/99999999999999999999/", "/static/..%2f..%2fetc/passwd",
        "/static/../../etc/passwd", "/photographs/..%2f..%2fvault-key/", "/p/..%2f..%2fsecret-key/",
    ],
)  # fmt: skip
def test_what_leads_out_of_the_site_or_to_no_row_is_not_found(client, alice, path) -> None:
    client.force_login(alice)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/patients/search/?q=%00ab", "/stock/?q=%00", "/fhir/Patient?name=%00", "/p/%00/"]
)
def test_a_byte_that_no_database_takes_is_no_error(client, alice, path) -> None:
    client.force_login(alice)
    assert client.get(path).status_code in (200, 400, 404)


HARMFUL = "{{ 7|add:42 }}{% debug %}<script>alert(1)</script>"


def test_a_name_is_shown_as_it_was_written_and_never_run(client, alice, clinic) -> None:
    patient = people.patient(clinic, alice, family_name=HARMFUL)
    client.force_login(alice)
    page = client.get(f"/patients/{patient.pk}/").content.decode().casefold()
    assert "{{ 7|add:42 }}{% debug %}&lt;script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, "\x00", "1e999", '"\\ud800"'])
def test_json_made_to_break_its_reader_is_refused(client, alice, body) -> None:
    client.force_login(alice)
    client.get("/people/me/")
    answer = client.post("/fhir", body, content_type="application/fhir+json")
    assert answer.status_code in (400, 403, 422)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("written_with", ["fr", "en"])
@pytest.mark.parametrize(
    "typed",
    [
        "=1+1", "x;=1+1", "x,=1+1", "x\t=1+1", "x\n=1+1", 'x;"=1+1;y', 'x;""@SUM(A1);y', "x;-2+3", "x;＝1+1", "+49 30",
        "\r=1", '"=1+1', ";=1", "x;\t=1",
    ],
)  # fmt: skip
def test_no_cell_becomes_a_formula_however_a_spreadsheet_splits_the_file(
    typed, written_with, separator
) -> None:
    """A French one splits at semicolons, an English one at commas, whatever the file was written with."""
    body = answer("x", [["before", typed, "after"], [typed]], as_read_in=written_with).content.decode(
        "utf-8-sig"
    )
    cells = [cell for row in csv.reader(io.StringIO(body, newline=""), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "＝"))]
    assert not [line for line in body.splitlines() if line.startswith(("=", "+", "-", "@", "＝"))]


def test_what_is_no_formula_stays_as_it_was_typed() -> None:
    told = ["-2", "-0.5", "a-b; c+d, e=f", "Quillfeather, Ana", "2026-11-26"]
    assert [safe(each) for each in told] == told
