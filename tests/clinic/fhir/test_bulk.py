"""Everything at once: written in the background file by file, taken up where it was left, gone when it is over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import fhirkit
import pytest
from django.test import Client
from django.utils import timezone

from wheal.clinic import vault
from wheal.clinic.audit.models import Event
from wheal.clinic.fhir.bulk import actions
from wheal.clinic.fhir.models import Export, ExportFile
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.photographs import checking

WHOLE = [name for name in KINDS if name != "AuditEvent"]
ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def alices(seen_by: Callable[[str], Client]) -> Client:
    return seen_by("alice")


def begun(kinds: list[str], since: str = "", by: str = "alice") -> Export:
    user = User.objects.get(username=by)
    clinic = Clinic.objects.filter(memberships__user=user).earliest("pk")
    return actions.begin(export=Export(clinic=clinic, asked_by=user, address="x", kinds=kinds, since=since))


def lines(client: Client, manifest: dict) -> list[dict]:
    found = []
    for each in manifest["output"]:
        answer = client.get(each["url"].removeprefix("http://testserver"))
        assert answer.headers["Content-Type"] == "application/fhir+ndjson"
        held = b"".join(answer.streaming_content).splitlines()
        assert len(held) == each["count"]
        found += [json.loads(line) for line in held]
    return found


def test_what_is_exported_is_all_there_is_each_once_and_sound(alices: Client) -> None:
    export = begun(WHOLE)
    actions.write(export.pk)
    manifest = alices.get(f"/fhir/exports/{export.pk}").json()
    found = lines(alices, manifest)
    names = [f"{each['resourceType']}/{each['id']}" for each in found]
    assert len(names) == len(set(names)) == sum(each["count"] for each in manifest["output"])
    for kind in ("Patient", "Procedure", "MedicationAdministration", "Observation", "Provenance"):
        whole = alices.get(f"/fhir/{kind}?_summary=count").json()["total"]
        assert Counter(each["resourceType"] for each in found)[kind] == whole > 0
    assert [issue for each in found for issue in fhirkit.validate(each)] == []
    assert manifest["requiresAccessToken"] is True
    assert Event.objects.filter(what="fhir.export_fetched").count() == len(manifest["output"])


def test_one_that_a_power_cut_ended_goes_on_where_it_was_and_writes_nothing_twice(
    alices: Client, monkeypatch
) -> None:
    monkeypatch.setattr(actions, "A_FILE", 40)
    export = begun(["Patient", "Observation", "Procedure"])
    steps = actions._batches(export)
    for _file in range(3):  # three files, then the light goes out
        actions._keep(export, *next(steps))
    left = Export.objects.get(pk=export.pk)
    assert (left.ended_at, left.written) == (None, sum(each.count for each in left.files.all()))
    assert left.files.count() == 3
    assert not actions.claim(left), "somebody has it"
    Export.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))
    assert actions.claim(left)
    assert not actions.claim(left), "and now somebody else"
    actions.write(export.pk)
    names = [
        f"{each['resourceType']}/{each['id']}"
        for each in lines(alices, alices.get(f"/fhir/exports/{export.pk}").json())
    ]
    assert len(names) == len(set(names)) == Export.objects.get().written
    wanted = sum(alices.get(f"/fhir/{kind}?_summary=count").json()["total"] for kind in export.kinds)
    assert len(names) == wanted


def test_since_leaves_out_what_is_older(alices: Client) -> None:
    export = begun(["Procedure"], since="2100-01-01")
    actions.write(export.pk)
    assert alices.get(f"/fhir/exports/{export.pk}").json()["output"] == []


def test_one_that_is_taken_back_is_gone_with_its_files_and_stops_being_written(
    alices: Client, django_capture_on_commit_callbacks
) -> None:
    export = begun(["Patient", "Practitioner"])
    steps = actions._batches(export)
    actions._keep(export, *next(steps))
    name = ExportFile.objects.get().name
    assert vault.current().holds(name)
    assert str(checking.look()).startswith("1 file of an export, ")
    with django_capture_on_commit_callbacks(execute=True):
        assert alices.delete(f"/fhir/exports/{export.pk}").status_code == 202
    assert not vault.current().holds(name)
    assert actions._keep(export, *next(steps)) is False
    assert alices.get(f"/fhir/exports/{export.pk}").status_code == 404


def test_after_a_day_nobody_finds_it_and_the_night_sweeps_it_away(
    alices: Client, django_capture_on_commit_callbacks
) -> None:
    export = begun(["Patient"])
    actions.write(export.pk)
    name = ExportFile.objects.get().name
    Export.objects.update(asked_at=timezone.now() - actions.KEPT_FOR - timedelta(minutes=1))
    assert alices.get(f"/fhir/exports/{export.pk}").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.nightly() == {"exports": 1}
    assert not vault.current().holds(name)


def test_nobody_but_who_asked_finds_an_export(seen_by: Callable[[str], Client]) -> None:
    export = begun(["Patient"])
    actions.write(export.pk)
    file = ExportFile.objects.get().pk
    for name in ("paul", "sam", "camille", "ada"):
        assert seen_by(name).get(f"/fhir/exports/{export.pk}").status_code == 404
        assert seen_by(name).get(f"/fhir/exports/{export.pk}/{file}").status_code == 404
        assert seen_by(name).delete(f"/fhir/exports/{export.pk}").status_code == 404
    assert Export.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "path", "headers", "status"),
    [
        ("nora", "$export", ASYNC, 403), ("dora", "Patient/$export", ASYNC, 403), ("", "$export", ASYNC, 401),
        ("alice", "$export", {}, 400), ("alice", "$export?_type=Spaceship", ASYNC, 400),
        ("alice", "$export?_type=AuditEvent", ASYNC, 403), ("alice", "Patient/$export?_type=CodeSystem", ASYNC, 400),
        ("alice", "$export?_typeFilter=Patient%3Fgender%3Dmale", ASYNC, 400), ("alice", "$export?_since=x", ASYNC, 400),
        ("alice", "$export?_outputFormat=csv", ASYNC, 400), ("alice", "Group/12/$export", ASYNC, 404),
        ("alice", "exports/99", {}, 404), ("alice", "exports/x", {}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_refused_before_anything_begins(
    seen_by, name: str, path: str, headers: dict, status: int
) -> None:
    answer = seen_by(name).get(f"/fhir/{path}", headers=headers)
    assert answer.status_code == status, answer.content
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert not Export.objects.exists()
