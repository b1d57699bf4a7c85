"""Triggers that somebody took away are put back as the migrations made them, and rows are fixed again."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from wheal.clinic.audit import actions, guarded, meant
from wheal.clinic.audit.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def said() -> str:
    out = StringIO()
    call_command("guards", stdout=out)
    return out.getvalue()


def take_away(name: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def test_what_is_meant_is_what_the_migrations_made() -> None:
    there = {name for name in guarded.standing() if "_refuses_" in name}
    tables = set(connection.introspection.table_names())
    assert {name for name, (table, _said) in meant.triggers().items() if table in tables} == there


def test_where_none_is_missing_nothing_is_done() -> None:
    assert said() == "No trigger is missing.\n"
    assert not Event.objects.filter(what=actions.GUARDS_PUT_BACK).exists()


@pytest.mark.parametrize("table", ["audit_event", "treatments_pass", "patients_history"])
def test_those_that_are_gone_are_put_back_and_the_audit_tells_it(table) -> None:
    actions.record(by=None, what="people.logged_in")
    for on in ("update", "delete", "moving"):
        take_away(f"{table}_refuses_{on}", table)
    assert guarded.unguarded() == [table]
    told = said()
    assert f"{table}_refuses_update is back." in told
    assert "run wheal verify" in told
    assert guarded.unguarded() == []
    gone = Event.objects.get(what=actions.GUARDS_PUT_BACK).detail["triggers"]
    assert gone == [f"{table}_refuses_{on}" for on in ("delete", "moving", "update")]
    if table == "audit_event":
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.all().update(what="people.logged_out")
