"""What was exported is given out to whoever asked, by the same program, while they may still see all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from clinic.fhir.leaves import BACK, KEY, asked_with, asking, code_of, exchanged, leave, signed
from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.bulk import actions as exports
from wheal.clinic.fhir.models import Export, ExportFile, Program
from wheal.clinic.fhir.smart import actions
from wheal.clinic.people import token_actions
from wheal.clinic.people.models import Membership, Role
from wheal.clinic.people.tokens import Scope

EVERYTHING = "Patient,Appointment,Location"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch) -> None:
    monkeypatch.setattr(exports, "carry_on", lambda export: exports.write(export.pk))


@pytest.fixture
def service(clinic, ada) -> Callable[..., Client]:
    def with_token(
        name: str, held: str, asked: str = "", of: Program | None = None, number: str = "n"
    ) -> Client:
        keys = f'{{"keys": [{KEY.export_public()}]}}'
        new = actions.NewProgram(name, "service", held, jwks=keys)
        program = of or actions.register(clinic=clinic, new=new, by=ada)[0]
        return bearing(asked_with(signed(program, jti=number), asked or held))

    return with_token


@pytest.fixture
def app(clinic, ada, patient) -> Program:
    new = actions.NewProgram("Viewer", "app", "patient/*.rs user/*.rs", BACK)
    return actions.register(clinic=clinic, new=new, by=ada)[0]


def bearing(answer: object) -> Client:
    assert answer.status_code == 200, answer.content
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return Client(headers=headers, raise_request_exception=False)


def logged_in(user: object) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def by_leave_of(user: object, app: Program, scope: str, number: str = "") -> Client:
    answer = leave(logged_in(user), asking(app, scope), patient_number=number)
    return bearing(exchanged(app, code_of(answer)))


def exported(client: Client, kinds: str = EVERYTHING) -> Export:
    answer = client.get(f"/fhir/$export?_type={kinds}", headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.content
    return Export.objects.get(pk=answer.headers["Content-Location"].rpartition("/")[2])


def statuses(client: Client, export: Export) -> set[int]:
    """Of how it stands, of each file, and of taking it back where nothing else was given."""
    paths = [f"/fhir/exports/{export.pk}"]
    paths += [f"{paths[0]}/{each.pk}" for each in export.files.all()]
    answers = [client.get(path) for path in paths]
    found = {each.status_code for each in answers}
    if found != {200}:
        answers.append(client.delete(paths[0]))
        assert [each.json()["resourceType"] for each in answers] == ["OperationOutcome"] * len(answers)
        assert Export.objects.filter(pk=export.pk).exists()
    return found | {answers[-1].status_code}


def test_another_program_of_the_same_name_finds_no_export_whatever_it_may_see(service, patient) -> None:
    first = service("Warehouse", "system/*.rs")
    export = exported(first)
    for held in ("system/Location.rs", "system/*.rs"):
        assert statuses(service("Warehouse", held), export) == {404}
    assert statuses(first, export) == {200}


def test_another_token_of_the_same_name_finds_no_export(clinic, ada, patient) -> None:
    granted = [Scope.PATIENTS_READ, Scope.RECORDS_READ, Scope.CALENDAR_READ, Scope.RECORDS_EXPORT]
    first, second = (
        Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)
        for _row, text in (
            token_actions.make(clinic=clinic, name="Warehouse", scopes=granted, days=9, by=ada)
            for _time in range(2)
        )
    )
    export = exported(first)
    assert (statuses(first, export), statuses(second, export)) == ({200}, {404})


def test_a_token_of_the_same_program_for_less_is_refused_by_the_kind(service, patient) -> None:
    wide = service("Warehouse", "system/*.rs")
    export = exported(wide)
    narrow = service("", "", "system/Patient.rs", Program.objects.get(), "n2")
    assert statuses(narrow, export) == {403}
    told = narrow.get(f"/fhir/exports/{export.pk}").json()["issue"][0]["diagnostics"]
    assert told.startswith("Appointment: the scopes of this program")
    own = exported(narrow, "Patient")
    assert (statuses(narrow, own), statuses(wide, own)) == ({200}, {200})


def test_leave_for_one_patient_fetches_nothing_of_what_was_exported_for_all(app, alice, patient) -> None:
    wide = by_leave_of(alice, app, "user/*.rs")
    export = exported(wide)
    for scope in ("launch/patient patient/*.rs", "launch/patient patient/*.rs user/*.rs"):
        alone = by_leave_of(alice, app, scope, patient.number)
        assert statuses(alone, export) == {403}
        assert alone.get("/fhir/$export", headers={"Prefer": "respond-async"}).status_code == 403
    assert statuses(by_leave_of(alice, app, "user/Location.rs"), export) == {403}
    assert statuses(wide, export) == {200}
    assert not Event.objects.filter(what="fhir.export_fetched").exclude(patient_id=None).exists()


def test_what_one_asked_for_is_found_by_no_other_person_program_or_log_in(
    app, clinic, ada, alice, sam, patient
) -> None:
    Membership.objects.filter(user=sam).update(role=Role.PHYSICIAN)
    new = actions.NewProgram("Viewer", "app", "user/*.rs", BACK)
    other = actions.register(clinic=clinic, new=new, by=ada)[0]
    export = exported(by_leave_of(alice, app, "user/*.rs"))
    for client in (
        by_leave_of(sam, app, "user/*.rs"), by_leave_of(alice, other, "user/*.rs"), logged_in(alice), logged_in(sam),
    ):  # fmt: skip
        assert statuses(client, export) == {404}
    own = exported(logged_in(alice))
    assert statuses(by_leave_of(alice, app, "user/*.rs"), own) == {404}


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.ASSISTANT])
def test_whoever_may_see_less_today_fetches_nothing_of_what_they_exported_before(
    app, alice, patient, role: str
) -> None:
    clients = logged_in(alice), by_leave_of(alice, app, "user/*.rs")
    held = [exported(each, "Patient,Procedure") for each in clients]
    Membership.objects.filter(user=alice).update(role=role)
    for client, export in zip(clients, held, strict=True):
        assert statuses(client, export) == {403}
    Membership.objects.filter(user=alice).update(role=Role.PHYSICIAN)
    for client, export in zip(clients, held, strict=True):
        assert statuses(client, export) == {200}


def test_files_go_with_the_program_and_with_the_leave_and_others_stay(
    app, service, ada, alice, sam, patient, django_capture_on_commit_callbacks
) -> None:
    Membership.objects.filter(user=sam).update(role=Role.PHYSICIAN)
    clients = [by_leave_of(each, app, "user/*.rs") for each in (alice, sam)] + [service("W", "system/*.rs")]
    of_alice, of_sam, of_service = (exported(each, "Patient") for each in clients)
    names = {each.export_id: each.name for each in ExportFile.objects.all()}

    def held() -> set[int]:
        there = {key for key, name in names.items() if vault.current().holds(name)}
        assert there == set(Export.objects.values_list("pk", flat=True))
        return there

    assert held() == {of_alice.pk, of_sam.pk, of_service.pk}
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_back(program=app, by=alice)
    assert held() == {of_sam.pk, of_service.pk}
    assert statuses(by_leave_of(alice, app, "user/*.rs"), of_sam) == {404}
    with django_capture_on_commit_callbacks(execute=True):
        actions.end(program=app, by=ada)
    assert held() == {of_service.pk}
    assert statuses(clients[2], of_service) == {200}


def test_the_audit_names_what_was_exported_and_each_file_that_was_handed_out(service, patient) -> None:
    client = service("Warehouse", "system/*.rs")
    export = exported(client, "Patient,Location")
    assert statuses(client, export) == {200}
    assert client.delete(f"/fhir/exports/{export.pk}").status_code == 202
    rows = Event.objects.filter(what__startswith="fhir.export").order_by("pk")
    fetched = {"program": "Warehouse", "export": export.pk, "found": 1}
    assert [(each.what, each.patient_id, each.detail) for each in rows] == [
        ("fhir.export_begun", None, {"resources": ["Patient", "Location"], "program": "Warehouse"}),
        ("fhir.export_fetched", None, fetched | {"resource": "Patient"}),
        ("fhir.export_fetched", None, fetched | {"resource": "Location"}),
        ("fhir.export_taken_back", None, {"export": export.pk, "program": "Warehouse"}),
    ]
