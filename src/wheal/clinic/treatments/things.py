"""The room, device, needles, water and disinfectant of a session: which are offered, which may not be signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from wheal.clinic.equipment.models import Kind, Thing
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Session, Suspicion, ThingUsed
from wheal.clinic.treatments.stops import stop
from wheal.clinic.treatments.suspected import of_thing
from wheal.findings import Finding

GROUPS: Final[dict[str, tuple[Promise, tuple[str, ...]]]] = {
    "room": (_("Room"), (Kind.ROOM,)),
    "tool": (_("Device and needles"), (Kind.DEVICE, Kind.NEEDLE)),
    "disinfectant": (_("Skin disinfectant"), (Kind.DISINFECTANT,)),
    "water_point": (_("Water point, where one was used"), (Kind.WATER_POINT,)),
}
_MISSING: Final = {
    "room": _("The room is not named. Tap it beside the mix."),
    "tool": _("Neither device nor needles are named. Tap what injects."),
    "disinfectant": _("The skin disinfectant is not named. Tap its lot."),
}
UNUSABLE: Final = {"blocked": _("Blocked: do not use"), "expired": _("Past its expiry date")}


def refusals(chart: Chart, now: datetime) -> Iterator[Finding]:
    """A blocked or expired thing, a device not cleaned for this patient, and what the clinic keeps but nobody named."""
    session = chart.session
    day = (session.inject_at or now).astimezone(ZoneInfo(session.clinic.time_zone)).date()
    for row in chart.things:
        yield from _unusable(row.thing, day)
        if row.cleaning is not None and not row.taken_back:
            yield from _unusable(row.cleaning.water_point, day, only="blocked")
            yield from _unusable(row.cleaning.disinfectant, day, only="blocked")
        if (why := not_clean(row)) is not None:
            yield stop("device_not_cleaned", str(row.thing), format_lazy("{}: {}", row.thing, why))
    named = {row.thing.kind for row in chart.things}
    for group, kept in _kept(session).items():
        if kept and not named & set(GROUPS[group][1]):
            yield stop("thing_missing", group, _MISSING[group])


def _kept(session: Session) -> dict[str, bool]:
    return {
        "room": session.keeps_rooms,
        "tool": session.keeps_tools,
        "disinfectant": session.keeps_disinfectants,
    }


def _unusable(thing: Thing | None, day: date, only: str = "") -> Iterator[Finding]:
    state = thing.state(day) if thing else ""
    if state in UNUSABLE and state in (only or state):
        words = _("{thing} is blocked. Nothing can be signed with it: take another one.")
        if state == "expired":
            words = _("{thing} is past its expiry date. Take another one.")
        yield stop(f"thing_{state}", str(thing), format_lazy(words, thing=thing))


def not_clean(row: ThingUsed) -> Promise | None:
    """One cleaning serves one patient."""
    if not row.thing.is_cleaned_between_patients:
        return None
    if row.cleaning_id is None:
        return _("no cleaning is recorded. Clean it and write it down, or take another device.")
    if row.taken_back:
        return _("the entry of its cleaning was taken back. Clean it and write it down.")
    if row.served_another:
        return _("it has served another patient since this cleaning. Clean it and write it down.")
    return None


@dataclass(frozen=True, slots=True)
class Offer:
    """A thing as the bench shows it: one tap names it for the session, another takes it back."""

    thing: Thing
    used: ThingUsed | None
    refused: Promise | None
    last: bool  # it served the last session
    not_clean: Promise | None = None
    suspected: Suspicion | None = None  # by an alarm that is open


def offers(chart: Chart, on: date) -> list[tuple[str, Promise, list[Offer]]]:
    """Two queries, none for a clinic without such a list. In each group what was used last comes first."""
    if not (chart.things or any(_kept(chart.session).values())):
        return []
    used = {row.thing_id: row for row in chart.things}
    last = {thing.pk for thing in last_used(chart.session)}
    rows = [
        _offer(thing, used.get(thing.pk), thing.pk in last, on, of_thing(chart, thing))
        for thing in Thing.objects.filter(clinic=chart.session.clinic)
        if thing.retired_at is None or thing.pk in used
    ]
    rows.sort(key=lambda row: (row.refused is not None, row.suspected is not None, not row.last))
    return [
        (group, name, [row for row in rows if row.thing.kind in kinds])
        for group, (name, kinds) in GROUPS.items()
        if any(row.thing.kind in kinds for row in rows)
    ]


def _offer(thing: Thing, used: ThingUsed | None, last: bool, on: date, suspected: Suspicion | None) -> Offer:
    refused = UNUSABLE.get(thing.state(on))
    return Offer(thing, used, refused, last, not_clean(used) if used else None, suspected)


def last_used(session: Session) -> list[Thing]:
    """What the same practitioner's last session here named, else the clinic's; the room as this one was booked."""
    rows = ThingUsed.objects.filter(session__clinic=session.clinic_id).exclude(session=session.pk)
    found = rows.filter(session__practitioner=session.practitioner_id)
    latest = (found if session.practitioner_id else rows).order_by("-pk").values("session")[:1]
    things = [row.thing for row in rows.filter(session__in=latest).select_related("thing")]
    booked = session.room.strip().casefold()
    rooms = Thing.objects.filter(clinic=session.clinic_id, kind=Kind.ROOM, name__iexact=session.room.strip())
    if booked and (room := rooms.first()):
        things = [room, *(thing for thing in things if thing.kind != Kind.ROOM)]
    return things
