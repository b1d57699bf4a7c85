"""Three engines give the same counts on the same rows, and the reference gives those that were counted by hand."""

from __future__ import annotations

import pytest

from measures import drawn
from measures.kept import kept
from measures.spark_cluster import cluster
from wheal import knowledge
from wheal.measures.counting import Count
from wheal.measures.duck import Duck
from wheal.measures.plain import Plain
from wheal.measures.spark import Spark
from wheal.measures.watching import WITHIN, cells
from wheal.surveillance import ALIKE

MEASURES = knowledge.current().measures
AT = {"clinic": "c", "month": "2026-01", "week": 2922}


def test_each_person_counts_once_and_only_within_the_weeks() -> None:
    given = [
        AT | {"person": person, "session": session, "product": "p", "lot": "l"}
        for person, session in ((1, 1), (1, 2), (2, 3), (3, 4), (4, 5))
    ]
    event = AT | {"event": 1, "kind": "abscess", "grade": 2, "is_serious": False}
    events = [
        event | {"person": 1, "week": 2923},
        event | {"person": 1, "week": 2930},  # the same person again
        event | {"person": 2, "week": 2922 + 18},  # the last week
        event | {"person": 3, "week": 2922 + 19},  # too late
        event | {"person": 4, "week": 2921},  # before
        event | {"person": 9, "week": 2923},  # never treated
    ]
    rows = {"given": given, "events": events}
    assert Plain(rows).counts(MEASURES["infection_by_lot"]) == [Count(("p", "l"), 4, 2, times=5)]


def test_who_was_not_measured_stays_in_the_count() -> None:
    course = AT | {
        "person": 1,
        "course": 1,
        "protocol": "x",
        "area": "submental",
        "sessions": 3,
        "regain": "",
    }
    rows = {"courses": [course | {"response": it} for it in ("responded", "did_not", "lost", "lost")]}
    assert Plain(rows).counts(MEASURES["result_by_protocol"]) == [Count(("x", "submental"), 4, 1, lost=2)]


@pytest.mark.parametrize("seed", range(2))
def test_duckdb_counts_as_the_reference_does(seed, tmp_path) -> None:
    rows = drawn.tables(seed)
    engine = Duck(kept(rows, tmp_path).files())
    for name, measure in MEASURES.items():
        for months in (None, ("2026-02", "2026-06")):
            assert engine.counts(measure, months) == Plain(rows).counts(measure, months), name


def test_the_watch_across_clinics_runs_over_the_same_store(tmp_path) -> None:
    rows = drawn.tables(3)
    held = cells(Duck(kept(rows, tmp_path).files()))
    for cell in held:
        met = [
            row
            for row in rows["given"]
            if (row["clinic"], row["month"], row["product"])
            == (cell.clinic, f"{cell.month:%Y-%m}", cell.product)
        ]
        ill = {
            row["person"]
            for row in met
            for event in rows["events"]
            if event["person"] == row["person"]
            and event["kind"] in ALIKE
            and 0 <= event["week"] - row["week"] <= WITHIN
        }
        assert (cell.treated, cell.events) == (len({row["person"] for row in met}), len(ill))
    assert sum(cell.events for cell in held) > 0


def test_measures_of_infection_look_for_what_the_watch_looks_for_and_as_long() -> None:
    held = [measure for name, measure in MEASURES.items() if name.startswith("infection_")]
    assert {(measure.kinds, measure.within_weeks) for measure in held} == {(ALIKE, WITHIN)}


def test_a_registry_without_a_row_counts_nothing(tmp_path) -> None:
    assert all(Duck({}).counts(measure) == [] for measure in MEASURES.values())


def test_spark_counts_as_the_reference_does_also_when_a_worker_is_killed_meanwhile(tmp_path) -> None:
    rows = drawn.tables(11, clinics=6)
    files = kept(rows, tmp_path).files()
    with cluster(tmp_path) as running:
        engine = Spark(running.session, files)
        for name, measure in list(MEASURES.items())[:2]:
            assert engine.counts(measure) == Plain(rows).counts(measure), name
        running.kill_a_worker_soon()
        for name, measure in MEASURES.items():
            assert engine.counts(measure) == Plain(rows).counts(measure), name
        assert running.workers_alive() == 1
