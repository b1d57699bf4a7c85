"""The database itself refuses what the code never does."""

import pytest
from django.db import IntegrityError, connection, transaction

from wheal.clinic.audit.models import Event
from wheal.clinic.patients.models import History

pytestmark = pytest.mark.both_engines


def refuses(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError as refusal:
        return "this row is fixed" in str(refusal)
    return False


def test_an_audit_event_cannot_be_changed_or_deleted(alice) -> None:
    assert Event.objects.exists()
    assert refuses(lambda: Event.objects.update(what="people.nothing_happened"))
    assert refuses(Event.objects.all().delete)


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET what = 'x'", "DELETE FROM audit_event"])
def test_not_even_by_plain_sql(alice, statement) -> None:
    with connection.cursor() as cursor:
        assert refuses(lambda: cursor.execute(statement))


def test_a_completed_history_cannot_be_changed_or_deleted(history) -> None:
    row = History.objects.filter(pk=history.pk)
    assert refuses(lambda: row.update(answers={}))
    assert refuses(lambda: row.update(completed_at=None, completed_by=None))
    assert refuses(row.delete)


def test_a_draft_of_a_history_can_be_changed_and_deleted(patient, alice) -> None:
    draft = History.objects.create(patient=patient, started_by=alice)
    History.objects.filter(pk=draft.pk).update(answers={"pregnant": False})
    History.objects.filter(pk=draft.pk).delete()
    assert not History.objects.exists()
