"""Fixtures that the tests of every app share."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as properties

import people
import postgresql as engines
import tables
from serving import Server, run_on
from wheal.clinic import rubbish
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, Role, User

# how long it takes to draw a case, or to try it, says how busy the machine is
properties.register_profile("wheal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("wheal")


def pytest_configure() -> None:
    """After a test that commits, its tables are emptied. On PostgreSQL the guards would refuse the TRUNCATE."""
    if connection.vendor == "postgresql":
        operations = type(connection.ops)
        flush = operations.sql_flush

        def unguarded(*arguments: object, **named: object) -> list[str]:
            return ["SET LOCAL session_replication_role = replica", *flush(*arguments, **named)]

        operations.sql_flush = unguarded


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """As a server does it: what is read at the start is no rubbish, and looking through it took a quarter of the time
    of the tests that follow."""
    rubbish.wait()
    try:
        return (yield)
    finally:
        rubbish.settle()


@pytest.fixture(autouse=True)
def files_are_made_as_before() -> Iterator[None]:
    """What a console command makes is for its account alone, and its process ends; a test's goes on."""
    held = os.umask(0o022)
    os.umask(held)
    yield
    os.umask(held)


@pytest.fixture(scope="session", autouse=True)
def _settings_of_the_run(django_test_environment, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What each test begins from; set once, since a change for every test is paid by every test."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # the real one is slow on purpose
    settings.WHITENOISE_AUTOREFRESH = True  # else each new client begins by looking at every static file
    # log-ins last; what limits them has tests of its own: clinic/people/test_log_ins.py
    settings.SECOND_FACTOR, settings.PROVEN_FOR = "nobody", None
    settings.IDLE_AFTER = settings.LOG_IN_ENDS_AFTER = None
    # nothing among the data of whoever runs the tests, nor of another worker
    settings.KNOWLEDGE_KEPT = tmp_path_factory.mktemp("archive")
    settings.DATA = tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def _every_test_begins_in_english() -> None:
    """A request leaves its language behind in the thread, and the next test would read its messages."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _files_are_kept_elsewhere(tmp_path: Path) -> Iterator[None]:
    """Each test has a vault and a key of its own, made when it puts a first file in."""
    kept = {"VAULT": tmp_path / "vault", "VAULT_KEY_FILE": tmp_path / "vault-key", "VAULT_KEY": ""}
    with override_settings(**kept):
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[engines.Server]:
    """One PostgreSQL server for the whole run, whichever worker asks first: `postgresql.migrated()` is the URL of a
    database of one's own with the tables of the site, `postgresql.empty()` of one without.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with engines.server(Path(tempfile.gettempdir()) / f"wheal-postgresql-{run}") as server:
        yield server


@pytest.fixture(scope="session")
def once_in_a_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Has something made in a folder, by whichever worker asks first; the others find it there."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder = shared / name
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "whole").exists():
                fill(folder)
                (folder / "whole").touch()
        return folder

    return make


@pytest.fixture(scope="session")
def migrated_file() -> Path:
    """A database with the tables of the site and nothing else."""
    return tables.in_sqlite()


@pytest.fixture(scope="session")
def site_of(
    once_in_a_run, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Server]:
    """A site not yet started on a copy of what a module of the tests makes, and what that module told of it:
    `site_of("browser.clinic")`, then `.held`, `.start()`.
    """

    def make(module: str) -> Server:
        def fill(folder: Path) -> None:
            data = folder / "data"
            data.mkdir()
            shutil.copy(migrated_file, data / "wheal.sqlite3")
            (folder / "told.json").write_text(run_on(data, module))

        made = once_in_a_run(module, fill)
        server = Server(tmp_path_factory.mktemp(module) / "data")
        shutil.copytree(made / "data", server.data)
        server.held = json.loads((made / "told.json").read_text())
        return server

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

else:

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings(
        django_db_modify_db_settings_parallel_suffix, postgresql: engines.Server
    ) -> None:
        """Each worker's database begins as a copy of the one that has the tables; `migrate` then finds them made."""
        connection.settings_dict["TEST"]["TEMPLATE"] = postgresql.template()


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
def in_new_york(clinic: Clinic) -> Clinic:
    """Where the clock goes forward at two in March."""
    clinic.time_zone = "America/New_York"
    clinic.save(update_fields=["time_zone"])
    return clinic


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
