"""However much the registry holds, a page opens the same few small files."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from measures import drawn
from measures.kept import kept
from wheal import knowledge
from wheal.clinic.registry import actions, answering, delivering
from wheal.clinic.registry.extracting import SPREAD, later
from wheal.measures.holding import NOTHING
from wheal.measures.store import Store

PAGES = (
    "/registry/",
    "/registry/infection_by_clinic/",
    "/registry/infection_by_lot.csv",
    "/registry/days_to_alarm/",
)
MONTHS = ("2026-02", "2026-03")
LOOKED: list[str] = []
_IS_ON = [False]


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _IS_ON[0] and event in ("open", "os.scandir", "os.listdir") and "/registry/" in str(args[0]):
        LOOKED.append(str(args[0]))


sys.addaudithook(_hook)  # it cannot be taken away again, so it is switched


def _looked_at(client: Client) -> tuple[list[bytes], int]:
    LOOKED.clear()
    _IS_ON[0] = True
    try:
        pages = [client.get(path) for path in PAGES]
    finally:
        _IS_ON[0] = False
    assert {page.status_code for page in pages} == {200}
    told = [page.content.partition(b"<main")[2] or page.content for page in pages]  # no token is in it
    return told, len([name for name in LOOKED if "/templates/" not in name])


def _stored(seed: int, clinics: int, data: Path) -> Store:
    """Two months of each."""
    rows = drawn.tables(seed, clinics=clinics, people=8)
    return kept(
        {table: [row for row in held if row["month"] in MONTHS] for table, held in rows.items()}, data
    )


@pytest.fixture
def client(analyst) -> Client:
    made = Client()
    made.force_login(analyst)
    return made


def test_a_page_of_a_large_store_opens_as_many_files_as_one_of_a_small_one_and_none_that_a_clinic_sent(
    client, data, monkeypatch
):
    monkeypatch.setattr(answering, "AT_ONCE", 3)  # as if ten were very many
    opened = []
    for clinics in (2, 6):
        for name in ("clinic-0", "clinic-1"):
            delivering.store().forget(name)
        store = _stored(clinics, clinics, data)
        answers = store.folder / "answers"
        assert client.get("/registry/infection_by_clinic/").status_code == (503 if clinics == 2 else 200)
        assert actions.nightly()["counted"] == len(knowledge.current().measures)
        assert answers.is_dir()
        away = data / f"away-{clinics}"
        away.mkdir()
        before, _ = _looked_at(client)
        for folder in ("receipts", "sessions", "given", "events", "passes", "courses", "alarms", "merged"):
            (store.folder / folder).rename(away / folder)
        told, number = _looked_at(client)
        assert told == before
        opened.append(number)
        for folder in away.iterdir():
            folder.rename(store.folder / folder.name)
    assert opened[0] == opened[1]
    assert opened[0] <= 4 * len(PAGES)


def test_a_large_store_tells_last_nights_answer_and_its_day_once_months_have_gone(client, data, monkeypatch):
    store = _stored(6, 3, data)
    actions.nightly()
    store.forget("clinic-0")
    monkeypatch.setattr(answering, "AT_ONCE", 3)
    told = [client.get(f"/registry/infection_by_clinic{end}") for end in ("/", ".csv")]
    assert all("As counted on" in page.content.decode() for page in told)
    actions.nightly()
    told = [client.get(f"/registry/infection_by_clinic{end}") for end in ("/", ".csv")]
    assert not any("As counted on" in page.content.decode() for page in told)


def test_what_is_held_is_the_same_kept_along_the_way_and_made_anew(data):
    store = _stored(3, 3, data)
    one = next(iter(store.receipts()))
    for change in (lambda: None, lambda: store.drop(one.clinic, one.month), lambda: store.forget("clinic-1")):
        change()
        along = store.held()
        assert (store.folder / "held.json").exists()
        (store.folder / "held.json").unlink()
        assert store.held() == along == NOTHING.changed(store.receipts(), 1)
    assert along.clinics == 2
    for clinic in ("clinic-0", "clinic-2"):
        store.forget(clinic)
    assert store.held() == NOTHING


def test_clinics_send_their_month_on_different_days_of_a_week():
    days = [later(f"clinic-{number:012x}") for number in range(700)]
    assert set(days) == set(range(SPREAD))
    assert max(map(days.count, range(SPREAD))) < 150
    assert date(2026, 11, 30) - timedelta(days=21 + SPREAD) > date(
        2026, 10, 31
    )  # before the next month is over
    assert delivering.address() == ""
