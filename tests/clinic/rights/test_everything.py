"""Everything of a clinic leaves in open formats: every row, no other clinic's, no secret, and checksums that hold."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import people
from wheal.clinic.audit.models import Event
from wheal.clinic.patients import link_actions
from wheal.clinic.patients.models import Link, Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.rights import tables
from wheal.clinic.treatments.models import Pass


@pytest.fixture
def treated(signed, patient, clinic, alice, ada, charlie) -> Patient:
    """A signed session, a link, a patient named like a formula; and a patient of another clinic."""
    link_actions.give(patient=patient, purpose="pages", by=alice)
    people.patient(clinic, alice, family_name="=SUM(A1)")
    return people.patient(charlie.memberships.get().clinic, charlie, family_name="Faraway")


def exported(tmp_path: Path, *options: str) -> Path:
    """Unpacked, after another program has checked it."""
    file = tmp_path / "all.zip"
    call_command("export", "--to", str(file), "--without-papers", *options, verbosity=0)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "all")
    checked_by_another = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "all", check=False
    )
    assert checked_by_another.returncode == 0
    return tmp_path / "all"


def lines(of: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (of / f"tables/{table}.jsonl").read_text().splitlines()]


def test_every_row_of_every_table_is_in_it_twice_and_described(treated, tmp_path) -> None:
    of = exported(tmp_path)
    described = json.loads((of / "schema.json").read_text())["tables"]
    for model in tables.models():
        name = model._meta.label_lower
        rows = lines(of, name)
        since = Clinic.objects.count() if name == "audit.event" else 0  # that it was exported
        assert len(rows) == model._base_manager.count() - since, name
        told = list(csv.DictReader(io.StringIO((of / f"tables/{name}.csv").read_text())))
        assert len(told) == len(rows), name
        assert set(described[name]["columns"]) >= set(rows[0] if rows else ()), name


def test_points_are_places_and_answers_are_answers(treated, tmp_path) -> None:
    of = exported(tmp_path)
    (row,) = lines(of, "treatments.pass")
    assert row["points"][:2] == [[100, 250], [200, 250]]
    assert len(row["points"]) == Pass.objects.get().count
    assert lines(of, "patients.history")[0]["answers"]["weight"] == "62"


def test_one_clinic_takes_its_own_rows_and_nobody_elses(treated, clinic, tmp_path) -> None:
    of = exported(tmp_path, "--clinic", str(clinic.pk))
    assert {row["clinic_id"] for row in lines(of, "patients.patient")} == {clinic.pk}
    assert "Faraway" not in "".join(path.read_text() for path in of.glob("tables/*"))
    assert len(lines(of, "treatments.mixcomponent")) >= 1
    assert {row["username"] for row in lines(of, "people.user")} == {"alice", "ada"}
    assert len(lines(of, "audit.event")) > 5


def test_nothing_that_opens_a_door_is_in_it(treated, ada, tmp_path) -> None:
    of = exported(tmp_path)
    text = "".join(path.read_text() for path in of.glob("tables/*"))
    assert Link.objects.get().nonce not in text
    assert User.objects.get(username="ada").password not in text
    assert not (of / "tables/people.devicekey.csv").exists()


def test_a_cell_that_a_spreadsheet_would_calculate_is_made_harmless_in_csv_alone(treated, tmp_path) -> None:
    of = exported(tmp_path)
    assert "'=SUM(A1)" in (of / "tables/patients.patient.csv").read_text()
    assert "=SUM(A1)" in [row["family_name"] for row in lines(of, "patients.patient")]


def test_every_table_of_a_clinic_leads_to_it() -> None:
    """A table that is added tomorrow and leads nowhere is told here."""
    nowhere = [model._meta.label for model in tables.models() if not tables.paths(model)]
    assert sorted(nowhere) == [
        "audit.NightlyJob",
        "people.RefusedFrom",
        "registry.Contributor",
    ]  # of the server


def test_it_is_not_written_over_anything(db, tmp_path) -> None:
    (tmp_path / "all.zip").write_text("kept")
    with pytest.raises(CommandError, match="there already"):
        call_command("export", "--to", str(tmp_path / "all.zip"))
    assert (tmp_path / "all.zip").read_text() == "kept"
    with pytest.raises(CommandError, match="there is no clinic 99"):
        call_command("export", "--to", str(tmp_path / "b.zip"), "--clinic", "99")


def test_who_administers_downloads_their_own_clinic_with_the_papers_and_the_audit_says_so(
    client, treated, alice, ada, clinic, signed
) -> None:
    client.force_login(ada)
    assert "1 signed session as PDF" in client.get("/rights/everything/").content.decode()
    answer = client.post("/rights/everything/download/", {"papers": "1"})
    file = io.BytesIO(b"".join(answer.streaming_content))
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert archive.read(f"sessions/{signed.pk}.pdf").startswith(b"%PDF")
        assert b"Faraway" not in archive.read("tables/patients.patient.jsonl")
    assert names[-1] == "SHA256SUMS"
    assert Event.objects.filter(what="rights.everything_exported", clinic_id=clinic.pk, by=ada).count() == 1
    client.force_login(alice)
    assert client.post("/rights/everything/download/").status_code == 403
