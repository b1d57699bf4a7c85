from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

import people
from clinic.followup.conftest import treated as treated
from wheal.clinic.registry import actions
from wheal.clinic.safety.models import Reaction

ON_SOCKET = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
"""On PostgreSQL a transaction of the test's own would keep the turn to write from the server that it talks to."""


@pytest.fixture
def elsewhere(db):
    """This very site, by a socket: it is the registry and the clinic at once."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def many(treated, alice):
    """Six people treated 300 and 272 days ago, so that nothing of theirs is rare; one had an abscess."""
    held = [treated(300, 272, name=f"Person{at}") for at in range(6)]
    visit = held[0].sessions.earliest("pk")
    day = people.today() - timedelta(days=265)
    row = Reaction.objects.create(
        clinic=visit.clinic, patient=held[0], source="staff", reported_on=day, recorded_at=visit.signed_at,
        recorded_by=alice, recorded_kind="abscess", recorded_onset=day, kind="abscess", onset=day, urgency="today",
        knowledge_version="x", knowledge_digest="y", description="Secret words", grade=3,
    )  # fmt: skip
    row.ties.create(session=visit)
    return held


@pytest.fixture
def agreed(data, clinic, dora):
    return actions.agree(clinic=clinic, by=dora)


@pytest.fixture
def analyst(data, clinic, alice):
    """Alice, whose clinic does not count itself and is named to read."""
    actions.name_analysts(clinic=clinic)
    return alice


@pytest.fixture
def later(monkeypatch) -> Callable[[int], None]:
    """`later(31)`: it is so many days after today."""
    real, away = timezone.now, [0]
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=away[0]))
    return lambda days: away.__setitem__(0, days)
