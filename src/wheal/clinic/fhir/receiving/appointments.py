"""An Appointment that came in is booked, by the action that the calendar uses and under its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal.clinic.appointments import actions
from wheal.clinic.appointments.models import OF_PATIENTS
from wheal.clinic.fhir.access import Caller
from wheal.clinic.fhir.receiving import references
from wheal.clinic.fhir.receiving.taken import Taken, warning
from wheal.fhir import canonical, matching
from wheal.fhir.beyond import CODING, ENVELOPE, REFERENCE, beyond
from wheal.fhir.outcomes import Problem, Refused, refused

SYSTEM = canonical.system("appointment-kinds")
PAST = "this time is past already: is the day right?"
NOTE = 200  # characters that the calendar keeps
KEPT = ENVELOPE | {
    "identifier": None, "status": None, "appointmentType": {"coding": CODING, "text": None}, "start": None, "end": None,
    "created": None, "minutesDuration": None, "comment": None,
    "participant": {"type": {"coding": CODING, "text": None}, "actor": REFERENCE, "required": None, "status": None},
}  # fmt: skip
IN_WORDS = "the calendar has no place for this: say it in the comment, or leave it out"
MOST = {"Patient": 1, "Practitioner": 2, "Location": 1, "Device": 1}


def take(sent: Mapping[str, Any], caller: Caller, path: str) -> Taken:
    """Raises Refused, also with what the calendar says against the time; what it only warns of is told."""
    if sent.get("status") != "booked":
        raise refused(422, "not-supported", "what is booked is taken", f"{path}.status")
    if not sent.get("start") or not sent.get("end"):
        raise refused(422, "required", "it has no start or no end", path)
    actors = _actors(sent, caller, path)
    _all_come(sent, path)
    for kind, most in MOST.items():
        if len(actors[kind]) > most:
            raise refused(422, "business-rule", f"at most {most} {kind} is booked", actors[kind][most][1])
    if not actors["Patient"]:
        raise refused(422, "required", "it is of no patient", f"{path}.participant")
    whose, where = actors["Patient"][0]
    patient = references.patient(whose, caller, where)
    wanted = _wanted(sent, actors, caller, path)
    _keep_all(sent, wanted, path)
    try:
        booked = actions.book(clinic=caller.clinic, patient=patient, wanted=wanted, by=caller.user)
    except actions.AppointmentRefused as against:
        raise refused(422, "business-rule", str(against), f"{path}.start") from against
    past = [warning(PAST, f"{path}.start")] if booked.row.starts_at < timezone.now() else []
    barely = [warning("somebody or something is wanted twice at that time", f"{path}.start")]
    twice = _wanted_twice(booked, caller, path)
    less = [*past, *_booked_as_other(sent, path)]
    return Taken(booked.row.pk, (*less, *twice), (*less, *(barely if booked.overlaps else [])))


def _keep_all(sent: Mapping[str, Any], wanted: actions.Wanted, path: str) -> None:
    """Raises Refused, by every path, for what the calendar would lose, and where the length told is another."""
    wrong = [replace(each, words=IN_WORDS) for each in beyond(sent, KEPT, path)]
    minutes = (wanted.ends_at - wanted.starts_at).total_seconds() / 60
    if sent.get("minutesDuration", minutes) != minutes:
        words = f"from start to end it is {minutes:g} minutes"
        wrong.append(Problem("business-rule", words, f"{path}.minutesDuration"))
    for place, each in enumerate(sent["participant"]):
        if each.get("required", "required") != "required":
            words = "whoever is booked is held to come: leave out who need not"
            wrong.append(Problem("business-rule", words, f"{path}.participant[{place}].required"))
    if wrong:
        raise Refused(422, *wrong)


def _booked_as_other(sent: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """The calendar knows no answer that is still open, and no part that somebody plays."""
    for place, each in enumerate(sent["participant"]):
        where = f"{path}.participant[{place}]"
        if each["status"] != "accepted":
            yield warning(f"booked as accepted: the calendar knows no {each['status']}", f"{where}.status")
        if "type" in each:
            yield warning("not kept: the calendar knows no parts that people play", f"{where}.type")
    named = {each.get("display") for each in sent["appointmentType"]["coding"]}
    if (text := sent["appointmentType"].get("text")) and text not in named:
        yield warning(
            f"not kept: {text!r}. The calendar keeps the code alone", f"{path}.appointmentType.text"
        )


def _wanted_twice(booked: actions.Booked, caller: Caller, path: str) -> Iterator[Problem]:
    """What the calendar tells whoever books by hand. Of another's visit the hour and what is wanted twice, no name."""
    zone = ZoneInfo(caller.clinic.time_zone)
    for each in booked.overlaps:
        hours = (
            f"{each.other.starts_at.astimezone(zone):%H:%M} to {each.other.ends_at.astimezone(zone):%H:%M}"
        )
        yield warning(
            f"wanted twice at that time: {', '.join(each.what)} (also from {hours})", f"{path}.start"
        )


Actors = dict[str, list[tuple[Mapping[str, Any], str]]]


def _actors(sent: Mapping[str, Any], caller: Caller, path: str) -> Actors:
    """By kind. Raises Refused for whoever cannot be booked here. The clinic itself is where everything is."""
    found: Actors = {kind: [] for kind in MOST}
    for place, each in enumerate(sent.get("participant", [])):
        actor, where = each.get("actor", {}), f"{path}.participant[{place}].actor"
        kind, identity = references.named(actor, caller)
        if kind not in MOST:
            literal = actor.get("reference", "")
            raise refused(422, "value", f"{literal!r} is nobody who can be booked here", where)
        if (kind, identity) != ("Location", f"clinic-{caller.clinic.pk}"):
            found[kind].append((actor, where))
    return found


def _all_come(sent: Mapping[str, Any], path: str) -> None:
    for place, each in enumerate(sent.get("participant", [])):
        if each.get("status") == "declined":
            words = "whoever declined is not booked: leave them out, or send it once they have accepted"
            raise refused(422, "business-rule", words, f"{path}.participant[{place}].status")


def _wanted(sent: Mapping[str, Any], actors: Actors, caller: Caller, path: str) -> actions.Wanted:
    people = [references.practitioner(told, caller, where) for told, where in actors["Practitioner"]]
    rooms = [references.thing(told, "Location", caller, where) for told, where in actors["Location"]]
    devices = [references.thing(told, "Device", caller, where) for told, where in actors["Device"]]
    note = sent.get("comment", "")
    if len(note) > NOTE:
        raise refused(422, "too-long", f"the calendar keeps {NOTE} characters of a note", f"{path}.comment")
    return actions.Wanted(
        kind=_kind(sent, path), starts_at=_moment(sent["start"], f"{path}.start"),
        ends_at=_moment(sent["end"], f"{path}.end"),
        practitioner=people[0] if people else None, helper=people[1] if len(people) > 1 else None,
        room=rooms[0] if rooms else None, device=devices[0] if devices else None, note=note,
    )  # fmt: skip


def _kind(sent: Mapping[str, Any], path: str) -> str:
    known = {code.replace("_", "-"): code for code, _words in OF_PATIENTS}
    for each in sent.get("appointmentType", {}).get("coding", []):
        if each.get("system") == SYSTEM and each.get("code") in known:
            return known[each["code"]]
    raise refused(
        422, "code-invalid", f"one of {', '.join(known)} of {SYSTEM} is wanted", f"{path}.appointmentType"
    )


def _moment(text: str, path: str) -> datetime:
    try:
        return matching.moment(text)
    except ValueError as problem:
        words = f"{text!r} is no moment of a calendar: day, hours to 23, minutes and seconds to 59, and the offset"
        raise refused(422, "value", words, path) from problem
