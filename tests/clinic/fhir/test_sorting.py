"""A search in the order of a date: whole over its pages, the newest first where asked, refused where it is too much."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.fhir.test_demo import ALICE, Seen, asked, ids
from wheal.clinic.appointments.models import Appointment
from wheal.clinic.fhir import sorting
from wheal.clinic.people.models import Clinic
from wheal.fhir.elements import walk
from wheal.fhir.matching import begin

ORDERS = [
    ("Observation", "date", "effectiveDateTime"),
    ("Procedure", "date", "performedDateTime"),
    ("Appointment", "date", "start"),
    ("DocumentReference", "date", "date"),
    ("Consent", "date", "dateTime"),
    ("CarePlan", "date", "period.start"),
    ("Flag", "date", "period.start"),
    ("Patient", "birthdate", "birthDate"),
    ("Patient", "_lastUpdated", "meta.lastUpdated"),
    ("Observation", "_lastUpdated", "meta.lastUpdated"),
    ("Procedure", "_lastUpdated", "meta.lastUpdated"),
    ("Location", "_lastUpdated", "meta.lastUpdated"),  # the clinic itself has none
]


def pages(client: Client, path: str) -> Iterator[dict]:
    while path:
        bundle = asked(client, path)
        yield bundle
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = urlsplit(links.get("next", ""))._replace(scheme="", netloc="").geturl().removeprefix("/fhir/")


def resources(bundle: dict) -> list[dict]:
    return [each["resource"] for each in bundle.get("entry", []) if each["search"]["mode"] == "match"]


def at(resource: dict, path: str, zone: ZoneInfo) -> datetime | None:
    """Worked out here by itself: a day begins at midnight of the clinic."""
    (text,) = list(walk(resource, path)) or [""]
    if not text:
        return None
    told = datetime.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
    return told if told.tzinfo else told.replace(tzinfo=zone)


@pytest.mark.parametrize(("kind", "name", "path"), ORDERS)
def test_pages_in_the_order_of_a_date_hold_every_resource_once_and_what_has_none_comes_last(
    seen_by: Seen, kind: str, name: str, path: str
) -> None:
    client = seen_by(ALICE)
    whole = [one for page in pages(client, f"{kind}?_count=500") for one in ids(page)]
    zone = ZoneInfo(Clinic.objects.get(memberships__user__username=ALICE).time_zone)
    for sign in ("", "-"):
        told = list(pages(client, f"{kind}?_sort={sign}{name}&_count={max(1, len(whole) // 5)}"))
        assert {page["total"] for page in told} == {len(whole)}
        assert len(told) >= min(5, len(whole))
        found = [one for page in told for one in ids(page)]
        assert len(found) == len(set(found))
        assert set(found) == set(whole)
        days = [at(one, path, zone) for page in told for one in resources(page)]
        known = [day for day in days if day is not None]
        assert days[: len(known)] == known, "what has no such date comes last"
        assert known == sorted(known, reverse=sign == "-")


def test_the_newest_measure_of_a_patient_is_the_one_of_a_page_of_one(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    every = resources(asked(client, "Observation?_count=500"))
    patient = max({each["subject"]["reference"] for each in every}, key=[
        each["subject"]["reference"] for each in every
    ].count)  # fmt: skip
    theirs = [each for each in every if each["subject"]["reference"] == patient]
    (newest,) = resources(asked(client, f"Observation?patient={patient}&_sort=-date&_count=1"))
    assert newest["effectiveDateTime"] == max(each["effectiveDateTime"] for each in theirs)


def test_ids_go_both_ways_and_break_what_is_of_one_moment(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    forth = [one for page in pages(client, "Observation?_sort=_id&_count=40") for one in ids(page)]
    back = [one for page in pages(client, "Observation?_sort=-_id&_count=40") for one in ids(page)]
    assert back == forth[::-1]
    assert len(forth) > 200
    days = [one for page in pages(client, "Observation?_sort=date,-_id&_count=40") for one in resources(page)]
    place = {one: number for number, one in enumerate(forth)}
    kept = [(each["effectiveDateTime"][:10], -place[f"Observation/{each['id']}"]) for each in days
            if len(each["effectiveDateTime"]) == 10]  # fmt: skip
    assert kept == sorted(kept)


def test_a_row_that_moves_between_two_pages_takes_no_other_with_it(seen_by: Seen) -> None:
    client = seen_by(ALICE)
    whole = set(ids(asked(client, "Appointment?_count=500")))
    told = pages(client, "Appointment?_sort=date&_count=5")
    found = ids(next(told))
    last = Appointment.objects.get(pk=found[-1].partition("/")[2])
    Appointment.objects.filter(pk=last.pk).update(
        starts_at=last.starts_at - timedelta(days=900), ends_at=last.ends_at - timedelta(days=900)
    )
    found += [one for page in told for one in ids(page)]
    assert len(found) == len(set(found))
    assert set(found) == whole


def test_more_than_can_be_put_in_order_is_refused_and_one_patient_is_answered(
    seen_by: Seen, monkeypatch
) -> None:
    monkeypatch.setattr(sorting, "MOST", 20)
    client = seen_by(ALICE)
    answer = client.get("/fhir/Observation?_sort=-date")
    (issue,) = answer.json()["issue"]
    assert (answer.status_code, issue["code"], issue["expression"]) == (400, "too-costly", ["_sort"])
    assert "ask for one patient, or for some days" in issue["diagnostics"]
    assert asked(client, "Observation?patient=2&_sort=-date")["total"] > 0
    assert asked(client, "Observation?_sort=_id&_count=1")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("Observation?_sort=code", "_sort"),
        ("Observation?_sort=-date,status", "_sort"),
        ("Observation?_sort=", "_sort"),
        ("Observation?_sort=--date", "_sort"),
        ("Observation?_sort=date&_sort=code", "_sort"),
        ("Observation?_sort=date&_page=0.0.5.0", "_page"),
        ("Observation?_sort=date&_page=0.0.5.0~x", "_page"),
        ("Observation?_sort=date&_page=0.0.5~1", "_page"),
        ("Observation?_page=0.0.5.0~1", "_page"),
    ],
)
def test_an_order_that_cannot_be_held_to_is_refused_by_name(seen_by: Seen, path: str, where: str) -> None:
    answer = seen_by(ALICE).get(f"/fhir/{path}")
    assert (answer.status_code, answer.json()["issue"][0]["expression"]) == (400, [where])


def test_a_page_in_order_asks_the_database_as_often_however_small_it_is(seen_by: Seen) -> None:
    client, cost = seen_by(ALICE), []
    asked(client, "Observation?_sort=-date&_count=1")
    for count in (40, 200):
        with CaptureQueriesContext(connection) as caught:
            asked(client, f"Observation?_sort=-date&_count={count}")
        cost.append(len(caught))
    assert cost[0] == cost[1]


def test_the_server_says_of_each_kind_by_what_it_is_sorted(seen_by: Seen) -> None:
    (rest,) = asked(Client(), "metadata")["rest"]
    said = {each["type"]: each["documentation"] for each in rest["resource"]}
    assert said["Procedure"].startswith("_sort by _id, _lastUpdated, date")


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ("1970-01-01T00:00:01.250Z", 1250),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01", -3_600_000),
        ("1970", -3_600_000),
        ({"start": "1970-01-01"}, -3_600_000),
        ({"end": "1970-01-01"}, None),
        ({}, None),
    ],
)
def test_a_day_begins_at_the_clinics_midnight(element: object, told: int | None) -> None:
    assert begin(element, ZoneInfo("Europe/Paris")) == told
