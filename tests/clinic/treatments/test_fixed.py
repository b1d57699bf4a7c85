"""Signed is fixed by the database itself: past every action, in plain SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.treatments.conftest import again
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Amendment, Consent, ConsentWithdrawal, Session

pytestmark = pytest.mark.both_engines
REPLACING = {  # ways to take a row away, or another's place, without a DELETE
    "sqlite": ["INSERT OR REPLACE INTO {0} SELECT * FROM {0}"],
    "postgresql": [
        "TRUNCATE {0} CASCADE",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = excluded.id + 1000",
    ],
}
MOVING = {
    "sqlite": "UPDATE OR REPLACE {} SET id = id + 1000 WHERE id = %s",
    "postgresql": "UPDATE {} SET id = id + 1000 WHERE id = %s",
}


def refuses(sql: str, *values: object) -> None:
    with (
        pytest.raises(IntegrityError, match="this row is fixed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE treatments_session SET reason = 'other' WHERE id = %s",
        "UPDATE treatments_session SET signed_at = NULL, signed_by_id = NULL, decision = '' WHERE id = %s",
        "DELETE FROM treatments_session WHERE id = %s",
        "UPDATE treatments_pass SET count = 41 WHERE session_id = %s",
        "DELETE FROM treatments_pass WHERE session_id = %s",
        "UPDATE treatments_mix SET prepared_by = 'pharmacy' WHERE session_id = %s",
        "DELETE FROM treatments_mix WHERE session_id = %s",
        "UPDATE treatments_mixcomponent SET volume_ml = 1 WHERE mix_id IN "
        "(SELECT id FROM treatments_mix WHERE session_id = %s)",
        "DELETE FROM treatments_mixcomponent WHERE mix_id IN (SELECT id FROM treatments_mix WHERE session_id = %s)",
        "UPDATE treatments_plan SET price = 1 WHERE id = (SELECT plan_id FROM treatments_session WHERE id = %s)",
        "UPDATE treatments_plan SET substances = '[]' WHERE id = "
        "(SELECT plan_id FROM treatments_session WHERE id = %s)",
        "DELETE FROM treatments_plan WHERE id = (SELECT plan_id FROM treatments_session WHERE id = %s)",
        "INSERT INTO treatments_mix (session_id, label, prepared_by, draft_version) VALUES (%s, 'Z', '', 0)",
    ],
)
def test_nothing_of_a_signed_session_can_be_changed_added_or_deleted(signed, sql):
    refuses(sql, signed.pk)


@pytest.mark.parametrize(
    "table",
    [
        "treatments_session",
        "treatments_consent",
        "treatments_plan",
        "treatments_mix",
        "treatments_mixcomponent",
        "treatments_pass",
        "patients_history",
        "audit_event",
    ],
)
def test_what_is_fixed_cannot_be_replaced_by_a_row_of_the_same_id(signed, table):
    """SQLite's REPLACE and PostgreSQL's TRUNCATE take a row away without a DELETE that a trigger would see."""
    connection.check_constraints()  # PostgreSQL's TRUNCATE asks for that by itself
    for statement in REPLACING[connection.vendor]:
        refuses(statement.format(table))


@pytest.mark.parametrize("table", ["treatments_mixcomponent", "treatments_pass"])
def test_a_draft_cannot_take_the_place_of_a_signed_row(signed, clinic, patient, alice, table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id) FROM {table}")
        fixed_id = cursor.fetchone()[0]
    refuses(MOVING[connection.vendor].format(table), fixed_id)


def test_a_table_of_the_same_name_does_not_hide_the_signature(signed):
    """A temporary table comes before the real one wherever its name is looked up."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE treatments_session (id bigint, signed_at text)")
    refuses("DELETE FROM treatments_pass WHERE session_id = %s", signed.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TABLE {'temp' if connection.vendor == 'sqlite' else 'pg_temp'}.treatments_session"
        )


def test_a_part_cannot_be_moved_into_a_signed_session(signed, clinic, patient, alice):
    other = actions.book(
        clinic=clinic, patient=patient, planned_for=signed.planned_for + timedelta(hours=1), by=alice
    )
    mix = actions.add_mix(session=other, by=alice)
    refuses("UPDATE treatments_mix SET session_id = %s WHERE id = %s", signed.pk, mix.pk)


def test_a_consent_and_its_withdrawal_are_fixed_from_the_moment_they_exist(ready, alice):
    consent = Consent.objects.get()
    actions.withdraw_consent(session=ready, consent=consent, reason="", by=alice)
    refuses("UPDATE treatments_consent SET text = 'other' WHERE id = %s", consent.pk)
    refuses("DELETE FROM treatments_consent WHERE id = %s", consent.pk)
    withdrawal = ConsentWithdrawal.objects.get()
    refuses("UPDATE treatments_consentwithdrawal SET reason = 'other' WHERE id = %s", withdrawal.pk)
    refuses("DELETE FROM treatments_consentwithdrawal WHERE id = %s", withdrawal.pk)


def test_an_amendment_stands_beside_the_record_and_is_fixed(signed, alice):
    before = Session.objects.filter(pk=signed.pk).values().get()
    amendment = actions.amend(
        session=signed, corrects="depth", was="6 mm", should_be="5 mm", reason="Misread the stop", by=alice
    )
    assert Session.objects.filter(pk=signed.pk).values().get() == before
    refuses("UPDATE treatments_amendment SET was = 'other' WHERE id = %s", amendment.pk)
    refuses("DELETE FROM treatments_amendment WHERE id = %s", amendment.pk)


def test_an_amendment_says_what_was_what_should_be_and_why(signed, ready, alice):
    with pytest.raises(actions.DraftRefused):
        actions.amend(session=signed, corrects="depth", was="6 mm", should_be=" ", reason="Misread", by=alice)
    assert not Amendment.objects.exists()


def test_only_a_signed_session_is_amended(ready, alice):
    with pytest.raises(actions.DraftRefused):
        actions.amend(session=ready, corrects="depth", was="6", should_be="5", reason="Misread", by=alice)


def test_actions_say_it_before_the_database_does(signed, alice):
    with pytest.raises(actions.AlreadySigned):
        actions.tick(session=signed, item="site", done=False, by=alice)
    with pytest.raises(actions.AlreadySigned):
        actions.remove_pass(row=signed.passes.get(), by=alice)


def test_a_draft_can_be_changed_and_its_parts_removed(ready, alice):
    actions.remove_pass(row=ready.passes.get(), by=alice)
    mix = ready.mixes.get()
    for component in mix.components.all():
        actions.remove_component(component=component, by=alice)
    actions.remove_mix(mix=mix, by=alice)
    assert not again(ready).mixes.exists()
