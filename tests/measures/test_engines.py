"""Three engines give the same counts on the same rows, and the reference gives those that were counted by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from measures import drawn
from measures.kept import kept, written_before
from measures.spark_cluster import cluster
from wheal import knowledge
from wheal.measures import merging
from wheal.measures.allowed import product_code
from wheal.measures.counting import Apart, Count, added
from wheal.measures.deidentifying import month_of
from wheal.measures.duck import Duck
from wheal.measures.merging import shelf_of, shelves_for
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


def test_only_who_was_looked_at_for_all_the_weeks_is_counted_and_the_others_are_told_beside() -> None:
    """The clinic has told until week 22; another has told more, and nobody of the first is the older for it."""
    visits = [  # person, week, clinic
        (1, 4, "c"), (1, 20, "c"), (2, 4, "c"), (3, 5, "c"), (4, 22, "c"), (5, 20, "c"), (6, 5, "d"), (7, 40, "d"),
    ]  # fmt: skip
    given = [
        AT | {"clinic": clinic, "person": person, "session": at, "product": "p", "lot": "l", "week": week}
        for at, (person, week, clinic) in enumerate(visits)
    ]
    event = AT | {"event": 1, "kind": "abscess", "grade": None, "is_serious": None}
    events = [
        event | {"person": 1, "week": 21},  # after a later session of somebody whose first is over
        event | {"person": 5, "week": 21},  # a case of those who wait
    ]
    counted = Plain({"given": given, "events": events}).counts(MEASURES["infection_by_lot"])
    assert counted == [Count(("p", "l"), 3, 1, times=8, waiting=4, so_far=1)]


def test_a_reaction_that_nobody_graded_is_neither_severe_nor_mild() -> None:
    told = {1: (None,), 2: (2,), 3: (3, None), 4: (None, 1), 5: ()}
    sessions = [AT | {"person": person, "session": person, "purpose": "fat"} for person in told]
    events = [
        AT | {"person": person, "event": 1, "kind": "pain", "grade": grade, "is_serious": None, "week": 2940}
        for person, grades in told.items()
        for grade in grades
    ]
    counted = Plain({"sessions": sessions, "events": events}).counts(MEASURES["severe_by_purpose"])
    assert counted == [Count(("fat",), 5, 1, times=5, unjudged=2)]


def test_serious_is_what_was_judged_so_and_what_nobody_judged_is_told_beside() -> None:
    told = {1: (None,), 2: (False,), 3: (True, None), 4: (None, False), 5: ()}
    sessions = [AT | {"person": person, "session": person} for person in told]
    events = [
        AT | {"person": person, "event": 1, "kind": "pain", "grade": None, "is_serious": it, "week": 2940}
        for person, judged in told.items()
        for it in judged
    ]
    rows = {"sessions": sessions, "events": events}
    assert Plain(rows).counts(MEASURES["serious_in_all"]) == [Count((), 5, 1, times=5, unjudged=2)]
    assert Plain(rows).counts(MEASURES["reaction_in_all"]) == [Count((), 5, 4, times=5)]


def test_whoever_is_in_a_group_that_is_named_is_left_out_of_all(tmp_path) -> None:
    visits = [(1, "abdomen"), (1, "neck"), (2, "neck"), (3, ""), (4, "abdomen")]
    at = [AT | {"clinic": "clinic-0", "person": person, "session": n} for n, (person, _) in enumerate(visits)]
    passes = [row | {"area": area, "technique": "nappage"} for row, (_, area) in zip(at, visits, strict=True)]
    sessions = [row | {"purpose": "fat"} for row in at]
    rows = {"sessions": sessions, "passes": passes, "events": []}
    apart = Apart(MEASURES["infection_by_area"], (("abdomen",),))
    for engine in (Plain(rows), Duck(*kept(rows, tmp_path).shelves())):
        assert engine.counts(MEASURES["infection_in_all"], apart=apart) == [
            Count((), 0, 0, times=2, waiting=2)
        ]
        assert engine.counts(MEASURES["infection_in_all"], apart=Apart(apart.measure, ())) == [
            Count((), 0, 0, times=5, waiting=4)
        ]


APART = (
    Apart(MEASURES["infection_by_area"], (("abdomen",),)),
    Apart(MEASURES["infection_by_lot"], (("3400000000005", "A1"), ("3400000000012", "B2"))),
)


def test_who_was_not_measured_stays_in_the_count() -> None:
    course = AT | {
        "person": 1,
        "course": 1,
        "protocol": "x",
        "area": "submental",
        "regain": "",
    }
    rows = {"courses": [course | {"response": it} for it in ("responded", "did_not", "lost", "lost")]}
    assert Plain(rows).counts(MEASURES["result_by_protocol"]) == [Count(("x", "submental"), 4, 1, lost=2)]


@pytest.mark.parametrize(("seed", "on_a_shelf", "shelves"), [(0, 32, 1), (1, 2, 2)])
def test_duckdb_counts_as_the_reference_does_on_one_shelf_and_on_several(
    seed, on_a_shelf, shelves, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(merging, "SHELF", on_a_shelf)
    rows = drawn.tables(seed)
    store = kept(rows, tmp_path)
    store.merge()
    assert len(store.shelves()) == shelves
    engine = Duck(*store.shelves())
    for name, measure in MEASURES.items():
        for months in (None, ("2026-02", "2026-06")):
            assert engine.counts(measure, months) == Plain(rows).counts(measure, months), name
    for apart in APART:
        by_clinic = replace(MEASURES["infection_in_all"], by=("clinic",))
        assert engine.counts(by_clinic, apart=apart) == Plain(rows).counts(by_clinic, apart=apart)


def test_the_watch_across_clinics_runs_over_the_same_store(tmp_path) -> None:
    rows = drawn.tables(3)
    held = cells(Duck(*kept(rows, tmp_path).shelves()))
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
        assert (cell.usual, cell.promised) == (0, 0.0)
    assert sum(cell.events for cell in held) > 0


SET_ASIDE = (  # what was reported after a session with a product that promises nodules; whether it is set aside
    ([{"week": 2922 + 4}], True),
    ([{"week": 2922 + 5}], False),  # too late for a label
    ([{"week": 2925 + 4}], True),  # after another session with it
    ([{"kind": "abscess"}], False),
    ([{"grade": 3}], False),
    ([{"is_serious": True}], False),
    ([{"grade": None}], False),  # not judged is not mild
    ([{"is_serious": None}], False),
    ([{}, {"kind": "suspected_infection"}], False),
    ([{}, {"kind": "bruising"}], True),
)
CODES = [code for code in map(str, range(3400000000000, 3400000000200)) if product_code(code)]


def test_of_what_a_label_promises_only_what_is_early_and_not_grave_is_set_aside(tmp_path) -> None:
    at = AT | {"clinic": "clinic-0"}
    nodule = at | {"kind": "nodule", "week": 2923, "grade": 2, "is_serious": False}
    given, events = [], []
    for person, (told, _aside) in enumerate(SET_ASIDE, 1):
        weeks = (2922, 2925) if told == [{"week": 2929}] else (2922,)
        given += [
            at
            | {
                "person": person,
                "session": week,
                "product": CODES[person],
                "lot": "",
                "substance": "",
                "week": week,
            }
            for week in weeks
        ]
        for each in told:
            row = nodule | {"person": person, "event": len(events)} | each
            events.append(row | {"month": month_of(row["week"])})
    engine = Duck(*kept({"given": given, "events": events}, tmp_path).shelves())
    labelled = cells(engine, dict.fromkeys(CODES[1:], 0.13))
    assert [(it.events, it.usual, it.promised) for it in labelled] == [
        (1, int(aside), 0.13) for _told, aside in SET_ASIDE
    ]
    assert {(it.events, it.usual, it.promised) for it in cells(engine, {"other": 0.13})} == {(1, 0, 0.0)}


@pytest.mark.parametrize(
    ("clinics", "shelves"), [(0, 1), (1, 1), (32, 1), (33, 2), (64, 2), (65, 4), (500, 16), (4500, 256)]
)
def test_a_clinic_stays_on_its_shelf_until_there_are_twice_as_many(clinics, shelves) -> None:
    assert shelves_for(clinics) == shelves
    filled = Counter(shelf_of(f"clinic-{number}", shelves) for number in range(clinics))
    assert set(filled) <= set(range(shelves))
    assert max(filled.values(), default=0) <= 50


def test_parts_are_added_group_by_group_and_delays_by_their_days() -> None:
    apart = [
        Count(("a",), 4, 2, 1, 7, 3),
        Count(("b",), 1, 0),
        Count(("a",), 5, 1, 1, 6, 3),
        Count(("a",), 9, 9, days=4),
    ]
    assert added(apart) == [Count(("a",), 9, 3, 2, 13, 3), Count(("a",), 9, 9, days=4), Count(("b",), 1, 0)]


def test_measures_of_infection_look_for_what_the_watch_looks_for_and_as_long() -> None:
    held = [measure for name, measure in MEASURES.items() if name.startswith("infection_")]
    assert {(measure.kinds, measure.within_weeks) for measure in held} == {(ALIKE, WITHIN)}


def test_a_registry_without_a_row_counts_nothing(tmp_path) -> None:
    assert all(Duck().counts(measure) == [] for measure in MEASURES.values())


def test_spark_counts_as_the_reference_does_also_when_a_worker_is_killed_meanwhile(tmp_path) -> None:
    rows = drawn.tables(11, clinics=6)
    store = kept(rows, tmp_path)
    rows = written_before(rows, store, {"clinic-1"})
    files = store.files()
    with cluster(tmp_path) as running:
        engine = Spark(running.session, files)
        for name, measure in list(MEASURES.items())[:2]:
            assert engine.counts(measure) == Plain(rows).counts(measure), name
        for apart in APART:
            in_all = MEASURES["infection_in_all"]
            assert engine.counts(in_all, apart=apart) == Plain(rows).counts(in_all, apart=apart)
        running.kill_a_worker_soon()
        for name, measure in MEASURES.items():
            assert engine.counts(measure) == Plain(rows).counts(measure), name
        assert running.workers_alive() == 1
