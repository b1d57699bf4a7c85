"""The clock of the server jumps: nobody stays logged in longer for it, the audit keeps its order, and pages say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from wheal.clinic.audit import actions as audit
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.operations import clock
from wheal.clinic.people import log_ins

pytestmark = pytest.mark.crash
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = 3600


@pytest.fixture
def jump(monkeypatch):
    """What every row that is written takes for the present moment."""

    def to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(Event._meta.get_field("at"), "_get_default", lambda: moment)

    return to


@pytest.fixture(autouse=True)
def _no_look_remains():
    yield
    clock._told.clear()


@pytest.mark.parametrize(
    ("jumped", "ends"),
    [(0, False), (-30, False), (-2 * HOUR, True), (2 * HOUR, True), (400 * 24 * HOUR, True)],
)
def test_a_log_in_ends_where_nobody_knows_how_long_it_lasted(rf, settings, alice, jumped, ends) -> None:
    settings.IDLE_AFTER, settings.LOG_IN_ENDS_AFTER = HOUR, 12 * HOUR
    at = NOON.timestamp()
    request = rf.get("/")
    request.user = alice
    request.session = Session({log_ins.BEGAN: at - 60, log_ins.SEEN: at})
    log_ins.end_if_over(request, at + jumped)
    assert request.session.is_over == ends


class Session(dict):
    is_over = False

    def flush(self) -> None:
        self.is_over = True


@pytest.mark.parametrize(("jumped", "counts"), [(0, True), (-30, True), (-HOUR, False), (HOUR, False)])
def test_a_proof_given_in_the_future_proves_nothing(monkeypatch, settings, jumped, counts) -> None:
    settings.PROVEN_FOR = 900
    monkeypatch.setattr(log_ins, "get_authentication_records", lambda *_: [{"at": NOON.timestamp()}])
    assert log_ins.proved_lately(SimpleNamespace(user=None), NOON.timestamp() + jumped) is counts


def test_the_audit_keeps_its_order_whatever_the_clock_says(clinic, jump) -> None:
    for moment in (NOON, NOON - timedelta(days=400), NOON + timedelta(days=4000), NOON):
        jump(moment)
        audit.record(by=None, what="people.test_noted", clinic=clinic)
    last = list(Event.objects.order_by("id").values_list("at", flat=True))[-4:]
    assert last == [NOON, NOON - timedelta(days=400), NOON + timedelta(days=4000), NOON]
    assert not verify().broken


def test_every_page_says_that_the_clock_was_set_back(client, clinic, alice, jump) -> None:
    jump(NOON)
    audit.record(by=None, what="people.test_noted", clinic=clinic)
    assert clock.look(NOON - timedelta(minutes=4)) is None
    assert clock.look(NOON - timedelta(hours=1)) == NOON
    jump(NOON - timedelta(hours=1))
    client.force_login(alice)
    assert "how long a mix may still be used are not to be trusted" in client.get("/").content.decode()
    clock.look(NOON + timedelta(minutes=1))
    assert "are not to be trusted" not in client.get("/").content.decode()
