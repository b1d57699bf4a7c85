"""A page that stands open asks what stands now: nothing new, or that another device saved something, and who."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.treatments.conftest import again, as_
from wheal.clinic.treatments import actions

pytestmark = pytest.mark.both_engines


def asked(client, session, seen: str = ""):
    return client.get(f"/sessions/{session.pk}/stands?seen={seen}")


def shown(page: str) -> dict[str, object]:
    """What each form of a page stands on, and the body map, as its scripts read it."""
    held: dict[str, object] = {}
    for form, content in re.findall(r'<form[^>]* data-stands="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL):
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)" data-stand>', content)
        held[form] = dict(fields)
    for state in re.findall(r'<script id="map-state"[^>]*>(.*?)</script>', page, re.DOTALL):
        drawn = json.loads(state)
        held[f"pass-{drawn['pass']}"] = drawn["version"]
    return held


def test_what_every_page_stands_on_is_what_stands(ready, alice):
    client = as_(alice)
    actions.save_inject_at(session=ready, inject_at=ready.planned_for, by=alice)
    stands = asked(client, ready).json()["stands"]
    found: dict[str, object] = {}
    for step in ("screen", "plan", "mix", "inject", "check"):
        found |= shown(client.get(f"/sessions/{ready.pk}/{step}/").content.decode())
    assert found == stands
    assert len(found) == 6


def test_nothing_is_told_until_somebody_saves_something(ready, alice, bob):
    client = as_(alice)
    seen = asked(client, ready).json()["seen"]
    assert asked(client, ready, seen).status_code == 204
    changes = (
        lambda: actions.tick(session=again(ready), item="allergies", done=False, by=bob),
        lambda: actions.throw_away(mix=ready.mixes.get(), volume_ml=None, by=bob),
        lambda: actions.save_pass(row=ready.passes.get(), points=[], outline=[], by=bob),
        lambda: actions.add_mix(session=again(ready), by=bob),
    )
    for change in changes:
        change()
        told = asked(client, ready, seen).json()
        assert told["by"] == "Bob Example"
        assert told["seen"] != seen
        seen = told["seen"]


def test_it_asks_few_queries_and_shows_nothing_of_the_record(ready, alice):
    client = as_(alice)
    seen = asked(client, ready).json()["seen"]
    with CaptureQueriesContext(connection) as queries:
        assert asked(client, ready, seen).content == b""
    assert len(queries) < 10


def test_points_of_a_pass_that_is_not_of_this_session_are_not_found(ready, alice):
    sent = {"pass": 0, "version": 0, "outline": [], "points": [], "pattern": "square"}
    answer = as_(alice).post(
        f"/sessions/{ready.pk}/inject/pass/save", json.dumps(sent), content_type="application/json"
    )
    assert answer.status_code == 404


def test_what_the_device_keeps_for_the_time_without_a_connection_knows_nobody(client, clinic):
    assert b"import" in client.get("/sessions/worker.js").content
    assert "No connection" in client.get("/sessions/away/").content.decode()
