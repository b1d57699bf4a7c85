"""Patients are found, registered, corrected and read, each by those who may."""

import pytest

import people
from wheal.clinic.as_one_types import AT_MOST
from wheal.clinic.audit.models import Event
from wheal.clinic.mail import AddressField
from wheal.clinic.patients.models import Patient

MARIA = {
    "family_name": "Rivera",
    "given_names": "Maria",
    "birth_date": "05/02/1984",
    "sex": "female",
    "language": "en",
    "phone": "",
    "email": "",
}


def last_event() -> tuple[str, bool]:
    event = Event.objects.first()
    return event.what, event.refused


@pytest.mark.parametrize("who", ["alice", "bob", "nora", "dora", "sam"])
@pytest.mark.parametrize("path", ["/patients/", "/patients/?q=riv", "/patients/search/?q=riv"])
def test_who_may_find(client, request, patient, who, path) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("ada", ["", "new/", "{pk}/", "{pk}/edit/", "{pk}/history/", "{pk}/screening/"]),
        ("dora", ["{pk}/history/", "{pk}/screening/"]),
        ("sam", ["new/", "{pk}/edit/", "{pk}/history/"]),
    ],
)
def test_what_a_role_may_not_see_is_refused_and_audited(client, request, patient, who, paths) -> None:
    client.force_login(request.getfixturevalue(who))
    for path in paths:
        assert client.get("/patients/" + path.format(pk=patient.pk)).status_code == 403
        assert last_event() == ("people.request_refused", True)


@pytest.mark.parametrize("path", ["", "edit/", "history/", "screening/"])
def test_a_patient_of_another_clinic_is_not_found_and_the_attempt_is_audited(
    client, patient, charlie, path
) -> None:
    client.force_login(charlie)
    assert client.get(f"/patients/{patient.pk}/{path}").status_code == 404
    assert last_event() == ("patients.record_refused", True)


@pytest.mark.parametrize("path", ["edit/", "history/save/", "history/complete/"])
def test_nothing_of_another_clinic_can_be_written(client, patient, charlie, path) -> None:
    client.force_login(charlie)
    assert client.post(f"/patients/{patient.pk}/{path}", MARIA | {"family_name": "Stolen"}).status_code == 404
    patient.refresh_from_db()
    assert patient.family_name == "Rivera"
    assert not patient.histories.exists()


def test_registering_leads_to_the_patient_page(client, dora) -> None:
    client.force_login(dora)
    answer = client.post("/patients/new/", MARIA)
    made = Patient.objects.get()
    assert answer.url == f"/patients/{made.pk}/"
    assert (made.birth_date.isoformat(), made.search_name, made.number) == (
        "1984-05-02",
        "rivera maria",
        "10001",
    )


def test_numbers_count_up_in_each_clinic(clinic, alice, french_clinic, charlie) -> None:
    assert [people.patient(clinic, alice, family_name=name).number for name in "AB"] == ["10001", "10002"]
    assert people.patient(french_clinic, charlie).number == "10001"


def test_marks_that_nobody_sees_are_taken_out_of_a_copied_address() -> None:
    assert AddressField().clean("\u200ejoan@example.org\u200e ") == "joan@example.org"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("birth_date", "yesterday", "not a date"),
        ("birth_date", "05/02/2190", "still to come"),
        ("birth_date", "05/02/1890", "125 years"),
        ("family_name", "—", "at least one letter"),
        ("sex", "", "required"),
        ("email", "x", "valid email"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(client, dora, field, typed, words) -> None:
    client.force_login(dora)
    answer = client.post("/patients/new/", MARIA | {field: typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, "same birth date, like name"),
        ({"given_names": "Mario"}, "same birth date, like name"),
        ({"family_name": "Rivra"}, "same birth date, like name"),
        ({"family_name": "Maria", "given_names": "Rivera"}, "same birth date, like name"),
        ({"birth_date": "05/03/1984"}, "same name, other birth date"),
        (
            {"family_name": "Other", "given_names": "Ann", "birth_date": "1/1/1970", "phone": "503-555-0101"},
            "same telephone",
        ),
    ],
)
def test_who_is_perhaps_registered_already_is_shown_first(client, dora, clinic, changed, why) -> None:
    known = people.patient(clinic, dora, phone="+1 503 555 0101")
    client.force_login(dora)
    answer = client.post("/patients/new/", MARIA | changed)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert f'href="/patients/{known.pk}/"' in answer.content.decode()
    assert Patient.objects.count() == 1


def test_one_can_go_on_and_it_is_recorded_despite_whom(client, dora, clinic) -> None:
    known = people.patient(clinic, dora)
    client.force_login(dora)
    client.post("/patients/new/", MARIA | {"somebody_else": "1"})
    assert Patient.objects.count() == 2
    assert Event.objects.filter(what="patients.patient_registered").first().detail == {"despite": [known.pk]}


def test_a_different_person_of_the_same_day_is_no_duplicate(client, dora, clinic) -> None:
    people.patient(clinic, dora, family_name="Okafor", given_names="Ngozi")
    client.force_login(dora)
    assert client.post("/patients/new/", MARIA).status_code == 302


def test_a_correction_is_audited_by_field_and_without_its_text(client, dora, patient) -> None:
    client.force_login(dora)
    client.post(f"/patients/{patient.pk}/edit/", MARIA | {"family_name": "Sanchez"})
    patient.refresh_from_db()
    assert patient.family_name == "Sanchez"
    assert Event.objects.first().detail == {"changed": ["family_name"]}


def test_opening_a_record_is_audited(client, bob, patient) -> None:
    client.force_login(bob)
    client.get(f"/patients/{patient.pk}/")
    event = Event.objects.first()
    assert (event.what, event.by, event.patient_id) == ("patients.record_opened", bob, patient.pk)
    assert event.detail == {"part": "chart"}


def test_the_desk_sees_contact_and_nothing_clinical(client, dora, patient, alice) -> None:
    people.completed_history(patient, alice, people.healthy_answers({"food_and_plant_allergies": ["soy"]}))
    client.force_login(dora)
    page = client.get(f"/patients/{patient.pk}/").content.decode()
    assert "RIVERA" in page
    assert "soy" not in page.lower()
    assert "/history/" not in page
    assert "/screening/" not in page


def test_what_must_not_be_missed_stands_on_top(client, alice, patient) -> None:
    said = {"food_and_plant_allergies": ["soy"], "blood_thinners": ["warfarin"], "pregnant": True}
    people.completed_history(patient, alice, people.healthy_answers(said))
    client.force_login(alice)
    verdict = client.get(f"/patients/{patient.pk}/").context["verdict"]
    assert verdict.allergies == ("soy",)
    assert {finding.about for finding in verdict.must_not_miss} >= {"warfarin", "pregnant"}
    assert verdict.decision == "stop"


def test_before_any_history_nothing_reassures(client, alice, patient) -> None:
    client.force_login(alice)
    page = client.get(f"/patients/{patient.pk}/").content.decode()
    assert "not asked yet" in page
    assert "is-clear" not in page


def test_a_search_by_number_opens_the_person(client, alice, patient) -> None:
    client.force_login(alice)
    assert client.get(f"/patients/?q={patient.number}").url == f"/patients/{patient.pk}/"


def test_results_as_one_types_begin_at_two_letters(client, alice, patient) -> None:
    client.force_login(alice)
    assert client.get("/patients/search/?q=r").content == b""
    assert b"RIVERA" in client.get("/patients/search/?q=ri").content


def test_a_list_that_ends_early_says_that_more_may_match(client, alice, clinic) -> None:
    client.force_login(alice)
    for held in range(1, AT_MOST + 2):
        people.patient(clinic, alice, family_name="Common")
        listed = client.get("/patients/search/?q=common").content.decode()
        assert ("More may match" in listed) is (held >= AT_MOST)


@pytest.mark.parametrize(
    "path", ["/patients/{pk}/", "/patients/{pk}/history/", "/patients/{pk}/screening/", "/patients/?q=riv"]
)
def test_few_queries(client, alice, history, path, django_assert_max_num_queries) -> None:
    client.force_login(alice)
    with django_assert_max_num_queries(11):
        assert client.get(path.format(pk=history.patient_id)).status_code == 200
