"""Every resource of the demo's clinics: sound by the validators of others, shown to whom it may be, found by search."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import fhirkit
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B import get_fhir_model_class

from wheal import knowledge
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.streams import Wanted, stream
from wheal.clinic.patients.models import Patient
from wheal.clinic.people import token_actions
from wheal.clinic.people.models import Clinic, Membership, User
from wheal.clinic.people.permissions import ALLOWED
from wheal.clinic.people.tokens import Scope
from wheal.fhir import incoming, validating
from wheal.fhir.elements import references
from wheal.fhir.outcomes import Refused

Seen = Callable[[str], Client]
PORTLAND = ZoneInfo("America/Los_Angeles")
ALICE, CAMILLE = "alice", "camille"  # physicians of the two clinics


def told(clinic: Clinic) -> list[dict]:
    every = stream([Wanted(kind) for kind in KINDS.values()], Telling(clinic, knowledge.current()), None)
    return [resource for resource, _place in every if resource]


def asked(client: Client, path: str, **headers: str) -> dict:
    answer = client.get(f"/fhir/{path}", headers=headers)
    assert answer.status_code == 200, (path, answer.content.decode()[:400])
    return answer.json()


def ids(bundle: dict) -> list[str]:
    matches = [each for each in bundle.get("entry", []) if each["search"]["mode"] == "match"]
    return [f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in matches]


def test_every_resource_is_sound_for_validators_that_others_wrote(demo, db) -> None:
    every = [resource for clinic in Clinic.objects.all() for resource in told(clinic)]
    found = Counter(each["resourceType"] for each in every)
    assert set(found) == set(KINDS)
    assert sum(found.values()) > 2000
    kit = [(each["resourceType"], str(issue)) for each in every for issue in fhirkit.validate(each)]
    assert kit == []
    for each in every:
        get_fhir_model_class(each["resourceType"]).model_validate_json(json.dumps(each))
    there = {f"{each['resourceType']}/{each['id']}" for each in every}
    assert {literal for each in every for literal in references(each)} - there == set()


def test_every_role_sees_the_kinds_that_its_permissions_name(seen_by: Seen) -> None:
    wrong = []
    for name in ("alice", "nora", "bob", "dora", "sam", "ada", ""):
        role = Membership.objects.get(user__username=name).role if name else ""
        client = seen_by(name)
        for kind in KINDS.values():
            sees = name and {kind.permission, kind.of_nobody_permission} & ALLOWED[role]
            wanted = 401 if not name else 200 if sees else 403
            for path in (f"{kind.name}?_count=1", f"{kind.name}/1"):
                answer = client.get(f"/fhir/{path}")
                codes = {wanted, 404} if wanted == 200 and "/" in path else {wanted}
                if answer.status_code not in codes:
                    wrong.append(f"{path} as {role or 'nobody'}: {answer.status_code}")
                if answer.status_code >= 400:
                    assert answer.json()["resourceType"] == "OperationOutcome"
    assert wrong == []


def test_nobody_finds_what_is_of_another_clinic_and_the_audit_holds_who_asked(seen_by: Seen) -> None:
    alice, camille = seen_by(ALICE), seen_by(CAMILLE)
    shared = {"Group", "Questionnaire", "CodeSystem", "StructureDefinition", "Substance", "AuditEvent"}
    tried = 0
    for kind in KINDS:
        if kind in shared or not (first := ids(asked(alice, f"{kind}?_count=1"))):
            continue
        answer = camille.get(f"/fhir/{first[0]}")
        assert answer.status_code == 404, first
        last = Event.objects.latest("pk")
        assert (last.what, last.refused, last.detail["path"]) == (
            "fhir.request_refused",
            True,
            f"/fhir/{first[0]}",
        )
        assert camille.get(f"/fhir/{kind}?_id={first[0].partition('/')[2]}").json()["total"] == 0
        tried += 1
    assert tried > 18


def test_each_request_leaves_one_row_in_the_audit_that_says_whose_records_were_seen(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    for path, what, one in (
        ("Patient/2", "fhir.resource_read", 2),
        ("Patient?_count=3", "fhir.resources_searched", None),
        ("Patient/2/$everything", "fhir.everything_read", 2),
        ("Procedure?patient=2", "fhir.resources_searched", 2),
    ):
        before = Event.objects.count()
        asked(client, path)
        last = Event.objects.latest("pk")
        assert (Event.objects.count() - before, last.what, last.patient_id) == (1, what, one), path
        assert one or len(last.detail["patients"]) == 3


def test_a_reading_of_many_is_found_by_each_of_them_with_the_program_that_did_it(seen_by: Seen) -> None:
    ada = User.objects.get(username="ada")
    clinic = ada.memberships.first().clinic
    scopes = (Scope.PATIENTS_READ, Scope.RECORDS_READ)
    _row, text = token_actions.make(clinic=clinic, name="Warehouse", scopes=scopes, days=9, by=ada)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    officer, last = seen_by("sam"), {}
    for path in ("Patient?_count=40", "Procedure?_count=500"):
        program.get(f"/fhir/{path}")
        event = Event.objects.latest("pk")
        read = event.detail["patients"]
        assert len(read) > 5
        for patient in (read[0], read[-1]):
            found = asked(officer, f"AuditEvent?patient={patient}&agent-name=Warehouse")["entry"]
            told = next(each["resource"] for each in found if each["resource"]["id"] == str(event.pk))
            assert told["agent"] == [{"who": {"type": "Device", "display": "Warehouse"}, "name": "Warehouse",
                "requestor": True}]  # fmt: skip
            assert {"reference": f"Patient/{patient}"} in [each.get("what") for each in told["entity"]]
            number = Patient.objects.get(pk=patient).number
            rows = officer.get(f"/audit/?patient={number}&what=fhir.resources_searched").context["rows"]
            last = {row["event"].pk: row["detail"] for row in rows}
            assert event.pk in last
    assert asked(officer, "AuditEvent?patient=999999")["total"] == 0
    assert last[event.pk].count(", ") >= 5


SEARCHES = [
    ("Patient?name=sample", lambda found: len(found) == 2),
    ("Patient?family=SAMPLEWOOD&given=maria", lambda found: found == ["Patient/1"]),
    ("Patient?name=zoe", lambda found: len(found) == 1),
    ("Patient?family:exact=samplewood", lambda found: found == []),
    ("Patient?birthdate=1984-05-02", lambda found: found == ["Patient/1"]),
    ("Patient?birthdate=1984-05", lambda found: found == ["Patient/1"]),
    ("Patient?birthdate=lt1967&birthdate=ge1966", lambda found: len(found) == 1),
    ("Patient?identifier=10001", lambda found: found == ["Patient/1"]),
    ("Patient?identifier=http://elsewhere|10001", lambda found: found == []),
    ("Patient?identifier=https://wheal.example/fhir/NamingSystem/clinic-1-patients|&_count=500", lambda found:
        len(found) == 32),
    ("Patient?gender=http://hl7.org/fhir/administrative-gender|female&_count=500", lambda found: 9 < len(found) < 32),
    ("Patient?gender=http://elsewhere|female", lambda found: found == []),
    ("Patient?active=http://terminology.hl7.org/CodeSystem/special-values|true", lambda found: len(found) == 32),
    ("Patient?name=sample\\,wood", lambda found: found == []),
    ("Patient?name=zoe,sample", lambda found: len(found) == 3),
    ("Procedure?patient=31&status=http://hl7.org/fhir/event-status|completed", lambda found: len(found) > 2),
    ("Procedure?patient=http://testserver/fhir/Patient/31", lambda found: len(found) > 2),
    ("Procedure?patient=http://other/fhir/Patient/31", lambda found: found == []),
    ("Patient?gender=male,female&_count=500", lambda found: len(found) == 32),
    ("Patient?_id=1,2,nobody", lambda found: found == ["Patient/1", "Patient/2"]),
    ("Patient?phone:missing=false&_count=500", lambda found: len(found) == 32),
    ("Patient?phone:missing=true", lambda found: found == []),
    ("Procedure?patient=Patient/31&date=lt2100&status=completed", lambda found: len(found) > 2),
    ("Procedure?patient=31&date=gt2100", lambda found: found == []),
    ("Procedure?patient:Patient=31", lambda found: len(found) > 2),
    ("Procedure?status:not=completed", lambda found: found == []),
    ("Observation?code=http://loinc.org|29463-7&patient=31", lambda found: len(found) > 2),
    ("Observation?code=nonsense", lambda found: found == []),
    ("Condition?patient=9", lambda found: isinstance(found, list)),
    ("MedicationStatement?code=http://www.whocc.no/atc|B01AA03", lambda found: len(found) >= 1),
    ("AllergyIntolerance?code=soy", lambda found: len(found) == 1),
    ("Medication?lot-number=US01-EARLY", lambda found: len(found) == 1),
    ("AdverseEvent?substance=Procedure/27", lambda found: found == ["AdverseEvent/1"]),
    ("Flag?status=active", lambda found: len(found) > 0),
    ("Questionnaire?url=https://wheal.example/fhir/Questionnaire/history", lambda found: len(found) == 1),
    ("Patient?_lastUpdated=gt2100-01-01", lambda found: found == []),
    ("Patient?_lastUpdated=lt2100-01-01&_count=500", lambda found: len(found) == 32),
]  # fmt: skip


def test_searches_find_what_they_ask_for_and_nothing_else(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    wrong = [(path, found) for path, right in SEARCHES if not right(found := ids(asked(client, path)))]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("Patient?favourite=blue", "favourite"),
        ("Patient?birthdate=yesterday", "birthdate"),
        ("Patient?birthdate=2024-13", "birthdate"),
        ("Patient?name:sounds=x", "name:sounds"),
        ("Patient?name=", "name"),
        ("Patient?_count=many", "_count"),
        ("Patient?_page=somewhere", "_page"),
        ("Patient?_sort=name", "_sort"),
        ("Patient?email=work|a@example.org", "email"),
        ("Procedure?patient=Patient/1/_history/2", "patient"),
        ("Patient?_asked=nothing", "_asked"),
        ("Patient/1/$everything?start=2099-01-01", "start"),
        ("Patient/1/$everything?_since=banana", "_since"),
        ("Patient/1/$summary?foo=1", "foo"),
        ("Patient/1?foo=1", "foo"),
        ("Patient/1/_history?foo=1", "foo"),
        ("Procedure?_include=Procedure:colour", "_include"),
        ("Procedure?_revinclude=Patient:organization", "_revinclude"),
    ],
)
def test_a_search_that_cannot_be_held_to_is_refused_by_name(seen_by: Seen, path: str, where: str) -> None:
    answer = seen_by(ALICE).get(f"/fhir/{path}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["issue"][0]["expression"] == [where]


def test_what_a_lenient_client_asks_and_is_not_known_is_said_to_be_left_out(seen_by: Seen) -> None:
    path = "Patient?foo=1&name=sample&_sort=name"
    told = asked(seen_by(ALICE), path, Prefer="handling=lenient")
    assert [each["url"].partition("?")[2] for each in told["link"]] == ["name=sample"]
    assert len(ids(told)) == 2
    (said,) = [each["resource"] for each in told["entry"] if each["search"]["mode"] == "outcome"]
    assert [each["expression"] for each in said["issue"]] == [["foo"], ["_sort"]]


def test_words_that_were_searched_for_by_post_stand_in_no_address(seen_by: Seen) -> None:
    client, found = seen_by(ALICE), []
    answer = client.post("/fhir/Patient/_search", "name=sample&_count=1", "application/x-www-form-urlencoded")
    while answer:
        assert answer.status_code == 200
        told = answer.json()
        found += ids(told)
        links = {each["relation"]: each["url"] for each in told["link"]}
        assert "sample" not in "".join(links.values())
        assert ids(client.get(links["self"]).json()) == ids(told)
        answer = client.get(links["next"]) if "next" in links else None
    assert len(found) == len(set(found)) == 2


def test_pages_hold_every_resource_once_and_say_how_many_there_are(seen_by: Seen) -> None:
    client, path, found = seen_by(ALICE), "Observation?_count=37", []
    whole = asked(client, "Observation?_summary=count")["total"]
    while path:
        bundle = asked(client, path)
        assert len(ids(bundle)) <= 37
        found += ids(bundle)
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = (
            urlsplit(links["next"])._replace(scheme="", netloc="").geturl().removeprefix("/fhir/")
            if "next" in links
            else ""
        )
    assert (len(found), len(set(found))) == (whole, whole)
    assert whole > 200


def test_a_page_of_many_asks_the_database_no_more_than_a_page_of_few(seen_by: Seen) -> None:
    client, more = seen_by(ALICE), []
    follows = {"Procedure": "&_include=*&_revinclude=MedicationAdministration:part-of"}
    for kind in KINDS.values():
        if kind.permission.value == "audit.read":
            continue
        counts = []
        for size in (3, 200):
            with CaptureQueriesContext(connection) as queries:
                asked(client, f"{kind.name}?_count={size}{follows.get(kind.name, '')}")
            counts.append(len(queries))
        if counts[1] > counts[0] + 8 or counts[1] > 40:
            more.append((kind.name, counts))
    assert more == []


def test_what_is_pointed_to_comes_along_where_it_is_asked_for(seen_by: Seen) -> None:
    path = (
        "Procedure?patient=31&_include=Procedure:patient&_include=Procedure:performer"
        "&_revinclude=MedicationAdministration:part-of"
    )
    entries = asked(seen_by(ALICE), path)["entry"]
    kinds = Counter((each["search"]["mode"], each["resource"]["resourceType"]) for each in entries)
    sessions = kinds["match", "Procedure"]
    assert sessions > 2
    assert kinds["include", "Patient"] == 1
    assert kinds["include", "Practitioner"] >= 1
    assert kinds["include", "MedicationAdministration"] >= sessions


def test_everything_of_one_patient_is_of_that_patient_and_of_no_other(seen_by: Seen) -> None:
    entries = asked(seen_by(ALICE), "Patient/31/$everything?_count=500")["entry"]
    text = json.dumps(entries)
    assert {each["resource"]["resourceType"] for each in entries} >= {
        "Patient", "Procedure", "MedicationAdministration", "Medication", "Observation", "Consent", "CarePlan",
        "DetectedIssue", "DocumentReference", "QuestionnaireResponse", "Practitioner", "Organization", "Provenance",
        "Substance",
    }  # fmt: skip
    lots = [each["resource"] for each in entries if each["resource"]["id"].startswith("lot-")]
    assert lots
    assert all(each["batch"]["lotNumber"] and each["batch"]["expirationDate"] for each in lots)
    held = {f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in entries}
    vouched = [each["resource"] for each in entries if each["resource"]["resourceType"] == "Provenance"]
    assert {target["reference"] for each in vouched for target in each["target"]} <= held
    assert {part.partition('"')[0] for part in text.split('"Patient/')[1:]} == {"31"}
    some = asked(seen_by(ALICE), "Patient/31/$everything?_type=Procedure,Patient")
    assert {each.partition("/")[0] for each in ids(some)} == {"Procedure", "Patient"}


def test_points_of_a_pass_are_told_in_millimetres_under_a_published_definition(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    given = asked(client, "MedicationAdministration/1")
    parts = given["extension"][0]["extension"]
    count = next(each["valuePositiveInt"] for each in parts if each["url"] == "count")
    points = [each for each in parts if each["url"] == "point"]
    assert len(points) == count == 10
    assert [each["valueDecimal"] for each in points[0]["extension"]] == [40, 24.7]
    definition = asked(client, "StructureDefinition/injection-points")
    assert definition["url"] == given["extension"][0]["url"]
    slices = {each.get("sliceName") for each in definition["differential"]["element"]}
    assert {each["url"] for each in parts} <= slices


def test_who_has_the_version_is_sent_nothing_and_an_older_version_is_told_where_it_is_kept(
    seen_by: Seen,
) -> None:
    client = seen_by(ALICE)
    first = client.get("/fhir/Patient/1")
    again = client.get("/fhir/Patient/1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    version = first.json()["meta"]["versionId"]
    assert asked(client, f"Patient/1/_history/{version}")["id"] == "1"
    assert client.get("/fhir/Patient/1/_history/never").status_code == 404
    assert [each["resource"]["id"] for each in asked(client, "Patient/1/_history")["entry"]] == ["1"]


def test_the_server_says_of_itself_what_it_can_do(seen_by: Seen) -> None:
    said = asked(seen_by(""), "metadata")
    assert fhirkit.validate(said) == []
    get_fhir_model_class("CapabilityStatement").model_validate(said)
    assert {each["type"] for each in said["rest"][0]["resource"]} == {*KINDS, "Binary"}
    assert said["fhirVersion"] == "4.0.1"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("put", "Patient/1", 405), ("delete", "Patient/1", 405), ("post", "Patient", 405), ("get", "Spaceship", 404),
        ("get", "Patient/1/$nonsense", 404), ("get", "Patient/1?_format=xml", 406),
    ],
)  # fmt: skip
def test_every_refusal_is_an_outcome_that_says_why(
    seen_by: Seen, method: str, path: str, status: int
) -> None:
    answer = getattr(seen_by(ALICE), method)(f"/fhir/{path}")
    assert answer.status_code == status
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["diagnostics"]
    assert fhirkit.validate(told) == []


def test_the_papers_that_documents_point_to_are_there_for_who_may_read_them(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    for identity in ("session-1", "consent-1"):
        document = asked(client, f"DocumentReference/{identity}")
        path = f"/fhir/{document['content'][0]['attachment']['url']}"
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Content-Type"], answer.content[:5]) == (
            200,
            "application/pdf",
            b"%PDF-",
        )
        told_as = client.get(path, headers={"Accept": "application/fhir+json"}).json()
        assert fhirkit.validate(told_as) == []
        assert seen_by(CAMILLE).get(path).status_code == 404
        assert seen_by("dora").get(path).status_code == 403
    assert Event.objects.filter(what="fhir.paper_read").count() == 4


def test_what_was_included_leads_further_where_it_is_asked_for(seen_by: Seen) -> None:
    path = "MedicationAdministration?_count=1&_include=MedicationAdministration:medication"
    near, far = (
        Counter(each["resource"]["resourceType"] for each in asked(seen_by(ALICE), each)["entry"])
        for each in (
            path,
            f"{path}&_include:iterate=Medication:ingredient&_include:iterate=Procedure:patient",
        )
    )
    assert near == {"MedicationAdministration": 1, "Medication": 1}
    assert far["Medication"] > 1  # the mix, and the lots that it was drawn from
    assert far["Substance"] >= 1


@pytest.mark.parametrize(
    ("path", "headers", "status", "where"),
    [
        ("Patient/1", {"Accept": "application/fhir+xml"}, 406, "Accept"),
        ("Patient/1", {"Accept": "application/fhir+xml, application/fhir+json"}, 200, ""),
        ("Patient/1", {"Accept": "application/fhir+json; fhirVersion=4.0"}, 200, ""),
        ("Patient/1", {"Accept": "application/fhir+json; fhirVersion=5.0"}, 406, "Accept"),
        ("metadata?_format=xml", {}, 406, "_format"),
        ("Patient/1", {"If-None-Match": "*"}, 304, ""),
        ("Procedure?_summary=true", {}, 400, "_summary"),
        ("Procedure?_summary=true", {"Prefer": "handling=lenient"}, 200, ""),
        ("Procedure?_summary=false&_count=1", {}, 200, ""),
        ("Patient/1/$everything?_type=Nothing", {}, 400, "_type"),
        ("Patient/1/$everything?_type=Observation,Device", {}, 400, "_type"),
        ("Procedure?_include=Patient:organization", {}, 400, "_include"),
        ("Group/everybody", {}, 200, ""),
        ("Group/others", {}, 404, ""),
    ],
)
def test_what_clients_send_beside_the_address_is_heeded(
    seen_by: Seen, path: str, headers: dict, status: int, where: str
) -> None:
    answer = seen_by(ALICE).get(f"/fhir/{path}", headers=headers)
    assert answer.status_code == status, answer.content
    if where:
        assert answer.json()["issue"][0]["expression"] == [where]


def test_the_rules_of_http_are_kept(seen_by: Seen) -> None:
    alice = seen_by(ALICE)
    read, head = alice.get("/fhir/Patient/1"), alice.head("/fhir/Patient/1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == read.headers["ETag"]
    assert read.headers["Last-Modified"].endswith(" GMT")
    for method, path, allowed in (
        ("put", "Patient/1", "GET"),
        ("delete", "Appointment", "GET, POST"),
        ("post", "Patient", "GET"),
    ):
        answer = getattr(alice, method)(f"/fhir/{path}", b"{}", content_type="application/fhir+json")
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


def test_the_one_group_is_everybody(seen_by: Seen) -> None:
    group = asked(seen_by(ALICE), "Group")["entry"][0]["resource"]
    assert group["quantity"] == asked(seen_by(ALICE), "Patient?_summary=count")["total"]
    assert seen_by(CAMILLE).get(f"/fhir/Group/{group['id']}").json()["name"] != group["name"]


def test_the_check_of_what_comes_in_finds_nothing_wrong_with_what_goes_out(demo, db) -> None:
    """Codes and structure: what one Wheal tells, another takes."""
    for clinic in Clinic.objects.all():
        wrong = []
        for each in told(clinic):
            try:
                validating.checked(each, each["resourceType"])
            except Refused as refused:
                wrong.append((each["resourceType"], each["id"], refused.problems))
        assert wrong == []


def test_what_another_wheal_tells_of_a_person_stands_here_with_sessions_lots_and_doses(seen_by: Seen) -> None:
    """Each pass that was injected there, by what and how much, from which lot until when, and each session."""
    alices = seen_by("alice")
    document = alices.get("/fhir/Patient/1/$summary").json()
    held = [each["resource"] for each in document["entry"]]
    said = incoming.read(document, knowledge.current(), PORTLAND).said
    kinds = Counter(each.kind for each in said)
    for kind in ("MedicationAdministration", "Procedure", "Observation"):
        assert kinds[kind] == sum(each["resourceType"] == kind for each in held) > 0
    given = next(each for each in said if each.kind == "MedicationAdministration")
    pass_ = next(each for each in held if each["resourceType"] == "MedicationAdministration")
    dose = pass_["dosage"]["dose"]
    assert any(f"{dose['value']} {dose['unit']}" in each.words for each in said)
    (lot,) = (text for what, text in given.more if what == "lot")
    assert "Demoxychol" in lot
    batches = [each["batch"] for each in held if each.get("batch", {}).get("expirationDate")]
    assert any(each["lotNumber"] in lot and each["expirationDate"] in lot for each in batches)
    assert "mg / 1 mL" in lot
    points = dict(given.more)["extension"]
    assert "count: " in points
    assert "depth: " in points


def test_a_reaction_is_told_in_its_words_and_no_sharper_than_it_is_known(seen_by: Seen) -> None:
    told = asked(seen_by(ALICE), "AdverseEvent/3")
    assert len(told["date"]) == len("2026-11")  # about that day: the month alone
    assert "weeps since the weekend" in told["text"]["div"]


def test_the_summary_of_somebody_with_a_reaction_tells_it_though_it_is_over(seen_by: Seen) -> None:
    """The next physician elsewhere must know what an injection did, whether a flag is still up or not."""
    found = [each["resource"] for each in asked(seen_by(ALICE), "AdverseEvent?_count=500")["entry"]]
    over = next(each for each in found if each["outcome"]["coding"][0]["code"] == "resolved")
    document = asked(seen_by(ALICE), f"{over['subject']['reference']}/$summary")
    (section,) = [
        each
        for each in document["entry"][0]["resource"]["section"]
        if each["title"] == "Reactions after treatment"
    ]
    assert len(section["entry"]) == section["text"]["div"].count("<li>") > 0
    on = summaries.WORDING.day(over["date"])
    for words in (over["event"]["text"], on, "outcome: Resolved"):
        assert words in section["text"]["div"]
    held = [each["resource"] for each in document["entry"]]
    assert over["id"] in [each["id"] for each in held if each["resourceType"] == "AdverseEvent"]


def test_of_a_summary_what_happened_last_stands_first(seen_by: Seen) -> None:
    found = asked(seen_by(ALICE), "Patient?family=Yearlong")["entry"][0]["resource"]
    document = asked(seen_by(ALICE), f"Patient/{found['id']}/$summary")
    for title in ("Treatment passport: what was injected", "Vital Signs"):
        (section,) = [each for each in document["entry"][0]["resource"]["section"] if each["title"] == title]
        shown = re.findall(r"\d{1,2} [A-Z][a-z]+ \d{4}(?=</li>)", section["text"]["div"])
        days = [datetime.strptime(each, "%d %B %Y").date() for each in shown]  # noqa: DTZ007
        assert len(days) > 5
        assert days == sorted(days, reverse=True)


def test_a_finding_names_its_source_and_the_substance_that_it_is_about(seen_by: Seen) -> None:
    found = [each["resource"] for each in asked(seen_by(ALICE), "DetectedIssue?_count=500")["entry"]]
    assert all(each["evidence"][0]["code"][0]["text"] for each in found)
    assert any("Substance/" in one["reference"] for each in found for one in each["implicated"])


def test_numbers_of_patients_are_named_by_the_site_where_it_has_an_address(seen_by: Seen, settings) -> None:
    settings.PUBLIC_ADDRESS = "https://wheal.portland.example"
    told = asked(seen_by(ALICE), "Patient/1")
    assert told["identifier"][0]["system"].startswith("https://wheal.portland.example/fhir/NamingSystem/")
    one, other = (asked(seen_by(ALICE), "Patient/1/$summary") for _time in range(2))
    assert not {each["fullUrl"] for each in one["entry"]} & {each["fullUrl"] for each in other["entry"]}


def test_the_audit_says_what_was_read(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    asked(client, "Procedure/25")
    told = asked(seen_by("ada"), "AuditEvent?type=fhir.resource_read&_count=500")["entry"][-1]["resource"]
    assert {"reference": "Procedure/25"} in [each.get("what") for each in told["entity"]]
