"""Events of some days are found without those of the years before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.latest import since
from wheal.clinic.audit.models import Event
from wheal.clinic.people import telling


def test_what_came_later_and_nothing_before(clinic) -> None:
    now = timezone.now()
    for days in (40, 31, 29, 0):
        at = now - timedelta(days=days)
        Event.objects.create(at=at, what=f"people.test_{days}", clinic_id=clinic.pk, seal="0" * 64)
    found = since(now - timedelta(days=30)).filter(what__startswith="people.test_")
    assert [each.what for each in found] == ["people.test_0", "people.test_29"]
    assert not since(now + timedelta(days=1)).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_what_others_changed_of_late_is_looked_for_among_the_numbers_of_those_days(clinic, alice) -> None:
    """The first page of everybody asks for it, whatever the audit has grown to."""
    audit.record(by=alice, what="people.test_now", clinic=clinic)
    for watches in (False, True):
        plan = telling._lately(alice, clinic, watches=watches, now=timezone.now()).explain()
        assert "(clinic_id=? AND rowid>?)" in plan
