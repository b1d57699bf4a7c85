"""Whether the audit is whole, as the last night found it: for who reads the audit, there and on their first page."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wheal.clinic.audit import verifying
from wheal.clinic.audit.checking import NOTED
from wheal.clinic.audit.models import Event, NightlyJob
from wheal.clinic.operations.nights import Stood, stood
from wheal.clinic.people.permissions import Permission, permission_required

MOST: Final = 5  # sentences on the page
FOUND: Final = {
    "altered": _("%(where)s was altered after it was fixed."),
    "missing": _("%(where)s was fixed and is no longer there."),
    "inserted": _("%(where)s is there and fixed, but no event of the audit tells of it."),
    "unfollowed": _(
        "%(where)s does not follow from the event before it: it was altered or inserted, or what stood before it was "
        "altered or removed."
    ),
    "cut": _(
        "%(where)s is no longer there, nor what may have followed it: the end of the audit was cut off."
    ),
    "rewritten": _("%(where)s is not the event that the signed checkpoint names: the audit was rewritten."),
    "early": _(
        "%(where)s says that it was written before the signed checkpoint that precedes it: it was added later, or the "
        "clock had been set back."
    ),
    "changed": _("%(where)s is not as the audit last told it: it was altered past the pages."),
    "counted": _("Up to %(where)s there are not as many events as the signed checkpoint counted."),
}
UNGUARDED: Final = _("%(where)s is not protected by the database: its triggers are gone.")
_KNOWN: Final = [
    *(
        (re.escape(words).replace(r"\{where\}", "(.+)"), FOUND[kind])
        for kind, words in verifying.WORDS.items()
    ),
    (r"(.+) is not protected by the database: its triggers are gone\.", UNGUARDED),
]


@permission_required(Permission.AUDIT_READ)
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """A fragment. `brief`: on the first page, where what is well is not told."""
    job = NightlyJob.objects.filter(name="verify").first()
    readings = Event.objects.filter(what=NOTED)
    last = readings.order_by("-pk").first()
    whole = readings.filter(detail__whole=True).order_by("-pk").first()
    how = _stood(job, whole)
    page = {
        "how": how, "job": job, "last": last, "whole": whole, "brief": "brief" in request.GET,
        "found": [_in_words(str(each)) for each in job.outcome.get("first", [])[:MOST]]
        if job and how == Stood.WRONG else [],
        "number": job.outcome.get("wrong") if job and how == Stood.WRONG else 0,
    }  # fmt: skip
    return render(request, "audit/_state.html", page)


def _stood(job: NightlyJob | None, whole: Event | None) -> Stood:
    """What a night found is told until everything was read and found whole: by another night, or by hand."""
    if job is None:
        return Stood.WELL if whole else Stood.NEW
    how = stood(job, timezone.now())
    is_settled = how == Stood.WRONG and whole and job.ended_at and whole.at > job.ended_at
    return Stood.WELL if is_settled else how


def _in_words(said: str) -> str:
    """As the night kept it, in the language of whoever reads; another sentence as it is."""
    for pattern, words in _KNOWN:
        if found := re.fullmatch(pattern, said):
            return words % {"where": found[1]}
    return said
