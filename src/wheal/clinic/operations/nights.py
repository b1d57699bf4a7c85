"""The jobs of the night, in words, and how each stands: one that missed its night is not well."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.audit.models import NightlyJob

NIGHT = timedelta(hours=26)  # a job that ended longer ago has missed a night
TWO_NIGHTS = 2 * NIGHT  # a backup, or a checkpoint of the audit, that is older is missing
LONGEST = timedelta(hours=2)  # what has not ended by then was broken off

WORDS: dict[str, Promise] = {
    "backup": _("The backup"),
    "verify": _("The record held against its digests"),
    "check_stock": _("The books of the stock held against the sessions"),
    "check_photographs": _("Photographs, leaflets and other encrypted files, opened and read"),
    "sweep_exports": _("Exports of FHIR that are over, deleted"),
    "sweep_links": _("Health links that are over, deleted"),
    "recalls": _("Lists of open recalls, brought up to date"),
    "watch": _("The watch over reactions, in each clinic"),
    "across": _("The watch over reactions, across clinics"),
    "registry": _("What is sent to the registry"),
    "remind": _("Reminders of appointments"),
}


def words(name: str) -> str:
    return str(WORDS.get(name, name))


class Stood(StrEnum):
    """How a job stands, its last night taken for what it is: a job that nobody has seen ending is not well."""

    WELL = "well"
    NEW = "new"  # its first night is still to come
    UNDER_WAY = "under_way"
    FAILED = "failed"
    WRONG = "wrong"  # it came to its end, and found something
    MISSED = "missed"
    LEFT_OUT = "left_out"  # it came up and did nothing
    BROKEN_OFF = "broken_off"


TROUBLE: dict[Stood, Promise] = {
    Stood.FAILED: _("it failed"),
    Stood.WRONG: _("it found something wrong"),
    Stood.MISSED: _("it did not run in the last night"),
    Stood.BROKEN_OFF: _("it was broken off"),
    Stood.LEFT_OUT: _("it did nothing: WHEAL_BACKUPS names no folder"),  # the backup alone leaves itself out
}


def stood(job: NightlyJob, now: datetime) -> Stood:
    """What the last run that ended found stays told until another one ends."""
    if job.failed:
        return Stood.FAILED
    if job.outcome.get("wrong"):
        return Stood.WRONG
    if job.ended_at is not None:
        if job.ended_at < now - NIGHT:
            return Stood.MISSED
        return Stood.LEFT_OUT if job.outcome.get("left_out") else Stood.WELL
    if job.begun_at is not None:
        return Stood.BROKEN_OFF if job.begun_at < now - LONGEST else Stood.UNDER_WAY
    return Stood.NEW if job.next_at > now else Stood.MISSED
