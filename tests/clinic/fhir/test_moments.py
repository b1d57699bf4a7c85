"""Whatever stands where a moment belongs is answered: by what was asked for, or by a refusal that names the place."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clinic.fhir.sending import TYPE, booking, paths, response, sent
from wheal import knowledge
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.bulk import actions
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.models import Export
from wheal.clinic.people.tokens import Scope

NOTHING = "it answers nothing that an earlier day can answer"
ASYNC = {"Prefer": "respond-async"}
EVERY = (
    Scope.PATIENTS_READ, Scope.RECORDS_READ, Scope.CALENDAR_READ, Scope.RECORDS_EXPORT, Scope.RECORDS_WRITE,
    Scope.PATIENTS_WRITE,
)  # fmt: skip
MOMENTS = st.builds(
    "{}-{}-{}T{}:{}:{}{}{}".format,
    st.sampled_from(["0000", "0001", "1582", "1899", "1999", "2026", "2031", "9998", "9999"]),
    st.sampled_from(["00", "01", "02", "12", "13"]),
    st.sampled_from(["00", "01", "02", "28", "29", "30", "31", "32"]),
    st.sampled_from(["00", "23", "24"]),
    st.sampled_from(["00", "59", "60"]),
    st.sampled_from(["00", "59", "60", "61"]),
    st.sampled_from(["", ".9", ".999999", ".123456789012"]),
    st.sampled_from(["Z", "", "+14:00", "-12:00", "+23:59", "-24:00", "+99:99"]),
)
DATES = st.sampled_from(
    ["0000", "0001", "9999", "0001-01", "9999-12", "0001-01-01", "9999-12-31", "2026-02-30", ""]
)


@pytest.fixture(autouse=True)
def _exports_are_written_at_once(monkeypatch) -> None:
    monkeypatch.setattr(actions, "carry_on", lambda export: actions._work(export.pk))
    monkeypatch.setattr(actions.connection, "close", lambda: None)


def asked(client: Client, path: str, at: str) -> tuple[int, dict | None]:
    answer = client.get(f"/fhir/{path}{quote(at)}", headers=ASYNC)
    return answer.status_code, answer.json()


SEARCHES = {
    "Appointment?date=": "date", "Appointment?date=ge": "date", "Appointment?date=lt": "date",
    "Patient?birthdate=ap": "birthdate", "Procedure?_lastUpdated=gt": "_lastUpdated", "Patient?_lastUpdated=le":
    "_lastUpdated", "Patient/{0}/$everything?_since=": "_since", "$export?_type=Organization&_since=": "_since",
}  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=MOMENTS | DATES)
@example(at="2027-06-13T17:00:60Z")
@example(at="0001-01-01T00:00:00+14:00")
@example(at="9999-12-31T23:59:59-12:00")
@example(at="9999-12-31T23:30:00Z")
def test_whatever_moment_is_sent_is_answered_or_refused_by_the_name_of_its_place(
    program, patient, dora, at: str
) -> None:
    client, wrong = program(*EVERY), []
    for path, name in SEARCHES.items():
        status, told = asked(client, path.format(patient.pk), at)
        if status not in (200, 202) and (status != 400 or paths(told) != [name]):
            wrong.append((path, status, told))
    document = summaries.summary(patient, Telling(patient.clinic, knowledge.current())) | {"timestamp": at}
    document["entry"][0]["resource"]["date"] = at
    bodies = {
        "Appointment": [booking(patient) | {"start": at}, booking(patient) | {"end": at},
            booking(patient) | {"start": at, "end": at}, booking(patient) | {"created": at}],
        "QuestionnaireResponse": [response(patient, {"pregnant": False}, authored=at)],
        "Patient/$import": [document],
    }  # fmt: skip
    for path, body in ((path, each) for path, several in bodies.items() for each in several):
        answer = client.post(f"/fhir/{path}", json.dumps(body), content_type=TYPE)
        if answer.status_code not in (200, 201, 400, 409, 422):
            wrong.append((path, answer.status_code, answer.content))
        elif answer.status_code in (400, 422) and not (paths(answer.json()) or NOTHING in str(answer.json())):
            wrong.append((path, answer.status_code, answer.json()))
    assert wrong == []
    assert not Export.objects.filter(ended_at=None).exists()
    assert not Export.objects.exclude(problem="").exists()
    client.force_login(dora)
    assert {client.get(page).status_code for page in ("/calendar/", "/calendar/?view=week")} == {200}


@pytest.mark.parametrize(
    ("start", "end", "path", "words"),
    [
        ("2027-06-13T17:00:60Z", "2027-06-13T17:30:00Z", "start", "seconds to 59"),
        ("2027-06-13T17:00:00Z", "2027-06-13T17:30:60Z", "end", "seconds to 59"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:30:00+14:00", "start", "2000"),
        ("1999-12-31T23:59:59Z", "2000-01-01T00:30:00Z", "start", "2000"),
        ("9999-12-31T23:00:00Z", "9999-12-31T23:30:00Z", "start", "ten years"),
        ("2062-06-13T17:00:00Z", "2062-06-13T17:30:00Z", "start", "ten years"),
        ("2026-12-13T17:00:00Z", "2027-12-13T17:30:00Z", "start", "24 hours"),
    ],
)
def test_a_booking_that_no_calendar_can_hold_is_refused_by_its_path_and_says_why(
    program, patient, start, end, path, words
) -> None:
    status, told = sent(program(), "Appointment", booking(patient) | {"start": start, "end": end})
    assert (status, paths(told)) == (422, [f"Appointment.{path}"]), told
    assert words in told["issue"][0]["diagnostics"]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("date=ge0001-01-01", True), ("date=le9999-12-31", True), ("date=lt0001-01-01", False), ("date=0001", False),
        ("date=gt9999", False), ("_lastUpdated=gt0001-01-01T00:00:00%2B14:00", True), ("_lastUpdated=le9999", True),
        ("date=sa9999-12-31T23:59:59Z", False), ("date=eb9999-12-31T23:59:59-12:00", True),
    ],
)  # fmt: skip
def test_the_ends_of_the_calendar_say_from_the_first_and_until_the_last(
    program, patient, search, finds
) -> None:
    assert sent(program(), "Appointment", booking(patient))[0] == 201
    status, told = asked(program(), f"Appointment?{search}", "")
    assert (status, told["total"]) == (200, int(finds))


def kinds_in(told: dict) -> set[str]:
    return {each["resource"]["resourceType"] for each in told["entry"] if each["search"]["mode"] == "match"}


@pytest.mark.parametrize(
    ("types", "kinds"),
    [
        ("_type=Patient&_type=Appointment", {"Patient", "Appointment"}),
        ("_type=Patient,Appointment", {"Patient", "Appointment"}),
        ("_type=Appointment,Appointment&_type=Patient,Consent", {"Patient", "Appointment", "Consent"}),
        ("_type=Appointment", {"Appointment"}),
    ],
)
def test_kinds_that_are_named_more_than_once_are_all_of_them(program, patient, types, kinds) -> None:
    client = program(*EVERY)
    assert sent(client, "Appointment", booking(patient))[0] == 201
    status, told = asked(client, f"Patient/{patient.pk}/$everything?{types}", "")
    assert (status, kinds_in(told)) == (200, kinds - {"Consent"})  # there is none yet
    assert asked(client, f"$export?{types}", "")[0] == 202
    export = Export.objects.get()
    assert (set(export.kinds), len(export.kinds)) == (kinds, len(kinds))
    assert set(export.files.values_list("kind", flat=True)) == kinds - {"Consent"}


@pytest.mark.parametrize("types", ["_type=Patient&_type=Spaceship", "_type=Spaceship&_type=Patient"])
def test_a_kind_that_is_not_known_is_refused_wherever_it_stands(program, patient, types) -> None:
    client = program(*EVERY)
    for path in (f"Patient/{patient.pk}/$everything", "$export"):
        status, told = asked(client, f"{path}?{types}", "")
        assert (status, paths(told)) == (400, ["_type"])
    assert not Export.objects.exists()


@pytest.mark.parametrize("since", ["_since=ge2026-01-01", "_since=2026-01-01&_since=2027-01-01", "_since=x"])
def test_a_since_that_is_none_is_refused_before_anything_begins(program, patient, since) -> None:
    client = program(*EVERY)
    for path in (f"Patient/{patient.pk}/$everything", "$export"):
        status, told = asked(client, f"{path}?{since}", "")
        assert (status, paths(told)) == (400, ["_since"])
    assert not Export.objects.exists()


def test_an_export_that_goes_wrong_says_so_and_does_not_begin_again(program, monkeypatch) -> None:
    def broken(_key: int) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr(actions, "write", broken)
    client = program(*EVERY)
    answer = client.get("/fhir/$export?_type=Organization", headers=ASYNC)
    status = client.get(answer.headers["Content-Location"].removeprefix("http://testserver"))
    assert status.status_code == 500
    assert "OverflowError" in status.json()["issue"][0]["diagnostics"]
