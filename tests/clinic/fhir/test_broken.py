"""What is malformed or foreign is refused with the path of the element, and leaves nothing behind.

Each resource is broken at every one of its elements in turn; the foreign ones are of the shape of the examples that the
standard (R4) prints, in our own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.fhir.sending import booking, broken, bundle, paths, response, sent
from wheal import knowledge
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.models import Identifier
from wheal.clinic.patients.models import History
from wheal.clinic.people.tokens import Scope

ALL = (
    Scope.PATIENTS_READ,
    Scope.PATIENTS_WRITE,
    Scope.RECORDS_READ,
    Scope.RECORDS_WRITE,
    Scope.CALENDAR_READ,
)
Steps = tuple[str | int, ...]
WRONG = {str: [{"colour": "red"}, 7.5, None], bool: ["perhaps", {}], int: ["many", {}], float: ["heavy", []]}
"""What no element of that type can be; an object or a list becomes a word, or gains what FHIR knows not."""


def elements(node: Any, at: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    if at:
        yield at, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in children:
        yield from elements(child, (*at, step))


def ways_to_break(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return ["red", node | {"colour": "red"}, node | {"": 1}]
    if isinstance(node, list):
        return ["red", [*node, "red"], [None]]
    return WRONG[type(node)]


def named(root: str, at: Steps) -> str:
    return root + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)


def leads_to(told: str, where: str) -> bool:
    """The element itself, something in it, or what holds it: never another part of the resource."""
    bare = re.sub(r"\[\d+\]", "", told), re.sub(r"\[\d+\]", "", where)
    return bare[0].startswith(bare[1]) or bare[1].startswith(bare[0])


def nothing_is_written() -> bool:
    return not (History.objects.exists() or Appointment.objects.exists() or Identifier.objects.exists())


def whole(patient: object) -> dict[str, tuple[str, dict]]:
    number = {"identifier": {"system": "http://laboratory.example", "value": "A-1"}}
    answers = response(patient, {"pregnant": False, "weight": "62", "blood_thinners": ["warfarin"]}, **number)
    booked = booking(patient, comment="By telephone", identifier=[number["identifier"]])
    return {
        "QuestionnaireResponse": ("QuestionnaireResponse", answers), "Appointment": ("Appointment", booked),
        "Bundle": ("", bundle(response(patient, {"pregnant": False}), booking(patient))),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["QuestionnaireResponse", "Appointment", "Bundle"])
def test_broken_at_any_element_it_is_refused_by_its_path_and_nothing_is_written(
    program, patient, kind
) -> None:
    path, body = whole(patient)[kind]
    client, wrong, tried = program(), [], 0
    for at, node in elements(body):
        for value in ways_to_break(node):
            tried += 1
            status, told = sent(client, path, broken(body, *at, value=value if value is not None else ""))
            where = named(kind, at)
            if status not in (400, 422) or not any(leads_to(each, where) for each in paths(told)):
                wrong.append((where, value, status, str(told)[:160]))
    assert wrong == []
    assert tried > 50
    assert nothing_is_written()
    assert Event.objects.filter(what="fhir.request_refused").count() == tried
    assert sent(client, path, body)[0] in (200, 201)  # the same one, whole, is taken


def foreign_answers() -> dict:
    """A coma scale of a hospital: another questionnaire, contained people, coded answers with extensions."""
    return {
        "resourceType": "QuestionnaireResponse", "id": "gcs", "status": "completed",
        "contained": [{"resourceType": "Patient", "id": "patsub"}, {"resourceType": "Practitioner", "id": "questauth"}],
        "questionnaire": "http://hospital.example/Questionnaire/gcs", "subject": {"reference": "#patsub"},
        "authored": "2014-12-11T04:44:16Z", "source": {"reference": "Practitioner/f007"},
        "item": [{"linkId": "1.1", "answer": [{"valueCoding": {
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value", "valueDecimal": 4}],
            "system": "http://loinc.org", "code": "LA6560-2", "display": "Confused"}}]}],
    }  # fmt: skip


def foreign_appointment(**more: object) -> dict:
    """A check-up elsewhere: services and reasons of other code systems, people of another server."""
    return {
        "resourceType": "Appointment", "id": "example", "text": {"status": "generated", "div":
            "<div xmlns='http://www.w3.org/1999/xhtml'>Brian MRI results discussion</div>"},
        "status": "booked", "serviceCategory": [{"coding": [{"code": "gp", "display": "General Practice"}]}],
        "specialty": [{"coding": [{"system": "http://snomed.info/sct", "code": "394814009"}]}], "priority": 5,
        "appointmentType": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0276",
            "code": "FOLLOWUP"}]},
        "description": "Discussion on the results", "start": "2033-12-10T09:00:00Z", "end": "2033-12-10T11:00:00Z",
        "participant": [
            {"actor": {"reference": "Patient/example"}, "required": "required", "status": "accepted"},
            {"type": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                "code": "ATND"}]}], "actor": {"reference": "Practitioner/example"}, "status": "accepted"},
        ],
    } | more  # fmt: skip


def asking(method: str, url: str, resource: dict | None = None, **more: object) -> dict:
    entry = {"request": {"method": method, "url": url} | more} | ({"resource": resource} if resource else {})
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry | ({"resource": resource} if resource else {})],
    }


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("QuestionnaireResponse", foreign_answers(), "QuestionnaireResponse.questionnaire"),
        ("QuestionnaireResponse", foreign_answers() | {"status": "amended"}, "QuestionnaireResponse.status"),
        ("QuestionnaireResponse", foreign_answers() | {"questionnaire": "https://wheal.example/fhir/Questionnaire/history"},
            "QuestionnaireResponse.subject.reference"),
        ("Appointment", foreign_appointment(), "Appointment.participant[0].actor.reference"),
        ("Appointment", foreign_appointment(status="proposed"), "Appointment.status"),
        ("Appointment", foreign_appointment(status="waitlist", requestedPeriod=[{"start": "2033-06-02"}]),
            "Appointment.status"),
        ("Appointment", foreign_appointment(participant=[]), "Appointment.participant"),
        ("Appointment", foreign_appointment(participant=[{"actor": {"reference": "HealthcareService/example"},
            "status": "accepted"}]), "Appointment.participant[0].actor"),
        ("Appointment", foreign_appointment(participant=[{"status": "accepted"}]), "Appointment.participant[0].actor"),
        ("Appointment", foreign_appointment(start="tomorrow at nine"), "Appointment.start"),
        ("Appointment", foreign_appointment(start="2033-12-10"), "Appointment.start"),
        ("Appointment", foreign_appointment(priority=-5), "Appointment.priority"),
        ("", asking("PUT", "Patient/123", {"resourceType": "Patient", "id": "123"}), "Bundle.entry[0].request"),
        ("", asking("DELETE", "Patient?identifier=123456"), "Bundle.entry[0].request"),
        ("", asking("GET", "Patient?name=peter"), "Bundle.entry[0].request"),
        ("", asking("PATCH", "Appointment/1", {"resourceType": "Binary", "contentType": "text/plain", "data": "eA=="}),
            "Bundle.entry[0].request"),
        ("", asking("POST", "Appointment", foreign_answers()), "Bundle.entry[0].request.url"),
        ("", asking("POST", "Appointment", foreign_appointment()),
            "Bundle.entry[0].resource.participant[0].actor.reference"),
        ("", asking("POST", "Appointment", foreign_appointment(end=3)), "Bundle.entry[0].resource.end"),
        ("", asking("POST", "QuestionnaireResponse", foreign_answers(), ifNoneExist="colour=red"),
            "Bundle.entry[0].resource"),
        ("", {"resourceType": "Bundle", "type": "collection"}, "Bundle.type"),
        ("", {"resourceType": "Bundle", "type": "searchset", "total": 1}, "Bundle.type"),
        ("", {"resourceType": "Bundle"}, "Bundle.type"),
        ("", {"resourceType": "Patient", "id": "example"}, "Bundle.resourceType"),
    ],
)  # fmt: skip
def test_what_is_of_another_house_is_refused_by_its_path(program, patient, path, body, where) -> None:
    status, told = sent(program(), path, body)
    assert (status in (400, 422), where in paths(told)) == (True, True), (status, told)
    assert nothing_is_written()


@pytest.mark.parametrize(
    "kind", ["Nonsense", "Permission", "HumanName", "Resource", ["Patient"], {"a": 1}, 7, "", None]
)
def test_a_resource_of_no_kind_of_this_release_is_refused_by_its_path_wherever_it_stands(
    program, patient, kind
) -> None:
    """Of another release, of none at all, or in no word: also among many that are sound."""
    strange = {"resourceType": kind, "id": "q"} if kind is not None else {"id": "q"}
    answers, booked = response(patient, {"pregnant": False}), booking(patient)
    entry = {"request": {"method": "POST", "url": "Appointment"}, "resource": strange}
    both = bundle(answers, booked)
    whole = summaries.summary(patient, Telling(patient.clinic, knowledge.current()))
    summary, place = whole | {"entry": [*whole["entry"], {"resource": strange}]}, len(whole["entry"])
    client = program(*ALL)
    for path, body, where in (
        ("QuestionnaireResponse", answers | {"contained": [strange]}, "QuestionnaireResponse.contained[0]"),
        ("Appointment", booked | {"contained": [strange]}, "Appointment.contained[0]"),
        ("", both | {"entry": [*both["entry"], entry]}, "Bundle.entry[2].resource"),
        ("Patient/$import", summary, f"Bundle.entry[{place}].resource"),
    ):  # fmt: skip
        status, told = sent(client, path, body)
        assert (status, paths(told)) == (422, [f"{where}.resourceType"]), told
    assert nothing_is_written()


def test_one_foreign_entry_among_good_ones_takes_the_whole_transaction_with_it(program, patient) -> None:
    good = [response(patient, {"pregnant": False}), booking(patient)]
    status, told = sent(program(), "", bundle(*good, foreign_appointment()))
    assert (status, paths(told)) == (422, ["Bundle.entry[2].resource.participant[0].actor.reference"])
    assert nothing_is_written()


def test_xml_is_not_taken_and_says_so(program, patient) -> None:
    body = b'<Appointment xmlns="http://hl7.org/fhir"/>'
    answer = program().post("/fhir/Appointment", body, content_type="application/fhir+xml")
    assert (answer.status_code, paths(answer.json())) == (415, ["Content-Type"])
    assert nothing_is_written()
