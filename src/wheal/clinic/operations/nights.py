"""The jobs of the night, in words, and whether one has missed its night."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.audit.models import NightlyJob

NIGHT = timedelta(hours=26)  # a job that ended longer ago has missed a night
LONGEST = timedelta(hours=2)  # what has not ended by then was broken off

WORDS: dict[str, Promise] = {
    "backup": _("The backup"),
    "verify": _("The record held against its digests"),
    "check_stock": _("The books of the stock held against the sessions"),
    "check_photographs": _("The files of photographs, opened and read"),
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


def is_new(job: NightlyJob, now: datetime) -> bool:
    """Its first night is still to come."""
    return job.begun_at is None and job.ended_at is None and job.next_at > now


def has_missed(job: NightlyJob, now: datetime) -> bool:
    """It did not end within the last night, or was broken off; whether what it did went well is another question."""
    if job.ended_at is not None:
        return job.ended_at < now - NIGHT
    if job.begun_at is not None:
        return job.begun_at < now - LONGEST
    return not is_new(job, now)
