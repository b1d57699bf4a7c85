"""What somebody learns who sees every edition of every night: the clinic's own day, and no day of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import duckdb
import pytest
from django.utils import timezone

from clinic.followup.conftest import known as known
from clinic.followup.conftest import measured as measured
from clinic.followup.conftest import treated as treated
from wheal.clinic.patients.models import Patient
from wheal.clinic.registry import actions, delivering
from wheal.clinic.registry.actions.enrolling import keys
from wheal.clinic.registry.extracting import months
from wheal.clinic.safety.models import Reaction
from wheal.clinic.treatments.models import Plan, Session
from wheal.knowledge import current
from wheal.measures.deidentifying import SHIFT, Hiding
from wheal.measures.store import Store

NIGHTS = 60


def _told(store: Store, table: str) -> list[dict[str, int]]:
    files = [str(file) for file in store.files()[table]]
    if not files:
        return []
    read = duckdb.execute("SELECT * FROM read_parquet($1, hive_partitioning = false)", [files])
    columns = [column[0] for column in read.description]
    return [dict(zip(columns, row, strict=True)) for row in read.fetchall()]


def _comes(patient: Patient, alice) -> None:
    at, plan = timezone.now(), Plan.objects.get(patient=patient)
    visit = Session.objects.create(clinic=patient.clinic, patient=patient, plan=plan, planned_for=at,
                                   weight_kg=Decimal(70), created_by=alice)  # fmt: skip
    visit.signed_at, visit.signed_by, visit.signed_role, visit.decision = at, alice, "physician", "go"
    visit.save()


def _in_treatment(treated, number: int) -> Iterator[tuple[Patient, set[int]]]:
    """People who come every four to seven weeks, and the nights of their visits from today on, or before."""
    draw = Random(20261126)
    for at in range(number):
        ago = [draw.randrange(100, 150)]
        while ago[-1] > -NIGHTS:
            ago.append(ago[-1] - draw.choice((28, 35, 42, 49)))
        yield treated(*[days for days in ago if days > 0], name=f"Person{at}"), {-days for days in ago}


def _stopped(treated, number: int) -> Iterator[tuple[Patient, int]]:
    """People who do not come any more, and how many days ago they came last."""
    draw = Random(8)
    for at in range(number):
        last = draw.randrange(150, 300)
        yield treated(last + 60, last + 30, last, name=f"Stopped{at}"), last


def test_who_watches_the_store_for_sixty_nights_learns_the_day_of_no_visit(agreed, treated, alice, later):
    """A course had gone on the night of a visit, and come back once its first measure was overdue."""
    hiding = keys(agreed)[0]
    people = {hiding.person(who.pk): (who, days) for who, days in _in_treatment(treated, 30)}
    last = {hiding.person(who.pk): ago for who, ago in _stopped(treated, 60)}
    actions.send(agreed, current())
    before = {row["course"]: row["person"] for row in _told(delivering.store(), "courses")}
    changed, came = [], []
    for night in range(1, NIGHTS + 1):
        later(night)
        for who, days in people.values():
            if night in days:
                _comes(who, alice)
        if not actions.send(agreed, current()):
            continue
        changed.append(night)
        after = {row["course"]: row["person"] for row in _told(delivering.store(), "courses")}
        assert not before.keys() - after.keys()
        came += [(after[each], night) for each in after.keys() - before.keys()]
        before = after
    assert 1 <= len(changed) <= 3  # once a month, on the clinic's own day
    assert all(28 <= there - here <= 31 for here, there in pairwise(changed))
    # whoever is in treatment neither comes nor goes; of those who stopped some come, and however long ago one takes
    # the last visit to be on that night, it is right for hardly anybody
    assert not {who for who, _night in came} & people.keys()
    since = Counter(last[who] + night for who, night in came)
    assert len(came) >= 5
    assert max(since.values()) <= 4
    assert max(since) - min(since) >= 20


def test_what_leaves_is_made_of_shifted_days_alone(agreed, treated, measured, later, monkeypatch):
    """Twins whose days differ by as much as their shifts send the same rows, whatever the night: so neither what is
    sent nor when it is sent narrows a shift."""
    draw = Random(4)
    shifts, twins = dict[int, int](), dict[int, tuple[int, str]]()
    for at in range(12):
        days = sorted(draw.sample(range(30, 240), 4), reverse=True)
        told_as = draw.randrange(-SHIFT, SHIFT + 1)
        for twin in ("one", "other"):
            shift = told_as if twin == "one" else draw.randrange(-SHIFT, SHIFT + 1)
            who = treated(*(ago + shift - told_as for ago in days), name=f"Person{at}")
            for ago, mm in ((days[0] + 3, "9.6"), (max(days[-1] - 29, 29), "6.9"), (29, "9.3")):
                measured(who, ago + shift - told_as, ultrasound=mm)
            shifts[who.pk], twins[who.pk] = shift, (at, twin)
    monkeypatch.setattr(Hiding, "shift", lambda self, who: timedelta(days=shifts.get(who, 0)))
    monkeypatch.setattr(Hiding, "person", lambda self, who: who)
    monkeypatch.setattr(Hiding, "thing", lambda self, kind, number: 0)
    seen = set()
    for night in range(0, 56, 4):
        later(night)
        told: dict[str, list[tuple[int, str]]] = {"one": [], "other": []}
        for tables in months(agreed, Hiding(b"s" * 32), current()).values():
            for row in tables["sessions"] + tables["courses"]:
                at, twin = twins[row["person"]]
                told[twin].append((at, str(row | {"person": at})))
        assert sorted(told["one"]) == sorted(told["other"])
        seen.add(str(sorted(told["one"])))
    assert len(seen) > 1


def test_a_correction_waits_for_the_day_of_the_clinic_and_a_lost_disk_is_filled_with_what_had_left(
    agreed, many, later
):
    first = actions.send(agreed, current())
    store = delivering.store()
    Reaction.objects.update(grade=4)
    assert actions.send(agreed, current()) == []
    (event,) = _told(store, "events")
    assert event["grade"] == 3
    month, unchanged = event["month"], {row.month for row in first} - {event["month"]}
    for one in (month, *unchanged):
        store.drop(agreed.name, one)
    assert {row.month for row in actions.send(agreed, current())} == unchanged
    assert month not in store.editions(agreed.name)
    later(31)
    again = {row.month: row for row in actions.send(agreed, current())}
    assert _told(store, "events")[0]["grade"] == 4
    assert again[month].edition == 2


def test_who_had_sent_nothing_yet_sends_what_it_had_when_the_registry_first_answered(agreed, many, settings):
    settings.REGISTRY = "http://127.0.0.1:9"  # nobody answers
    with pytest.raises(delivering.NotDelivered, match="away"):
        actions.send(agreed, current())
    Reaction.objects.update(grade=4)
    settings.REGISTRY = ""
    assert actions.send(agreed, current())
    assert _told(delivering.store(), "events")[0]["grade"] == 4
