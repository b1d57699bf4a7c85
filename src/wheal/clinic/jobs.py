"""The timetable: what the site does by itself every night, and who of several processes does it.

No broker. Each job has a row that says when it is due; whoever moves that moment on by a conditional update has claimed
the night and runs the job. A run that is broken off is not repeated before the next night.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from time import sleep
from types import TracebackType
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from wheal.clinic.appointments import reminding
from wheal.clinic.audit import checking
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.backups import nightly as backup
from wheal.clinic.fhir.bulk import actions as exporting
from wheal.clinic.fhir.health_links import actions as health_links
from wheal.clinic.operations import clock
from wheal.clinic.people.models import Clinic
from wheal.clinic.photographs import checking as photographs
from wheal.clinic.registry import actions as registry
from wheal.clinic.safety import actions as recalls
from wheal.clinic.safety import checking_trace, telling_across
from wheal.clinic.safety.watching import actions as watching

log = logging.getLogger(__name__)
EVERY = 60  # seconds between two looks at the clock
LAST_LINES = 4000  # characters kept of what went wrong


@dataclass(frozen=True, slots=True)
class Job:
    """`at`: by the clock of the first clinic. `run` answers what is kept of the night, as JSON."""

    name: str
    at: time
    run: Callable[[], dict[str, object]]


TIMETABLE: tuple[Job, ...] = (
    Job("backup", time(1, 30), backup.nightly),
    Job("verify", time(2), checking.nightly),
    Job("check_stock", time(2, 30), checking_trace.nightly),
    Job("sweep_exports", time(2, 45), exporting.nightly),
    Job("sweep_links", time(2, 50), health_links.nightly),
    Job("recalls", time(2, 55), recalls.nightly),
    Job("watch", time(3), watching.nightly),
    Job(telling_across.JOB, time(3, 30), telling_across.nightly),
    Job(photographs.JOB, time(3, 45), photographs.nightly),
    Job("registry", time(4), registry.nightly),
    Job("remind", time(10), reminding.nightly),  # by daylight: people read it
)


def run_due(now: datetime | None = None, jobs: Iterable[Job] = TIMETABLE) -> list[NightlyJob]:
    """Run what is due and nobody else has claimed."""
    now = now or timezone.now()
    return [run(job) for job in jobs if claim(job, now)]


def claim(job: Job, now: datetime) -> bool:
    """True for one caller a night. A job that is new is due in the coming night."""
    NightlyJob.objects.get_or_create(name=job.name, defaults={"next_at": next_night(job, now)})
    due = NightlyJob.objects.filter(name=job.name, next_at__lte=now)
    return bool(due.update(next_at=next_night(job, now), begun_at=now, ended_at=None, failed=False))


def next_night(job: Job, now: datetime) -> datetime:
    first = Clinic.objects.order_by("pk").values_list("time_zone", flat=True).first()
    zone = ZoneInfo(first or "UTC")
    day = now.astimezone(zone).date()
    tonight = datetime.combine(day, job.at, zone).astimezone(UTC)
    return (
        tonight if tonight > now else datetime.combine(day + timedelta(days=1), job.at, zone).astimezone(UTC)
    )


def run(job: Job) -> NightlyJob:
    """Now, whether it is due or not. What goes wrong in it is kept, and stops no other job."""
    NightlyJob.objects.get_or_create(name=job.name, defaults={"next_at": next_night(job, timezone.now())})
    with _Kept() as kept:
        kept.outcome = job.run()
    ended = {"ended_at": timezone.now(), "failed": kept.failed, "outcome": kept.outcome}
    NightlyJob.objects.filter(name=job.name).update(**ended)
    return NightlyJob.objects.get(name=job.name)


@dataclass
class _Kept(AbstractContextManager["_Kept"]):
    """The edge where an error of a job ends: it is written down instead of ending the night."""

    outcome: dict[str, object] = field(default_factory=dict)
    failed: bool = False

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(problem, Exception):
            return False
        self.failed = True
        told = "".join(traceback.format_exception(problem))
        self.outcome = {"error": told[-LAST_LINES:]}
        log.error("a nightly job failed", exc_info=problem)
        return True


def watch_the_clock() -> threading.Thread:
    """In every process that serves; a thread that ends with it."""
    thread = threading.Thread(target=_watch, name="timetable", daemon=True)
    thread.start()
    return thread


def _watch() -> None:
    while True:
        with _Kept():
            clock.look(timezone.now())
        connection.close()
        sleep(EVERY)
        with _Kept():
            run_due()
        connection.close()
