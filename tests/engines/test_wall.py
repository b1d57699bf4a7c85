"""On PostgreSQL a query that forgets its clinic is given no row of another, where the wall stands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps

from postgresql import Server as Database
from serving import run_on
from wheal.clinic.audit import wall

ROLE = "wheal_behind_the_wall"
NOT_BEHIND = {
    "patients_searchword": "looked up by how a word begins, which no policy lets go through an index",
    "patients_link": "the door: whose it is, is in it",
    "fhir_healthlink": "the door of a link that a patient passes on: whose it is, is in it",
    "safety_exposed": "what the watch counts over",
    "safety_reach": "a recall tells how far every clinic has come",
    "breakglass_opening": "opened from another clinic",
    "appointments_noreminders": "says no to letters, and nothing else",
}


def test_every_table_about_a_patient_stands_behind_it_or_says_why_not() -> None:
    about = {
        model._meta.db_table
        for model in apps.get_models()
        if any(
            field.is_relation and field.related_model.__name__ == "Patient" for field in model._meta.fields
        )
    }
    assert about - set(wall.OF_A_CLINIC) - set(wall.BESIDE) - {"patients_patient"} == set(NOT_BEHIND)


@pytest.fixture
def walled(postgresql: Database, tmp_path: Path) -> tuple[Path, str]:
    """A data folder on a database with the wall, served by a role that does not own the tables; and its URL."""
    url = postgresql.migrated()
    postgresql.run(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}") if _is_there(postgresql) else None
    run_on(tmp_path, "django", "wall", "up", WHEAL_DATABASE_URL=url)
    postgresql.run(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'choose'")
    for grant in ("SELECT, INSERT, UPDATE, DELETE ON ALL TABLES", "USAGE, SELECT ON ALL SEQUENCES"):
        postgresql.run(f"GRANT {grant} IN SCHEMA public TO {ROLE}", url)
    serving = psycopg.conninfo.make_conninfo(url, user=ROLE, password="choose")
    (tmp_path / "database-url").write_text(serving)
    yield tmp_path, serving
    postgresql.run(f"DROP OWNED BY {ROLE}", url)
    postgresql.run(f"DROP ROLE {ROLE}")


def _is_there(postgresql: Database) -> bool:
    return bool(postgresql.run(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"))


def test_a_query_that_forgets_its_clinic_is_given_none_of_another_and_the_site_works_on(
    walled, postgresql, tmp_path
) -> None:
    data, serving = walled
    told = json.loads(run_on(data, "engines.behind_the_wall"))
    assert told["all"] == [2, 2, 2, 2, 2, 2, 2]
    assert told["one"] == [1, 1, 1, 1, 1, 1, 1]
    assert told["none"] == [0, 0, 0, 0, 0, 0, 0]
    assert (told["found"], told["changed"], told["refused"]) == (False, 0, True)
    assert told["after_a_failure"] == [1, 2]
    assert told["pages"] == {
        "day": 200, "ours": 200, "theirs": 404, "emergency": True, "door": 302, "nobody": 302,
    }  # fmt: skip
    assert told["called"] == ["OfAlice", "OfCharlie"], "a recall reaches whoever received the lot, wherever"
    assert told["whole"] is True
    assert postgresql.run("SELECT count(*) FROM patients_patient", serving) == [(0,)], (
        "who says nothing sees none"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        postgresql.run("DROP POLICY clinics_that_are_seen ON patients_patient", serving)
    dumped = _dump(postgresql, serving, tmp_path)
    assert "OfAlice" in dumped
    assert "OfCharlie" in dumped


def _dump(postgresql: Database, serving: str, tmp_path: Path) -> str:
    """As a backup makes it, by the serving role."""
    program = shutil.which("pg_dump", path=postgresql.programs) or "pg_dump"
    command = [
        program,
        "--enable-row-security",
        "--table=patients_patient",
        "--data-only",
        f"--dbname={serving}",
    ]
    done = subprocess.run(
        command, env={"PGOPTIONS": "-c wheal.clinics=*"}, capture_output=True, text=True, check=True
    )
    return done.stdout


def _doctor(data: Path, **environment: str) -> str:
    command = [sys.executable, "-m", "wheal.cli", "doctor", "--data", str(data)]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    ).stdout


def test_the_doctor_says_who_serves_and_whether_the_wall_is_whole(walled, postgresql, tmp_path) -> None:
    data, serving = walled
    owner = psycopg.conninfo.make_conninfo(
        serving, user=postgresql.run("SELECT current_user")[0][0], password=""
    )
    told = _doctor(data)
    assert f"well: the database is reached as {ROLE}, who owns no table" in told
    assert "well: the second wall around each clinic stands at all" in told
    told = _doctor(data, WHEAL_DATABASE_URL=owner)
    assert "who owns the tables" in told
    assert "the file names the owner" in told
    postgresql.run("ALTER TABLE patients_patient DISABLE ROW LEVEL SECURITY", owner)
    assert "wrong: the second wall around each clinic has holes: patients_patient" in _doctor(data)
    run_on(data, "django", "wall", "down", WHEAL_DATABASE_URL=owner)
    assert "the second wall around each clinic is not up" in _doctor(data)
