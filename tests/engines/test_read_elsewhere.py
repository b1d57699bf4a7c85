"""Lists are read from a standby while it has everything that was saved, and from the first otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from serving import run_on
from wheal.clinic import databases

LISTS = (
    "appointments:calendar", "appointments:of-day", "equipment:found", "equipment:list", "followup:due",
    "followup:on-the-day", "inbox:waiting", "patients:find", "patients:search", "quotes:list", "safety:alarms",
    "safety:alarms-on-the-day", "safety:list", "safety:reactions", "safety:under-way", "safety:waiting",
    "stock:deliveries", "stock:found", "stock:list", "stock:places", "stock:transfers", "treatments:day",
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    data = tmp_path_factory.mktemp("elsewhere")
    found: dict[str, dict[str, object]] = json.loads(run_on(data, "engines.read_elsewhere"))
    return found


def test_every_list_is_read_there_and_writes_nothing(told) -> None:
    assert told["every_list"] == {"lists": [*LISTS], "not_read_there": [], "written": []}


def test_what_was_just_saved_is_on_the_next_list_while_the_standby_is_behind(told) -> None:
    assert told["just_saved"] == {
        "saved": 302, "shown": True, "behind": "first", "later": True, "even": "standby",
    }  # fmt: skip


def test_the_wall_around_each_clinic_holds_there_too(told) -> None:
    assert told["walled"] == {"one": ["Justsaved", "Ouridge"], "none": [], "from": "standby"}


def test_one_that_is_cut_off_away_or_no_standby_any_more_is_not_missed(told) -> None:
    assert told["away"] == {
        "cut_off": ["200", True],
        "left_alone": ["200", True, "first"],
        "asked_again": ["200", True, "standby"],
        "away": ["200", True, "first"],
        "back": ["200", True, "standby"],
        "a_first_itself": ["200", True, "first"],
    }


def test_without_a_url_there_is_none_and_one_beside_sqlite_is_refused(tmp_path: Path) -> None:
    assert databases.standby({}, tmp_path) == {}
    said = {databases.STANDBY_URL: "postgresql://wheal@second.example/clinic"}
    with pytest.raises(ImproperlyConfigured, match="WHEAL_REPLICA_URL names a standby of PostgreSQL"):
        databases.standby(said, tmp_path)
    held = databases.standby(said | {databases.URL: "postgresql://wheal@first.example/clinic"}, tmp_path)
    assert held["standby"]["HOST"] == "second.example"
