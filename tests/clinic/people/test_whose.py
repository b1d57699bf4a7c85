"""What is sent from a page is taken in the name of whoever opened it and at their clinic of then, or not at all."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ready import planned
from wheal.clinic.audit.models import Event
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people import actions
from wheal.clinic.people.models import Invitation, Role, User

NEW = {
    "family_name": "Crossed", "given_names": "Tab", "birth_date": "1990-01-02", "sex": "female", "language": "en",
}  # fmt: skip
SAVES = {"HTTP_ACCEPT": "application/json", "HTTP_X_REQUESTED_WITH": "fetch"}


@pytest.fixture
def at_both(client, alice, ada, clinic, french_clinic) -> Client:
    """Alice works at two clinics, and is at the first."""
    actions.join(user=alice, clinic=french_clinic, role=Role.PHYSICIAN, by=ada)
    client.force_login(alice)
    return client


def goes_to(client: Client, clinic) -> None:
    assert client.post("/people/choose-clinic/", {"clinic": clinic.pk}).status_code == 302


def hidden(page: str) -> dict[str, str]:
    """Of the form of a refusal."""
    form = re.search(r'<section class="refusal.*?</section>', page, re.DOTALL)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def marked(user: User, clinic) -> str:
    return f"{user.pk}.{clinic.pk}"


def test_every_page_says_whose_it_is_and_each_of_its_forms_says_it_again(client, alice, clinic) -> None:
    client.force_login(alice)
    page = client.get("/patients/new/").content.decode()
    assert f'data-whose="{marked(alice, clinic)}"' in page
    assert f'"X-Wheal-Page": "{marked(alice, clinic)}"' in page
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
    assert len(forms) > 2
    assert all(f'name="wheal_page" value="{marked(alice, clinic)}"' in form for form in forms)
    assert "wheal_page" not in Client().get("/accounts/login/").content.decode()


def test_what_alice_s_page_saves_by_itself_is_not_taken_in_the_name_of_bob(
    client, alice, bob, clinic, patient
) -> None:
    client.force_login(bob)
    save = f"/patients/{patient.pk}/history/save/"
    sent = {"pregnant": "yes", "language": "en", "version": "0"}
    answer = client.post(save, sent, **SAVES, HTTP_X_WHEAL_PAGE=marked(alice, clinic))
    assert (answer.status_code, answer.json()["why"]) == (401, "person")
    assert not History.objects.filter(patient=patient).exists()
    assert not Event.objects.filter(what__startswith="patients.history").exists()
    assert client.post(save, sent, **SAVES, HTTP_X_WHEAL_PAGE=marked(bob, clinic)).status_code == 200
    assert Event.objects.filter(what="patients.history_begun", by=bob).exists()


def test_a_form_of_alice_s_page_is_refused_to_bob_in_words(client, alice, bob, clinic) -> None:
    client.force_login(bob)
    answer = client.post("/patients/new/", NEW | {"wheal_page": marked(alice, clinic)})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You are logged in as Bob Example" in page
    assert "Crossed" not in page, "what alice typed is shown to nobody else"
    assert not Patient.objects.filter(family_name="Crossed").exists()


def test_a_piece_of_alice_s_page_is_not_fetched_for_bob(client, alice, bob, clinic) -> None:
    client.force_login(bob)
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/patients/"}
    answer = client.get("/patients/search?q=ri", **asked, HTTP_X_WHEAL_PAGE=marked(alice, clinic))
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/patients/")


def test_the_key_of_the_device_is_not_given_to_somebody_else_s_page(client, alice, bob, clinic) -> None:
    client.force_login(bob)
    body = {"device": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
    said = {"HTTP_X_WHEAL_PAGE": marked(alice, clinic)}
    assert client.post("/people/me/device-key/", body, **said).status_code == 401


def test_what_says_nothing_is_taken_as_before_and_so_is_a_mark_that_is_none(client, bob, clinic) -> None:
    client.force_login(bob)
    assert client.post("/patients/new/", NEW).status_code == 302
    assert client.post("/patients/new/", NEW | {"given_names": "B", "wheal_page": "x"}).status_code in (
        302,
        422,
    )


@pytest.mark.parametrize("path", ["/accounts/logout/", "/i18n/setlang/"])
def test_log_out_and_language_are_for_whoever_asks(client, alice, bob, clinic, path) -> None:
    client.force_login(bob)
    sent = {"wheal_page": marked(alice, clinic), "language": "fr", "next": "/"}
    assert client.post(path, sent).status_code == 302


def test_a_patient_is_not_registered_at_the_clinic_that_another_tab_went_to(
    at_both, alice, clinic, french_clinic
) -> None:
    """The refusal names both, holds what was entered, and sends it where it belongs."""
    goes_to(at_both, french_clinic)
    answer = at_both.post(
        "/patients/new/", NEW | {"wheal_page": marked(alice, clinic), "kept_as": "new-patient"}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert clinic.name in page
    assert french_clinic.name in page
    assert not Patient.objects.exists()
    held = hidden(page)
    assert held["family_name"] == "Crossed"
    on = at_both.post("/people/choose-clinic/", held | {"wheal_clinic": clinic.pk})
    assert (on.status_code, on.headers["Location"]) == (307, "/patients/new/")
    taken = at_both.post(on.headers["Location"], held | {"wheal_clinic": clinic.pk})
    assert taken.status_code == 302
    assert taken.cookies["wheal-arrived"].value == "new-patient"
    assert Patient.objects.get().clinic == clinic


def test_an_invitation_does_not_go_to_the_other_clinic(at_both, alice, ada, clinic, french_clinic) -> None:
    actions.join(user=ada, clinic=french_clinic, role=Role.ADMINISTRATOR, by=None)
    at_both.force_login(ada)
    goes_to(at_both, french_clinic)
    new = {
        "first_name": "New",
        "last_name": "Doctor",
        "email": "new@example.org",
        "role": "physician",
        "language": "en",
    }
    answer = at_both.post("/people/invite/", new | {"wheal_page": marked(ada, clinic)})
    assert answer.status_code == 409
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_what_saves_itself_is_told_of_both_clinics_and_of_the_way_back(
    at_both, alice, clinic, french_clinic, patient
) -> None:
    goes_to(at_both, french_clinic)
    said = {
        "HTTP_X_WHEAL_PAGE": marked(alice, clinic),
        "HTTP_REFERER": f"http://testserver/patients/{patient.pk}/history/",
    }
    answer = at_both.post(f"/patients/{patient.pk}/history/save/", {"pregnant": "yes"}, **SAVES, **said)
    told = answer.json()
    assert (answer.status_code, told["why"]) == (401, "clinic")
    assert clinic.name in told["message"]
    assert french_clinic.name in told["message"]
    door = at_both.get(told["back"])
    assert door.status_code == 200
    back = at_both.post("/people/choose-clinic/", hidden(door.content.decode()) | {"wheal_clinic": clinic.pk})
    assert back.headers["Location"] == f"/patients/{patient.pk}/history/"
    assert at_both.get(told["back"]).headers["Location"] == f"/patients/{patient.pk}/history/", (
        "one is there already"
    )


def test_a_drawing_that_is_sent_as_a_form_is_refused_in_words(client, alice, patient) -> None:
    """The form is read for its mark, and its bytes are then gone."""
    client.force_login(alice)
    session = planned(patient, alice)
    for path in ("pass/save", "grid"):
        answer = client.post(f"/sessions/{session.pk}/inject/{path}", {"pass": "1"})
        assert (answer.status_code, "JSON" in answer.json()["message"]) == (422, True)


def test_files_and_passwords_do_not_wait_in_a_page(at_both, alice, clinic, french_clinic, patient) -> None:
    goes_to(at_both, french_clinic)
    here = {"wheal_page": marked(alice, clinic)}
    shot = SimpleUploadedFile("shot.jpg", b"x", content_type="image/jpeg")
    for path, sent in (
        (f"/patients/{patient.pk}/photographs/add/", {"photograph": shot, "pose": "front"}),
        ("/accounts/password/change/", {"oldpassword": "secret words", "password1": "b", "password2": "b"}),
    ):
        answer = at_both.post(path, sent | here, HTTP_REFERER="http://testserver/patients/")
        held = hidden(answer.content.decode())
        assert answer.status_code == 409, path
        assert held["wheal_opens"] == "/patients/"
        assert not set(held) & set(sent)


def test_a_page_of_a_clinic_where_one_works_no_more_offers_no_way_back(
    at_both, alice, ada, clinic, french_clinic
) -> None:
    goes_to(at_both, french_clinic)
    actions.end_membership(membership=alice.memberships.get(clinic=clinic), by=ada)
    answer = at_both.post("/patients/new/", NEW | {"wheal_page": marked(alice, clinic)})
    assert answer.status_code == 409
    assert "dans un cabinet où vous ne travaillez plus" in answer.content.decode()
    assert "wheal_clinic" not in answer.content.decode()


@pytest.mark.parametrize("path", ["//elsewhere.example/", "https://elsewhere.example/", "/\r\nX-A: b", ""])
def test_the_way_on_from_the_choice_of_a_clinic_stays_on_this_site(at_both, clinic, path) -> None:
    for name in ("wheal_sends", "wheal_opens"):
        answer = at_both.post("/people/choose-clinic/", {"wheal_clinic": clinic.pk, name: path})
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")


def test_in_french(client, dora, ada, clinic, french_clinic) -> None:
    actions.join(user=dora, clinic=french_clinic, role=Role.FRONT_DESK, by=ada)
    client.force_login(dora)
    goes_to(client, french_clinic)
    page = client.post("/patients/new/", NEW | {"wheal_page": marked(dora, clinic)}).content.decode()
    assert "La page d’un autre cabinet" in page
    assert f"Revenir à {clinic.name} et l’y envoyer" in page
