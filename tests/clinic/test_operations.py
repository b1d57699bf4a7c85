"""What is logged, counted and shown of the site itself; and that none of it names a patient."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

import people
from wheal.clinic import doctor, jobs
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.examined import LOOK, WELL
from wheal.clinic.jobs import TIMETABLE
from wheal.clinic.operations import counting, logs, measured, nights, state
from wheal.clinic.people.models import Role
from wheal.clinic.settings import _hosts

NAME, PHONE = "Quillfeather", "+1 503 555 0177"


@pytest.fixture
def kept(caplog):
    """What the site's own formatter makes of all that is logged."""
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(logs.AsJSON().format(record)) for record in caplog.records]


def test_a_request_is_logged_by_its_pattern_and_names_nobody(client, clinic, alice, settings, kept) -> None:
    settings.SLOW_STATEMENT = 0
    patient = people.patient(clinic, alice, family_name=NAME)
    client.force_login(alice)
    client.get(f"/patients/{patient.pk}/?from={NAME}")
    client.get("/patients/search/", {"q": NAME})
    told = [line for line in kept() if line["from"] == "wheal.requests"]
    assert [line["page"] for line in told] == ["patients/<int:pk>/", "patients/search/"]
    assert all(line["statements"] > 3 and line["ms"] >= line["database_ms"] > 0 for line in told)
    slow = [line for line in kept() if line["from"] == "wheal.slow"]
    assert any("FROM" in line["sql"] for line in slow)
    assert NAME.lower() not in json.dumps(kept()).lower()


def test_an_error_is_logged_by_its_kind_and_place_without_its_words(kept) -> None:
    try:
        try:
            raise KeyError(f"{NAME} {PHONE}")
        except KeyError as problem:
            raise ValueError(f"Key (family_name)=({NAME}) exists") from problem
    except ValueError:
        logging.getLogger("django.request").exception(
            "%s: %s", "Internal Server Error", f"/patients/?q={NAME}"
        )
    (line,) = kept()
    assert line["error"] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_operations.py" in line["raised"][-1]
    assert line["what"] == "Internal Server Error: …"
    assert NAME not in json.dumps(line)


@pytest.mark.parametrize(
    ("said", "put_in", "what"),
    [
        (
            "error connecting in %s: %s",
            ("pool-1", ValueError(NAME)),
            "error connecting in …: builtins.ValueError",
        ),
        ("%s took %d ms", (NAME, 7), "%s took %d ms"),  # it wants a number
        ("nothing is put in", (), "nothing is put in"),
    ],
)
def test_of_what_others_log_the_kind_of_an_error_is_told_and_nothing_that_was_put_in(
    kept, said, put_in, what
) -> None:
    logging.getLogger("psycopg.pool").warning(said, *put_in)
    (line,) = kept()
    assert line["what"] == what
    assert NAME not in json.dumps(line)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 1 FROM a WHERE b = 'Quill' AND c = 17", "SELECT ? FROM a WHERE b = ? AND c = ?"),
        ("SELECT x FROM a WHERE id IN (%s, %s, %s)", "SELECT x FROM a WHERE id IN (…)"),
    ],
)
def test_a_statement_is_told_without_values(sql, told) -> None:
    assert measured.bare(sql) == told


@pytest.mark.parametrize("role", Role)
def test_the_page_of_the_state_is_for_who_administers(client, clinic, role) -> None:
    client.force_login(people.person("Dana", role, clinic))
    answer = client.get("/status/")
    assert answer.status_code == (200 if role == Role.ADMINISTRATOR else 403)
    if role == Role.ADMINISTRATOR:
        for words in (
            "Free on the disk of the data",
            "Age of the newest backup",
            "Somebody should look at this",
        ):
            assert words in answer.content.decode()
    menu = client.get("/people/me/").content.decode()
    assert ('href="/status/"' in menu) is (role == Role.ADMINISTRATOR)


NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def hours(ago: float) -> datetime:
    return NOW - timedelta(hours=ago)


@pytest.mark.parametrize(
    ("begun", "ended", "outcome", "is_well", "shown"),
    [
        (hours(7), hours(6.9), {}, True, "26 Nov 2026, 03:06"),
        (hours(16 * 24), hours(16 * 24), {}, False, "10 Nov 2026, 10:00"),
        (hours(7), None, {}, False, "begun 26 Nov 2026, 03:00, not ended"),
        (hours(0.1), None, {}, True, "begun 26 Nov 2026, 09:54, not ended"),
        (None, None, {}, True, "for the first time 27 Nov 2026, 03:00"),
        (hours(7), hours(7), {"wrong": ["lot 7"]}, False, "26 Nov 2026, 03:00"),
        (hours(7), hours(7), {"left_out": "WHEAL_BACKUPS names no folder"}, False, "26 Nov 2026, 03:00"),
    ],
)
def test_a_job_that_missed_its_night_is_not_well(db, begun, ended, outcome, is_well, shown) -> None:
    NightlyJob.objects.create(
        name="check_stock", next_at=hours(-17), begun_at=begun, ended_at=ended, outcome=outcome
    )
    with timezone.override("Europe/Paris"):  # by the clock of whoever looks
        (line,) = [each for each in state.lines(NOW) if each.name == "job_check_stock_failed"]
    assert (line.is_well, line.figure, line.shown) == (is_well, float(not is_well), shown)
    assert str(line.words) == "By night: The books of the stock held against the sessions"
    assert bool(line.why) is not is_well


@pytest.mark.parametrize(
    ("job", "on_the_page", "of_the_doctor"),
    [
        ({"ended_at": hours(7)}, "", "check_stock ran at 2026-11-26 02:00 UTC"),
        ({"begun_at": hours(0.1)}, "", "check_stock began at 2026-11-26 08:54 UTC and has not ended yet"),
        ({"begun_at": hours(7)}, "it was broken off", "began at 2026-11-26 02:00 UTC and was broken off"),
        ({"ended_at": hours(30)}, "it did not run in the last night", "has not run since 2026-11-25 03:00"),
        ({"next_at": hours(1)}, "it did not run in the last night", "check_stock: not run yet"),
        ({}, "", "check_stock: not run yet"),
        (
            {"ended_at": hours(7), "outcome": {"left_out": "WHEAL_BACKUPS names no folder"}},
            "it did nothing: WHEAL_BACKUPS names no folder",
            "check_stock came up at 2026-11-26 02:00 UTC and did nothing: WHEAL_BACKUPS names no folder",
        ),
        (
            {
                "ended_at": hours(7),
                "outcome": {"wrong": 1, "first": [{"kind": "cut", "where": "audit.event 9"}]},
            },
            "it found something wrong",
            "(audit.event 9 is no longer there, nor what may have followed it: the end of the audit was cut off.)",
        ),
        (
            {"ended_at": hours(7), "outcome": {"wrong": 1}},
            "it found something wrong",
            "found something wrong",
        ),
        (
            {"ended_at": hours(7), "failed": True, "outcome": {"error": "Traceback\nKeyError: 7"}},
            "it failed",
            "check_stock failed at 2026-11-26 02:00 UTC: KeyError: 7",
        ),
    ],
)
def test_the_page_and_the_doctor_say_the_same_of_a_night(job, on_the_page, of_the_doctor) -> None:
    row = NightlyJob(**{"name": "check_stock", "next_at": hours(-17)} | job)
    assert str(nights.TROUBLE.get(nights.stood(row, NOW), "")) == on_the_page
    (told,) = doctor._told_of([row], "wheal nightly", NOW)
    assert of_the_doctor in told.what


def test_the_doctor_says_once_which_jobs_have_not_run_yet() -> None:
    rows = [NightlyJob(name=name, next_at=hours(-17)) for name in ("backup", "verify", "watch")]
    rows.append(NightlyJob(name="remind", next_at=hours(-17), ended_at=hours(7)))
    told = [(each.level, each.what) for each in doctor._told_of(rows, "wheal nightly", NOW)]
    assert told == [
        (WELL, "remind ran at 2026-11-26 02:00 UTC"),
        (LOOK, "backup, verify, watch: not run yet"),
    ]


def test_a_night_that_left_the_backup_out_is_never_well(client, clinic, settings) -> None:
    settings.BACKUPS = ""
    jobs.run(next(job for job in TIMETABLE if job.name == "backup"))
    (line,) = [each for each in state.lines(timezone.now()) if each.name == "job_backup_failed"]
    assert (line.is_well, line.figure) == (False, 1)
    dana = people.person("Dana", Role.ADMINISTRATOR, clinic)
    client.force_login(dana)
    assert "it did nothing: WHEAL_BACKUPS names no folder" in client.get("/status/").content.decode()
    dana.language = "fr"
    dana.save()
    assert "WHEAL_BACKUPS ne nomme aucun dossier" in client.get("/status/").content.decode()


@pytest.mark.parametrize("folder", ["", "empty"])
def test_where_there_is_no_backup_its_age_is_above_every_alarm(
    client, clinic, settings, tmp_path, folder
) -> None:
    settings.BACKUPS = str(tmp_path) if folder else ""
    answer = client.get("/status/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert "wheal_backup_age_seconds +Inf" in answer


def test_every_job_of_the_night_has_words() -> None:
    assert {job.name for job in TIMETABLE} <= set(nights.WORDS)


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/status/live", {}, 200),
        ("/status/ready", {}, 200),
        ("/status/metrics", {}, 200),
        ("/status/metrics", {"Authorization": "Bearer right"}, 200),
        ("/status/metrics", {"Authorization": "Bearer wrong"}, 404),
        ("/status/metrics", {"X-Forwarded-Proto": "https"}, 404),
        ("/status/live", {"Host": "evil.example"}, 400),
        ("/status/", {}, 301),
        ("/accounts/login/", {}, 301),
    ],
)
def test_the_documented_scrape_works_where_the_site_is_behind_a_proxy(
    clinic, settings, path, headers, code
) -> None:
    """Past the proxy, on the machine itself, by its own name and without TLS; no other page is to be had so."""
    settings.ALLOWED_HOSTS = _hosts("clinic.example")
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    settings.METRICS_TOKEN = "right"
    asked = Client(headers={"Host": "127.0.0.1:8000"} | headers)
    assert asked.get(path, REMOTE_ADDR="127.0.0.1").status_code == code


def test_machines_learn_whether_it_lives_and_is_ready(db) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/status/ready").json() == {"ready": True}

    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    with connection.execute_wrapper(locked):
        assert client.get("/status/live").content == b"live\n"
        assert client.get("/status/ready").status_code == 503


@pytest.mark.parametrize(
    ("headers", "address", "token", "code"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "192.0.2.7", "", 404),
        ({"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1", "", 404),
        ({"Authorization": "Bearer right"}, "192.0.2.7", "right", 200),
        ({"Authorization": "Bearer wrong"}, "127.0.0.1", "right", 404),
        ({"Authorization": "Bearer "}, "192.0.2.7", "", 404),
    ],
)
def test_counts_are_for_the_token_or_for_this_machine(
    client, clinic, settings, headers, address, token, code
) -> None:
    settings.METRICS_TOKEN = token
    client.get("/accounts/login/")
    answer = client.get("/status/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == code
    if code == 200:
        told = answer.content.decode()
        assert 'wheal_requests_total{method="GET",page="accounts/login/",status="200"}' in told
        assert 'wheal_request_seconds_bucket{le="0.15",page="accounts/login/"}' in told
        assert "wheal_disk_free_bytes " in told


def test_counts_of_several_processes_are_told_together(monkeypatch) -> None:
    monkeypatch.setenv(counting.FOLDER, "")
    monkeypatch.setattr(counting.atexit, "register", lambda *_, **__: None)
    counting.begin()
    count = "from wheal.clinic.operations import counts; counts.request('a/', 'GET', 200, 0.01, 0.001)"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], check=True)
    told = subprocess.run(
        [sys.executable, "-c", "from wheal.clinic.operations import counts; print(counts.text([]).decode())"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert 'wheal_requests_total{method="GET",page="a/",status="200"} 2.0' in told
    counting.shutil.rmtree(os.environ[counting.FOLDER])


def test_what_is_no_page_of_ours_is_told_as_none() -> None:
    assert measured.page_of(SimpleNamespace(resolver_match=None)) == "(no page)"


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1"])
def test_a_form_in_another_character_set_is_refused_and_nothing_broke(db, charset) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/accounts/login/")
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = browser.post("/accounts/login/", b"login=a&password=b", content_type=kind)
    assert answer.status_code == 400
    assert "This could not be read" in answer.content.decode()
