"""The role that serves can do what the site does and nothing to the guards: as the how-to sets it up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from postgresql import Server as Database
from serving import Server, environment, run_on

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "run-on-postgresql.md"


@pytest.fixture
def roles(postgresql: Database) -> tuple[str, str]:
    """The URLs of the owner and of the role that serves. Roles belong to the server, and may be left over."""
    in_server, in_database, _anew = _told()
    postgresql.run("DROP DATABASE IF EXISTS clinic")
    for name in ("wheal_owner", "wheal"):
        postgresql.run(f"DROP ROLE IF EXISTS {name}")
    for statement in in_server.split(";")[:-1]:
        postgresql.run(statement)
    owner = _as(postgresql.at("clinic"), "wheal_owner", "choose-one")
    for statement in in_database.split(";")[:-1]:
        postgresql.run(statement, owner)
    return owner, _as(postgresql.at("clinic"), "wheal", "choose-another")


def _told() -> list[str]:
    """What the how-to says in SQL: for the server, for the database, and for one whose tables were made before."""
    return re.findall(r"```sql\n(.*?)```", HOW_TO.read_text(), re.S)


def _as(url: str, role: str, password: str) -> str:
    return psycopg.conninfo.make_conninfo(url, user=role, password=password)


def test_the_serving_role_serves_and_cannot_take_the_guards_away(roles, postgresql, tmp_path) -> None:
    owner, serving = roles
    data = tmp_path / "data"
    data.mkdir()
    (data / "database-url").write_text(serving)
    assert "migrate` as their owner" in _refused(data)
    run_on(data, "django", "migrate", "-v0", WHEAL_DATABASE_URL=owner)
    server = Server(data)
    server.start()
    try:
        server.wait_for_an_answer()
    finally:
        server.stop()
    run_on(data, "engines.two_at_once")  # writes events and reads them
    for statement in (
        "ALTER TABLE audit_event DISABLE TRIGGER USER",
        "DROP TRIGGER audit_event_refuses_update ON audit_event",
        "SET session_replication_role = replica",
        "TRUNCATE audit_event CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            postgresql.run(statement, serving)
    with pytest.raises(psycopg.errors.IntegrityError, match="this row is fixed"):
        postgresql.run("DELETE FROM audit_event", serving)
    _may_not_take_the_record_away(data)
    postgresql.run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM wheal", owner)  # as a restore leaves them
    for statement in _told()[2].split(";")[:-1]:
        postgresql.run(statement, owner)
    assert postgresql.run("SELECT count(*) FROM django_migrations", serving)


def test_what_the_owner_s_upgrade_fixed_is_named_in_the_audit(each_engine: Path) -> None:
    """By hand, as where another role serves: it is no row that somebody put in."""
    run_on(each_engine, "clinic.backups.one_person")
    told = "from wheal.clinic.audit.models import Event; print([each.what for each in Event.objects.all()])"
    manage = ("wheal.cli", "manage", "--data", str(each_engine))
    assert "audit.rows_adopted" not in run_on(each_engine, *manage, "shell", "-c", told)
    run_on(each_engine, *manage, "migrate", "-v0")
    assert "audit.rows_adopted" in run_on(each_engine, *manage, "shell", "-c", told)
    run_on(each_engine, *manage, "migrate", "-v0")
    assert run_on(each_engine, *manage, "shell", "-c", told).count("audit.rows_adopted") == 1


def _may_not_take_the_record_away(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "move", "--data", str(data), "--to", "sqlite"],
        env=environment(data), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "the old place cannot be closed by this role" in done.stderr
    assert [path.name for path in data.glob("*sqlite*")] == []


def _refused(data: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "wheal.cli", "serve", "--data", str(data), "--port", "0"],
        env=environment(data), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    return done.stderr
