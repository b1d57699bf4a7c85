"""Fixtures that the tests of every app share."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone, translation

import people
import postgresql as engines
from serving import run_on
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, Role, User


def pytest_configure() -> None:
    """After a test that commits, its tables are emptied. On PostgreSQL the guards would refuse the TRUNCATE."""
    if connection.vendor == "postgresql":
        operations = type(connection.ops)
        flush = operations.sql_flush

        def unguarded(*arguments: object, **named: object) -> list[str]:
            return ["SET LOCAL session_replication_role = replica", *flush(*arguments, **named)]

        operations.sql_flush = unguarded


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """The real hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _log_ins_last(settings) -> None:
    """What limits them has tests of its own: clinic/people/test_log_ins.py."""
    settings.SECOND_FACTOR, settings.PROVEN_FOR = "nobody", None
    settings.IDLE_AFTER = settings.LOG_IN_ENDS_AFTER = None


@pytest.fixture(autouse=True)
def _every_test_begins_in_english() -> None:
    """A request leaves its language behind in the thread, and the next test would read its messages."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session")
def _archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(autouse=True)
def _knowledge_is_kept_elsewhere(settings, _archive: Path) -> None:
    """Not among the data of whoever runs the tests."""
    settings.KNOWLEDGE_KEPT = _archive


@pytest.fixture(autouse=True)
def _files_are_kept_elsewhere(settings, tmp_path: Path) -> None:
    """Each test has a vault and a key of its own, made when it puts a first file in."""
    settings.VAULT, settings.VAULT_KEY_FILE, settings.VAULT_KEY = (
        tmp_path / "vault",
        tmp_path / "vault-key",
        "",
    )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[engines.Server]:
    """One PostgreSQL server for the whole run, whichever worker asks first: `postgresql.migrated()` is the URL of a
    database of one's own with the tables of the site, `postgresql.empty()` of one without.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with engines.server(Path(tempfile.gettempdir()) / f"wheal-postgresql-{run}") as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the tables of the site and nothing else, made once in a run whichever worker asks first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "migrated"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            run_on(folder, "django", "migrate", "-v0")
            with closing(sqlite3.connect(folder / "wheal.sqlite3")) as made:
                made.execute("PRAGMA journal_mode=DELETE")  # whoever opens a copy says what it wants
            (folder / "whole").touch()
    return folder / "wheal.sqlite3"


@pytest.fixture(scope="session")
def migrated(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a data folder with the tables of the site, in SQLite: `migrated("browser")`."""

    def make(name: str) -> Path:
        data = tmp_path_factory.mktemp(name) / "data"
        data.mkdir()
        shutil.copy(migrated_file, data / "wheal.sqlite3")
        return data

    return make


if connection.vendor == "sqlite":

    @pytest.fixture(scope="session")
    def django_db_setup(migrated_file, django_test_environment, django_db_blocker) -> None:
        """The tables in memory, copied instead of made again by every worker."""
        name = connection.creation._get_test_db_name()
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = name
            connection.ensure_connection()
            with closing(sqlite3.connect(migrated_file)) as made:
                made.backup(connection.connection)


@pytest.fixture(params=["sqlite", "postgresql"])
def each_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder with the tables of the site, once kept in SQLite and once in PostgreSQL.

    For tests that start processes of their own, such as several writers: `run_on(each_engine, "module", "argument")`
    and `Server(each_engine).start()` work on it. (A test within one process says `@pytest.mark.both_engines` instead:
    `make test` runs it on SQLite and again on PostgreSQL; `python tests/postgresql.py tests/clinic/stock` now.)
    """
    data = tmp_path / "data"
    data.mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), data / "wheal.sqlite3")
    else:
        (data / "database-url").write_text(request.getfixturevalue("postgresql").migrated())
    return data


@pytest.fixture
def clinic(db) -> Clinic:
    """In the United States."""
    return people.clinic()


@pytest.fixture
def french_clinic(db) -> Clinic:
    return people.clinic("Rue du Pont", jurisdiction="FR")


@pytest.fixture
def alice(clinic: Clinic) -> User:
    return people.person("Alice", Role.PHYSICIAN, clinic)


@pytest.fixture
def bob(clinic: Clinic) -> User:
    return people.person("Bob", Role.ASSISTANT, clinic)


@pytest.fixture
def charlie(french_clinic: Clinic) -> User:
    """A physician of another clinic."""
    return people.person("Charlie", Role.PHYSICIAN, french_clinic)


@pytest.fixture
def dora(clinic: Clinic) -> User:
    return people.person("Dora", Role.FRONT_DESK, clinic)


@pytest.fixture
def nora(clinic: Clinic) -> User:
    return people.person("Nora", Role.NURSE, clinic)


@pytest.fixture
def sam(clinic: Clinic) -> User:
    return people.person("Sam", Role.SAFETY_OFFICER, clinic)


@pytest.fixture
def ada(clinic: Clinic) -> User:
    return people.person("Ada", Role.ADMINISTRATOR, clinic)


@pytest.fixture
def patient(clinic: Clinic, alice: User) -> Patient:
    """Maria Rivera, 1984-05-02."""
    return people.patient(clinic, alice)


@pytest.fixture
def history(patient: Patient, alice: User) -> History:
    """Completed: nothing known against a treatment."""
    return people.completed_history(patient, alice)
