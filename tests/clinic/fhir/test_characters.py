"""Characters that no text of a record holds, such as U+0000: refused by the name of their place, and never an error of
the server; no database is asked with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

import people
from clinic.fhir.sending import booking, paths, response, sent
from wheal import characters, knowledge
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.health_links import actions
from wheal.clinic.patients.models import History

pytestmark = pytest.mark.both_engines
SIGNS = ["\0", "\x01", "\x1f", "\ud800"]


def test_tabs_ends_of_lines_and_every_script_belong_to_a_text() -> None:
    assert [characters.strange(text) for text in ("a\tb\r\nc", "Zoé 北京 😀", "\0", "x\ud83d")] == [
        "", "", "U+0000", "U+D83D",
    ]  # fmt: skip
    assert characters.kept({"a\0": ["b\0", 3, None]}) == {"a�": ["b�", 3, None]}


@pytest.mark.parametrize("sign", SIGNS)
def test_they_are_refused_by_their_path_and_nothing_is_written(program, patient, sign) -> None:
    number = {"system": "http://laboratory.example", "value": f"A{sign}1"}
    for path, body, where in (
        ("Appointment", booking(patient, comment=f"a{sign}b"), "comment"),
        ("Appointment", booking(patient, identifier=[number]), "identifier[0].value"),
        ("QuestionnaireResponse", response(patient, {"pregnant": False}, identifier=number), "identifier.value"),
    ):  # fmt: skip
        status, told = sent(program(), path, body)
        assert (status, paths(told)) == (422, [f"{path}.{where}"])
    assert not Appointment.objects.exists()
    assert not History.objects.exists()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Patient%00x", 404), ("Patient/1%00", 404), ("Procedure/1/_history/%00", 404), ("Patient?identifier=%00", 400),
        ("Patient?email=a%00", 400), ("Medication?lot-number=%00", 400), ("Patient?na%00me=x", 400),
        ("Patient/1/$everything?_type=%00", 400), ("auth/authorize?client_id=%00", 422),
    ],
)  # fmt: skip
def test_addresses_with_them_are_answered_as_any_other_that_leads_nowhere(
    program, alice, path, status
) -> None:
    client = program()
    client.force_login(alice)
    answer = client.get(f"/fhir/{path}")
    assert answer.status_code == status, answer.content
    if "authorize" not in path:
        assert answer.json()["resourceType"] == "OperationOutcome"
        assert Event.objects.filter(what="fhir.request_refused").count() == 1


def test_nor_are_they_asked_for_before_something_is_taken(program, patient) -> None:
    unless = {"If-None-Exist": "identifier=http://s|a%00b"}
    assert sent(program(), "Appointment", booking(patient), **unless)[0] == 400
    assert not Appointment.objects.exists()


@pytest.fixture
def link(patient, alice) -> Callable[..., str]:
    people.completed_history(patient, alice)
    made = actions.make(
        patient=patient, address="https://wheal.example", days=7, passcode="1234",
        known=knowledge.current(), by=alice,
    )  # fmt: skip
    return made.row.secret


@pytest.mark.parametrize("sign", [r"\u0000", r"\ud800"])
def test_whoever_reads_a_health_link_so_is_told_whether_it_opens(link, sign) -> None:
    def knock(secret: str, passcode: str) -> int:
        body = f'{{"recipient": "Dr {sign}X", "passcode": "{passcode}"}}'
        return (
            Client(raise_request_exception=False).post(f"/shl/{secret}", body, "application/json").status_code
        )

    assert (knock(link, "1234"), knock(link, sign), knock(f"{link}%00b", "1234")) == (200, 401, 404)
    assert Event.objects.get(what="fhir.health_link_opened").detail["recipient"] == "Dr �X"
    assert Client(raise_request_exception=False).get(f"/shl/{link}%00/x").status_code == 404
