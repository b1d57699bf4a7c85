"""A leave for one patient is for that one, however it is asked for, renewed or narrowed; without their name it opens
nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from itertools import combinations

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

import people
from clinic.fhir.leaves import BACK, KEY, asked_with, asking, code_of, exchanged, leave, renewed, seen, signed
from clinic.fhir.sending import booking, sent
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.bulk import actions as exports
from wheal.clinic.fhir.models import Program
from wheal.clinic.fhir.smart import actions, granting
from wheal.clinic.patients.models import Patient

GIVEN = ("launch/patient", "patient/*.rs", "user/*.cruds", "user/Patient.rs", "offline_access")
WHOLE = " ".join(GIVEN)


@pytest.fixture
def other(clinic, alice, patient) -> Patient:
    return people.patient(clinic, alice, family_name="Other", given_names="Person")


@pytest.fixture
def app(clinic, ada, other) -> Program:
    new = actions.NewProgram("Charts", "app", "patient/*.cruds user/*.cruds", BACK, "https://app.example/x")
    return actions.register(clinic=clinic, new=new, by=ada)[0]


@pytest.fixture
def service(clinic, ada) -> Program:
    keys = f'{{"keys": [{KEY.export_public()}]}}'
    new = actions.NewProgram("Warehouse", "service", "system/Patient.rs", jwks=keys)
    return actions.register(clinic=clinic, new=new, by=ada)[0]


@pytest.fixture
def alices(alice) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


@pytest.fixture
def given(app, alices, patient) -> Callable[..., dict]:
    def leave_for(scope: str = WHOLE, number: str = patient.number) -> dict:
        answer = exchanged(app, code_of(leave(alices, asking(app, scope), patient_number=number)))
        assert answer.status_code == 200, answer.content
        return answer.json()

    return leave_for


def patients_seen(token: str) -> list[str]:
    """Ids; [] where none may be seen."""
    answer = seen(token, "Patient")
    assert answer.status_code in (200, 403), answer.content
    return [each["resource"]["id"] for each in answer.json().get("entry", [])]


NARROWED = [" ".join(some) for size in range(1, len(GIVEN) + 1) for some in combinations(GIVEN, size)]


@pytest.mark.parametrize("asked", ["", *NARROWED, "user/*.cruds  user/*.cruds"])
def test_whatever_a_renewal_asks_for_it_stays_with_the_one_patient(given, app, patient, asked: str) -> None:
    first = given()
    wanted = set(asked.split()) or set(GIVEN)
    told = renewed(app, first["refresh_token"], scope=asked).json()
    assert set(told["scope"].split()) == wanted | {"offline_access"}
    assert told["patient"] == str(patient.pk)
    sees = wanted & {"patient/*.rs", "user/*.cruds", "user/Patient.rs"}
    assert patients_seen(told["access_token"]) == ([str(patient.pk)] if sees else [])
    again = renewed(app, told["refresh_token"]).json()
    assert (again["scope"], again["patient"]) == (told["scope"], str(patient.pk))
    assert patients_seen(again["access_token"]) == ([str(patient.pk)] if sees else [])


def test_what_was_renewed_for_less_writes_for_that_patient_alone(given, app, patient, other) -> None:
    told = renewed(app, given()["refresh_token"], scope="user/*.cruds").json()
    program = Client(
        headers={"Authorization": f"Bearer {told['access_token']}"}, raise_request_exception=False
    )
    assert sent(program, "Appointment", booking(other))[0] == 422
    assert sent(program, "Appointment", booking(patient))[0] == 201
    assert seen(told["access_token"], f"Patient/{other.pk}").status_code == 404


@pytest.mark.parametrize(
    "scope", ["wheal-patient/{other}", "user/*.cruds wheal-patient/{other}", "system/*.rs"]
)
def test_a_renewal_for_somebody_else_is_refused_and_ends_nothing(given, app, other, scope: str) -> None:
    first = given()
    answer = renewed(app, first["refresh_token"], scope=scope.format(other=other.pk))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert renewed(app, first["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    "injected", ["wheal-patient/{other}", "wheal-patient/{other} wheal-patient/{patient}", "wheal-patient/x"]
)
def test_a_program_cannot_say_itself_for_whom_it_is(given, app, alices, patient, other, injected) -> None:
    scope = injected.format(other=other.pk, patient=patient.pk)
    told = given(f"{WHOLE} {scope}")
    assert (told["patient"], patients_seen(told["access_token"])) == (str(patient.pk), [str(patient.pk)])
    answer = leave(alices, asking(app, WHOLE), scope=f"{WHOLE} {scope}", patient_number=patient.number)
    told = exchanged(app, code_of(answer), scope=scope).json()
    assert patients_seen(told["access_token"]) == [str(patient.pk)]
    assert alices.get("/fhir/auth/authorize", asking(app, scope)).status_code == 422, "nothing is asked for"


def test_a_program_that_acts_by_itself_is_for_nobody_in_particular(service, patient, other) -> None:
    told = asked_with(signed(service), f"system/Patient.rs launch/patient wheal-patient/{patient.pk}").json()
    assert told["scope"] == "system/Patient.rs"
    assert "patient" not in told
    assert len(patients_seen(told["access_token"])) == 2


def test_no_leave_is_given_without_the_page_that_asks_for_whom(given, app, alices, patient) -> None:
    given()
    left = Event.objects.filter(what="fhir.leave_given").count()
    for asked in ("launch/patient patient/*.rs user/*.cruds", "user/Patient.rs"):
        answer = alices.get("/fhir/auth/authorize", asking(app, asked, approval_prompt="auto"))
        assert answer.status_code == 200, answer.headers
        assert app.name in answer.content.decode()
    assert Event.objects.filter(what="fhir.leave_given").count() == left


def test_opened_from_a_patients_page_it_is_for_that_one_whatever_it_asks_for(
    app, alices, patient, other
) -> None:
    for scope in ("launch user/*.rs", "user/*.rs"):
        asked = asking(app, scope, launch=granting.launch_of(app, patient.pk))
        page = alices.get("/fhir/auth/authorize", asked).content.decode()
        assert "alone" in page
        assert "of one patient" in page
        assert "of every patient" not in page
        told = exchanged(app, code_of(leave(alices, asked))).json()
        assert (told["patient"], patients_seen(told["access_token"])) == (str(patient.pk), [str(patient.pk)])


def test_opened_too_long_ago_it_asks_for_whom_instead_of_seeing_everybody(
    app, alices, patient, monkeypatch
) -> None:
    asked = asking(app, "launch user/*.rs", launch=granting.launch_of(app, patient.pk))
    monkeypatch.setattr(granting, "LAUNCH_FOR", -1)
    answer = leave(alices, asked)
    assert answer.status_code == 422
    assert b'name="patient_number"' in answer.content
    told = exchanged(app, code_of(leave(alices, asked, patient_number=patient.number))).json()
    assert patients_seen(told["access_token"]) == [str(patient.pk)]


def test_leave_for_a_patient_alone_opens_no_more_than_it_names(given, patient) -> None:
    told = given("launch/patient")
    assert told["patient"] == str(patient.pk)
    assert seen(told["access_token"], "Patient").status_code == 403
    told = given("launch/patient patient/Observation.rs")
    assert seen(told["access_token"], f"Patient/{patient.pk}").status_code == 403
    assert seen(told["access_token"], "Observation").status_code == 200


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ("launch/patient user/*.rs", 0), ("patient/*.rs user/*.rs", 0), ("launch user/*.rs", 0),
        ("user/*.rs wheal-patient/{0} wheal-patient/{1}", 0), ("launch/patient user/*.rs wheal-patient/{0}", 1),
        ("user/*.rs wheal-patient/{0} wheal-patient/{0}", 1), ("user/*.rs wheal-patient/0", 0), ("user/*.rs", 2),
    ],
)  # fmt: skip
def test_a_token_that_does_not_say_for_whom_opens_nothing(
    app, alice, patient, other, monkeypatch, scope: str, sees: int
) -> None:
    monkeypatch.setattr(exports, "carry_on", bool)
    AccessToken.objects.create(
        application=app.application, user=alice, token="t", scope=scope.format(patient.pk, other.pk),
        expires=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    assert len(patients_seen("t")) == sees
    asked = Client(headers={"Authorization": "Bearer t", "Prefer": "respond-async"}).get(
        "/fhir/Patient/$export?_type=Patient"
    )
    assert (asked.status_code == 202) is (scope == "user/*.rs")


def test_my_page_says_of_one_patient_where_it_is_one(given, alices, patient) -> None:
    given()
    page = alices.get("/programs/mine/").content.decode()
    assert "all of the record of one patient: read and write" in page
    assert "of every patient whom you see" not in page


def test_the_upgrade_ends_what_names_nobody_and_leaves_the_rest(given, app, service, alice, patient) -> None:
    """As it was before: what was renewed for less bears no name any more."""
    kept, lost = given(), given()
    alone = asked_with(signed(service), "system/Patient.rs").json()
    lost = renewed(app, lost["refresh_token"], scope="user/*.cruds").json()
    AccessToken.objects.filter(scope__startswith="user/*.cruds").update(scope="user/*.cruds offline_access")
    assert len(patients_seen(lost["access_token"])) == 2
    import_module("wheal.clinic.fhir.migrations.0006_for_whom").end_what_names_nobody(apps, None)
    assert seen(lost["access_token"], "Patient").status_code == 401
    assert renewed(app, lost["refresh_token"]).status_code == 400
    assert seen(alone["access_token"], "Patient").status_code == 200
    assert seen(kept["access_token"], "Patient").status_code == 200
    assert renewed(app, kept["refresh_token"]).status_code == 200
