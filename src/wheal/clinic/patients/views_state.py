"""Whether the audit is whole, as the last night found it: for who reads the audit, there and on their first page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wheal.clinic.audit.checking import ACCEPTED, NOTED
from wheal.clinic.audit.models import Event, NightlyJob
from wheal.clinic.audit.verifying import in_words
from wheal.clinic.operations.nights import Stood, stood
from wheal.clinic.people.permissions import Permission, permission_required

MOST: Final = 5  # sentences on the page, and acceptances
A_MONTH: Final = timedelta(days=30)  # on the first page; where the audit is read an acceptance stays told


@permission_required(Permission.AUDIT_READ)
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """A fragment. `brief`: on the first page, where what is well is not told."""
    job = NightlyJob.objects.filter(name="verify").first()
    readings = Event.objects.filter(what=NOTED)
    last = readings.order_by("-pk").first()
    whole = readings.filter(detail__whole=True).order_by("-pk").first()
    how = _stood(job, whole)
    is_brief = "brief" in request.GET
    since = timezone.now() - A_MONTH if is_brief else None
    page = {
        "accepted": [_told(each) for each in _accepted(since)], "since": since,
        "how": how, "job": job, "last": last, "whole": whole, "brief": is_brief,
        "found": [in_words(each) for each in job.outcome.get("first", [])[:MOST]]
        if job and how == Stood.WRONG else [],
        "number": job.outcome.get("wrong") if job and how == Stood.WRONG else 0,
    }  # fmt: skip
    return render(request, "audit/_state.html", page)


def _accepted(since: datetime | None) -> list[Event]:
    """What somebody at the console declared to be nobody's doing; it is of no clinic, and told in each."""
    found = Event.objects.filter(clinic_id=None, what=NOTED, detail__has_key=ACCEPTED).order_by("-pk")
    return list((found.filter(at__gt=since) if since else found)[:MOST])


def _told(event: Event) -> dict[str, object]:
    """`is_kept`: earlier versions kept the reason alone."""
    kept = event.detail.get("passed_over")
    return {
        "at": event.at,
        "reason": event.detail[ACCEPTED],
        "is_kept": kept is not None,
        "found": [in_words(each) for each in (kept or [])[:MOST]],
        "number": event.detail.get("found", 0),
    }


def _stood(job: NightlyJob | None, whole: Event | None) -> Stood:
    """What a night found is told until everything was read and found whole: by another night, or by hand."""
    if job is None:
        return Stood.WELL if whole else Stood.NEW
    how = stood(job, timezone.now())
    is_settled = how == Stood.WRONG and whole and job.ended_at and whole.at > job.ended_at
    return Stood.WELL if is_settled else how
