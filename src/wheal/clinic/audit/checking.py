"""`wheal verify` and the job of the night: read, say what is wrong, and note a checkpoint where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

from django.conf import settings
from django.utils import timezone

from wheal.clinic.audit import actions, checkpoints, guarded
from wheal.clinic.audit.checkpoints import Checkpoint
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import Broken, Verified, verify

NOTED = "audit.checkpoint_noted"
ACCEPTED = "accepted"  # in the detail of such an event: the reason
A_WEEK = timedelta(days=6, hours=12)  # after it a night reads everything again
REST = 0.05  # seconds after each piece of a night's reading, in which the site answers
TOLD = 20  # of what is wrong, kept with the night or with an acceptance
GONE = frozenset({"cut", "rewritten"})
MAY_BE_ACCEPTED = GONE | {"early", "counted", "forgotten"}
"""A clock that was set back looks like an event that was put in later; an older copy, like an end that was cut off;
lost checkpoints, like a file that was taken away."""
NONE_YET = (
    "No signed checkpoint was there before this reading: an audit that had been written anew from its first event on "
    f"would look as whole as this. The first is noted now; copy {checkpoints.FILE} to where nobody here can write."
)


@dataclass(frozen=True)
class Found:
    """`noted`: the checkpoints that were there."""

    read: Verified
    noted: Sequence[Checkpoint]
    wrong: list[Broken]

    def __str__(self) -> str:
        of = f"{self.read.events} events of the audit, {self.read.rows} fixed rows"
        return f"{of}, {len(self.noted)} signed checkpoints"


def check(
    data: Path,
    *,
    new_only: bool = False,
    accepted: str = "",
    look: bool = False,
    rest: Callable[[], None] = lambda: None,
) -> Found:
    """Raises CheckpointDamaged.

    `new_only`: what came after the last checkpoint. `accepted`: why what a clock set back, an older copy or lost
    checkpoints look like is nobody's doing. `look`: nothing is noted. `rest`: called after each piece.
    """
    noted, begun = checkpoints.noted(data), timezone.now()
    read = verify(noted, new_only=new_only, rest=rest)
    found = [*read.broken, *forgotten(data, noted)]
    passed_over = [each for each in found if accepted and each.kind in MAY_BE_ACCEPTED]
    wrong = [each for each in found if each not in passed_over]
    wrong += [Broken("unguarded", table) for table in guarded.unguarded()]
    if read.last_id and not wrong and not look:
        _note(data, read, begun, whole=not new_only, accepted=accepted, passed_over=passed_over)
    return Found(read, noted, wrong)


def forgotten(data: Path, noted: Sequence[Checkpoint]) -> list[Broken]:
    """The last checkpoint that the audit itself tells of, where no line of the file says it.

    Of those that were signed with the key of this folder, if there are any: a second server on the same database has
    a folder, a key and lines of its own.
    """
    told = Event.objects.filter(what=NOTED).order_by("-pk").values_list("pk", "at", "detail")
    last = told.filter(detail__key=checkpoints.key_is(data)).first() or told.first()
    if last is None or any(each.event == last[2].get("event") for each in noted):
        return []
    return [Broken("forgotten", f"audit.event {last[0]}", f"{last[1]:%Y-%m-%d %H:%M}")]


def _note(
    data: Path, read: Verified, begun: datetime, *, whole: bool, accepted: str, passed_over: list[Broken]
) -> None:
    """The file first: the audit tells of none that is not in it. What was accepted stands in the audit with the reason,
    for whoever reads it on the pages of each clinic."""
    checkpoints.note(
        data,
        event=read.last_id,
        seal=read.last,
        events=read.events,
        read_at=begun,
        whole=whole,
        accepted=accepted,
        gone=[int(each.where.split()[1]) for each in passed_over if each.kind in GONE],
    )
    detail: dict[str, object] = {"event": read.last_id, "events": read.events, "whole": whole}
    detail["key"] = checkpoints.key_is(data)
    if passed_over:
        told = [each.as_kept() for each in passed_over[:TOLD]]
        detail |= {"accepted": accepted, "found": len(passed_over), "passed_over": told}
    actions.record(by=None, what=NOTED, detail=detail)


def _rest() -> None:
    sleep(REST)


def nightly() -> dict[str, object]:
    """What is new each night, and everything once a week. What the timetable keeps of the night."""
    last = max((each.at for each in checkpoints.noted(settings.DATA) if each.whole), default=None)
    new_only = last is not None and timezone.now() - last < A_WEEK
    found = check(settings.DATA, new_only=new_only, rest=_rest)
    told: dict[str, object] = {"events": found.read.events, "rows": found.read.rows, "all": not new_only}
    if found.wrong:
        told |= {"wrong": len(found.wrong), "first": [each.as_kept() for each in found.wrong[:TOLD]]}
    return told
