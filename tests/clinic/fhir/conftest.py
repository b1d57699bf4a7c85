"""The clinics of the demo, as they stand in a file of their own, under the tests of this folder that only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

import postgresql as engines
from serving import Server, run_on
from wheal.clinic.people import token_actions
from wheal.clinic.people.models import User
from wheal.clinic.people.tokens import Scope


def _holds(file: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as made:
        made.backup(connection.connection)
    ContentType.objects.clear_cache()


def _stands_at(database: str) -> None:
    """On PostgreSQL."""
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = database
    ContentType.objects.clear_cache()


def _moved(site: Server, server: engines.Server) -> str:
    """The name of a database with the whole record of the demo, taken there as a clinic would take its own."""
    url = server.migrated()
    run_on(site.data, "wheal.cli", "move", "--data", str(site.data), "--to", url)
    return urlsplit(url).path.removeprefix("/")


@pytest.fixture(scope="module")
def demo(
    site_of: Callable[[str], Server], request: pytest.FixtureRequest, django_db_setup, django_db_blocker
) -> Iterator[Server]:
    """Made once in a run, for the browser's tests too; every test changes nothing that the next one sees."""
    site = site_of("browser.addresses")
    if connection.vendor == "sqlite":
        held, put, before = site.data / "wheal.sqlite3", _holds, request.getfixturevalue("migrated_file")
    else:
        before = connection.settings_dict["NAME"]
        held, put = _moved(site, request.getfixturevalue("postgresql")), _stands_at
    with django_db_blocker.unblock():
        put(held)
    yield site
    with django_db_blocker.unblock():
        put(before)


@pytest.fixture
def seen_by(demo, db) -> Callable[[str], Client]:
    def seen(name: str) -> Client:
        client = Client(raise_request_exception=False)
        if name:
            client.force_login(User.objects.get(username=name))
        return client

    return seen


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    settings.SECOND_FACTOR = "nobody"


@pytest.fixture
def program(clinic, ada) -> Callable[..., Client]:
    """Another system with a token."""

    def made(*scopes: str) -> Client:
        granted = scopes or (
            Scope.PATIENTS_READ,
            Scope.RECORDS_READ,
            Scope.RECORDS_WRITE,
            Scope.CALENDAR_READ,
        )
        _row, text = token_actions.make(clinic=clinic, name="Laboratory", scopes=granted, days=9, by=ada)
        return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)

    return made
