"""What was altered, removed or inserted behind the back of the site is found, and where."""

from __future__ import annotations

import random

import pytest
from django.db import DataError, IntegrityError, connection, transaction

import guards
from clinic.audit import tampering
from clinic.audit.tampering import fixed_tables
from clinic.treatments.conftest import *  # noqa: F403 (a signed session)
from wheal.clinic.audit import actions, chain
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import Broken, verify

TAMPERED = 200

pytestmark = pytest.mark.both_engines


class Undone(Exception):
    """Takes a change back that only a test makes."""


@pytest.fixture
def unguarded(signed) -> None:
    """A signed session in a database whose triggers somebody took away."""
    guards.take_away_triggers()


def found_after(*statements: str) -> tuple[Broken, ...] | None:
    found: tuple[Broken, ...] = ()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            found = verify().broken
            raise Undone
    except Undone:
        return found
    except (IntegrityError, DataError):  # a check, a unique column or a length held: nothing was altered
        return None


def test_every_table_with_guards_says_when_its_rows_are_fixed(db) -> None:
    assert {table for _name, table in guards.triggers()} == set(fixed_tables())


def test_a_clinic_that_nobody_tampered_with_is_whole(signed) -> None:
    read = verify()
    assert read.broken == ()
    assert read.events == Event.objects.count()
    assert read.rows > 5


def test_a_signed_dose_that_was_altered_is_found_and_named(unguarded) -> None:
    (pk,) = tampering.ids("treatments_pass")
    found = found_after("UPDATE treatments_pass SET volume_ml = volume_ml + 0.1")
    assert [str(each) for each in found] == [f"treatments.pass {pk} was altered after it was fixed."]


def test_a_consent_that_was_removed_is_found_and_named(unguarded) -> None:
    found = found_after("DELETE FROM treatments_consent")
    assert [(each.kind, each.where.split()[0]) for each in found] == [("missing", "treatments.consent")]


def test_a_row_put_into_a_signed_session_is_found(unguarded) -> None:
    found = found_after(
        tampering.copied("treatments_mixcomponent", tampering.ids("treatments_mixcomponent")[0])
    )
    assert [each.kind for each in found] == ["inserted"]


def test_an_altered_event_is_found_and_those_after_it_are_not_blamed(unguarded) -> None:
    third = Event.objects.order_by("id")[2].pk
    found = found_after(f"UPDATE audit_event SET patient_id = 4711 WHERE id = {third}")
    assert found == (Broken("unfollowed", f"audit.event {third}"),)


def test_whose_an_event_is_cannot_be_altered_unnoticed_where_it_is_about_several(signed, alice) -> None:
    event = actions.record(by=alice, what="fhir.resources_searched", detail={"patients": [7, 9]})
    actions.record(by=alice, what="safety.recall_list_taken", detail={"patients": 12})  # how many
    assert verify().broken == ()
    guards.take_away_triggers()
    lost, other = (
        Broken("missing", f"audit.whose {event.pk}-7"),
        Broken("inserted", f"audit.whose {event.pk}-8"),
    )
    where = f"WHERE event_id = {event.pk} AND patient_id = 7"
    assert found_after(f"DELETE FROM audit_whose {where}") == (lost,)
    assert found_after(f"UPDATE audit_whose SET patient_id = 8 {where}") == (lost, other)
    first = f"SELECT max(id) + 1, 7, {Event.objects.last().pk} FROM audit_whose"
    assert [
        each.kind for each in found_after(f"INSERT INTO audit_whose (id, patient_id, event_id) {first}")
    ] == ["inserted"]


def test_the_end_cut_off_is_found(unguarded) -> None:
    last = Event.objects.order_by("-id")[0].pk
    assert Broken("cut", f"audit.event {last}") in found_after(f"DELETE FROM audit_event WHERE id = {last}")


def test_two_events_that_changed_places_are_found(unguarded) -> None:
    third, fourth = Event.objects.order_by("id").values_list("pk", flat=True)[2:4]
    found = found_after(
        f"UPDATE audit_event SET id = 0 WHERE id = {third}",
        f"UPDATE audit_event SET id = {third} WHERE id = {fourth}",
        f"UPDATE audit_event SET id = {fourth} WHERE id = 0",
    )
    assert Broken("unfollowed", f"audit.event {third}") in found


@pytest.mark.parametrize("cut", [2, 5, 20])
def test_a_longer_end_cut_off_is_found_with_what_it_had_fixed(unguarded, cut) -> None:
    last, *_others, first = Event.objects.order_by("-id").values_list("pk", flat=True)[:cut]
    found = found_after(f"DELETE FROM audit_event WHERE id >= {first}")
    assert Broken("cut", f"audit.event {last}") in found


@pytest.mark.parametrize(
    "table", ["stock_movement", "treatments_session", "treatments_consent", "treatments_pass"]
)
def test_each_kind_of_fixed_row_is_told_when_it_changes(unguarded, table) -> None:
    """A movement of stock, a judgement kept with its session, a consent, the points."""
    pk = tampering.ids(table)[0]
    column = {
        "stock_movement": "volume_ul",
        "treatments_session": "judgement",
        "treatments_consent": "signed_name",
    }
    changed = found_after(tampering_of(table, column.get(table, "points"), pk))
    assert [(each.kind, each.where.endswith(f" {pk}")) for each in changed] == [("altered", True)]


def tampering_of(table: str, column: str, pk: int) -> str:
    model = next(each for each in chain.fixed_models() if each._meta.db_table == table)
    new = tampering.another(model, column, tampering.of(table, pk, column), random.Random(1))
    return f'UPDATE {table} SET "{column}" = {new} WHERE id = {pk}'


def test_tampering_at_random_is_found_every_time(unguarded) -> None:
    """Any column of any fixed row altered, any row removed, any row inserted: seeded, so that it can be repeated."""
    chance = random.Random(20261123)
    done: dict[str, bool] = {}
    while len(done) < TAMPERED:
        statement = tampering.drawn(chance)
        if (found := found_after(statement)) is not None:
            done[statement] = bool(found)
    assert [statement for statement, was_found in done.items() if not was_found] == []


def test_what_was_fixed_before_the_audit_named_any_is_taken_up_once(unguarded) -> None:
    Event.objects.all().delete()
    assert {each.kind for each in verify().broken} >= {"inserted"}
    assert actions.adopt() is not None
    assert {each.kind for each in verify().broken} == set()
    assert actions.adopt() is None


def test_a_column_that_comes_later_changes_no_earlier_digest() -> None:
    before = {"id": 7, "note": "as signed", "weight_kg": None}
    assert chain._digest(before) == chain._digest({**before, "added_later": None})
    assert chain._digest(before) != chain._digest({**before, "note": None})
    assert chain._digest(before) != chain._digest({**before, "added_later": ""})
