"""How the site stands, for a page, for a monitoring system, and for whoever decides where requests go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic import databases, moved_away, standby
from wheal.clinic.audit.models import NightlyJob
from wheal.clinic.backups import making
from wheal.clinic.examined_files import LEAST_FREE
from wheal.clinic.operations import clock, nights

MOST_BEHIND = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Line:
    """`name`: as the figures are called. `figure` None: there is none to tell. `why`: of what is not well, what."""

    name: str
    words: str | Promise
    figure: float | None
    is_well: bool
    shown: str
    why: str | Promise = ""


def lines(now: datetime) -> Iterator[Line]:
    free = shutil.disk_usage(settings.DATA).free
    yield Line(
        "disk_free_bytes", _("Free on the disk of the data"), free, free > LEAST_FREE, filesizeformat(free)
    )
    size = _size()
    yield Line("database_bytes", _("Size of the database"), size, True, filesizeformat(size))
    if moved_away.is_closed(connection):
        yield _moved()
    if (held_up := standby.holds_up()) is not None:
        yield _holds_up(held_up)
    if standby.is_named():
        yield _standby()
    yield _backup(now)
    for job in NightlyJob.objects.all():
        yield _night(job, now)
    behind = clock.look(now)
    seconds = (behind - now).total_seconds() if behind else 0.0
    yield Line(
        "clock_behind_seconds",
        _("The clock, before what was written last"),
        seconds,
        not behind,
        f"{seconds:.0f} s",
    )


def _night(job: NightlyJob, now: datetime) -> Line:
    """Of one that missed its night, was broken off or found something wrong the figure is 1, as of one that failed."""
    why = nights.TROUBLE.get(nights.stood(job, now), "")
    if job.ended_at:
        shown = _at(job.ended_at)
    elif job.begun_at:
        shown = _("begun %(at)s, not ended") % {"at": _at(job.begun_at)}
    else:
        shown = _("for the first time %(at)s") % {"at": _at(job.next_at)}
    words = _("By night: %(job)s") % {"job": nights.words(job.name)}
    return Line(f"job_{job.name}_failed", words, float(bool(why)), not why, shown, why)


def _at(moment: datetime) -> str:
    """By the clock of whoever looks."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _holds_up(held_up: bool) -> Line:
    words, shown = (
        _("The standby that has to have every entry"),
        _("does not follow") if held_up else _("follows"),
    )
    why = _("nothing can be saved until it follows, or until its name is taken out") if held_up else ""
    return Line("saves_held_up", words, float(held_up), not held_up, str(shown), why)


def _moved() -> Line:
    why = _("nothing can be saved here; “wheal doctor” at the server tells the way out")
    return Line("record_has_moved", _("The record"), 1.0, False, str(_("has moved to another database")), why)


def _standby() -> Line:
    missing, words = standby.behind(), _("The standby that lists are read from, behind by")
    if missing is None:
        return Line("standby_behind_bytes", words, None, False, "–")
    return Line("standby_behind_bytes", words, missing, missing < MOST_BEHIND, filesizeformat(missing))


def _backup(now: datetime) -> Line:
    words = _("Age of the newest backup in which nothing was found wrong")
    held = making.backups(Path(settings.BACKUPS), now) if settings.BACKUPS else []
    newest = next((each.at for each in held if each.is_whole), None)
    if newest is None:  # older than any limit that somebody sets an alarm for
        return Line("backup_age_seconds", words, inf, False, _("there is none"))
    age, oldest = (now - newest).total_seconds(), nights.TWO_NIGHTS.total_seconds()
    return Line("backup_age_seconds", words, age, age < oldest, f"{age / 3600:.0f} h")


def _size() -> int:
    if connection.vendor == "sqlite":
        file = databases.file(settings.DATA)
        return sum(
            each.stat().st_size for each in file.parent.glob(f"{file.name}*") if each.suffix != ".part"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
