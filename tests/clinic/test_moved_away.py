"""A record that has moved to another database says so, wherever somebody still comes to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from wheal.clinic import doctor, moved_away
from wheal.clinic.examined import WRONG
from wheal.clinic.operations import state, upgrading
from wheal.clinic.operations.starting import CannotStart

pytestmark = pytest.mark.both_engines
WHY = "The record has moved to another database, and nothing can be written here any more."
FRENCH = "Le dossier a été transféré vers une autre base de données"


@pytest.fixture
def closed(client, sam, patient):
    client.force_login(sam)
    client.get("/")
    moved_away.close(connection)


def test_it_is_closed_once_however_often_that_is_said(db) -> None:
    assert not moved_away.is_closed(connection)
    for _ in range(2):
        moved_away.close(connection)
        assert moved_away.is_closed(connection)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_page_and_what_saves_by_itself_are_told_so(client, closed, patient, accept) -> None:
    client.raise_request_exception = False
    answer = client.get(f"/patients/{patient.pk}/", headers={"accept": accept})
    told = answer.json()["message"] if "json" in accept else answer.content.decode()
    assert (answer.status_code, WHY in told) == (503, True)


def test_a_page_is_told_so_in_french(client, sam, patient) -> None:
    sam.language = "fr"
    sam.save()
    client.force_login(sam)
    client.get("/")
    moved_away.close(connection)
    client.raise_request_exception = False
    assert FRENCH in client.get(f"/patients/{patient.pk}/").content.decode()


def test_whoever_decides_where_requests_go_hears_that_it_cannot_serve(client, db) -> None:
    assert client.get("/status/ready").status_code == 200
    moved_away.close(connection)
    answer = client.get("/status/ready")
    assert (answer.status_code, WHY in answer.content.decode()) == (503, True)


def test_the_page_of_the_state_and_its_counts_tell_it(db) -> None:
    now = datetime.now(UTC)
    assert "record_has_moved" not in {line.name for line in state.lines(now)}
    moved_away.close(connection)
    (line,) = [line for line in state.lines(now) if line.name == "record_has_moved"]
    assert (line.figure, line.is_well) == (1.0, False)
    assert "wheal doctor" in str(line.why)


def test_the_doctor_and_the_start_say_the_way_out(db, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(upgrading, "let_go", lambda: None)
    monkeypatch.setattr(doctor, "_file", lambda path: [])  # of a database in memory there is none
    assert list(doctor._database(tmp_path)) == []
    upgrading.reach()
    moved_away.close(connection)
    (told,) = doctor._database(tmp_path)
    assert (told.level, told.what) == (WRONG, moved_away.HAS_MOVED)
    with pytest.raises(CannotStart, match="takes nothing more here") as refused:
        upgrading.reach()
    for way_out in (told.do, str(refused.value)):
        assert "where `wheal move` was broken off, say it again with the same --to" in way_out
        assert "DROP TRIGGER audit_event_has_moved" in way_out
