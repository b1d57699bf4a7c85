"""Every night once, whichever process looks at the clock first; what goes wrong in one job stops no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest

from wheal import cli
from wheal.clinic import databases, jobs
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.jobs import TIMETABLE, Job

EVENING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 18:00 in New York, where the clinic of these tests is
NIGHT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def count(done) -> Job:
    return Job("count", time(2, 30), lambda: {"times": len(done.append("x") or done)})


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (EVENING, NIGHT),
        (NIGHT - timedelta(seconds=1), NIGHT),
        (NIGHT, NIGHT + timedelta(days=1)),
        (datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # clocks go forward
    ],
)
def test_a_night_begins_by_the_clock_of_the_clinic(in_new_york, count, now, due):
    assert jobs.next_night(count, now) == due


def test_a_job_runs_once_a_night_and_not_on_the_evening_it_was_installed(in_new_york, count, done):
    assert jobs.run_due(EVENING, [count]) == []
    (row,) = jobs.run_due(NIGHT + timedelta(minutes=3), [count])
    assert (row.outcome, row.failed, row.begun_at) == ({"times": 1}, False, NIGHT + timedelta(minutes=3))
    assert row.ended_at is not None
    assert jobs.run_due(NIGHT + timedelta(minutes=4), [count]) == []
    jobs.run_due(NIGHT + timedelta(days=3, hours=2), [count])  # the computer was off for a while
    assert done == ["x", "x"]


def test_of_two_that_look_at_once_one_runs_it(in_new_york, count):
    jobs.claim(count, EVENING)
    assert [jobs.claim(count, NIGHT), jobs.claim(count, NIGHT)] == [True, False]


def test_what_goes_wrong_is_kept_and_the_next_job_runs(in_new_york, count, done):
    def broken() -> dict[str, object]:
        raise ZeroDivisionError("of the job itself")

    both = [Job("broken", time(2, 30), broken), count]
    jobs.run_due(EVENING, both)
    failed, fine = jobs.run_due(NIGHT, both)
    assert failed.failed
    assert "of the job itself" in failed.outcome["error"]
    assert (fine.failed, done) == (False, ["x"])


@pytest.fixture
def folder(tmp_path, settings):
    """Of a clinic, as far as its name tells; the tables are those of the test."""
    settings.DATA = tmp_path
    databases.file(tmp_path).touch()
    return str(tmp_path)


def test_the_command_runs_the_timetable_and_says_what_came_of_it(transactional_db, folder, capsys):
    assert cli.main(["nightly", "--data", folder]) == 0
    ran = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["job"] for row in ran] == [job.name for job in TIMETABLE]
    assert not any(row["failed"] for row in ran)
    assert NightlyJob.objects.count() == len(TIMETABLE)


def test_a_job_that_does_not_exist_is_named(db, folder, capsys):
    assert cli.main(["nightly", "--data", folder, "tidy"]) == 1
    assert "no such job: tidy" in capsys.readouterr().err
