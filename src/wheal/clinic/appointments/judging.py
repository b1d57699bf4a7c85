"""What is told of a time before it is taken: overlaps as a warning, intervals and the time to think as a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wheal import booking, knowledge
from wheal.clinic.appointments import taken
from wheal.clinic.appointments.models import Appointment, Kind, State
from wheal.clinic.appointments.taken import Taken
from wheal.clinic.days import with_weekday
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic
from wheal.clinic.treatments import quoted
from wheal.clinic.treatments.models import Plan, Session
from wheal.knowledge.wording import amount


@dataclass(frozen=True, slots=True)
class Against:
    """Why a session may not be booked on a day, and who says so."""

    words: str
    sources: tuple[str, ...]
    earliest: date | None = None


def against(
    clinic: Clinic, patient: Patient, kind: str, starts_at: datetime, *, but: int | None = None
) -> list[Against]:
    """Of a treatment session alone; others may come any day. `but`: the appointment that is moved."""
    if kind != Kind.SESSION:
        return []
    plan = Plan.objects.filter(patient=patient, closed_at=None).first()
    if plan is None:
        return []
    on, known = clinic.day_of(starts_at), knowledge.current()
    return [*_too_near(clinic, plan, on, but, known), *_thinking(clinic, plan, on, known)]


def _too_near(
    clinic: Clinic, plan: Plan, on: date, but: int | None, known: knowledge.Knowledge
) -> Iterator[Against]:
    language = (get_language() or "en")[:2]
    given, ahead = _given(plan.patient), set(_ahead(clinic, plan.patient, but))
    for name in plan.substances:
        others = sorted(ahead | {day for day, substances in given if name in substances})
        for near in booking.too_near([name], [plan.area], clinic.jurisdiction, on, others, known):
            found = booking.still_open(near, others, since=clinic.day_of())
            yield Against(_words(found, language, known), found.sources, found.earliest)


def _words(found: booking.TooNear, language: str, known: knowledge.Knowledge) -> str:
    figures = {
        "substance": known.name(found.substance, language), "interval": amount(found.limit, language),
        "other": _day(found.other), "earliest": _day(found.earliest), "latest": _day(found.latest),
    }  # fmt: skip
    if found.latest is None:
        return (
            _(
                "%(substance)s: the published text asks for %(interval)s at least between two sessions, and one is on "
                "%(other)s. The earliest day is %(earliest)s."
            )
            % figures
        )
    return (
        _(
            "%(substance)s: the published text asks for %(interval)s at least between two sessions, and one is booked "
            "for %(other)s. Choose a day until %(latest)s, or from %(earliest)s."
        )
        % figures
    )


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return with_weekday(day)


def _given(patient: Patient) -> list[tuple[date, frozenset[str]]]:
    """Days, and what was given on each, as the signed records say."""
    rows = Session.objects.filter(patient=patient, signed_at__isnull=False, given__isnull=False)
    return [
        (date.fromisoformat(given["date"]), frozenset(given["substances"]))
        for given in rows.values_list("given", flat=True)
    ]


def _ahead(clinic: Clinic, patient: Patient, but: int | None) -> Iterator[date]:
    """Days of sessions that are to come, and of those that somebody came to and whose record is not signed.

    Appointments, and visits that were booked without one.
    """
    today = clinic.day_of()
    rows = Appointment.objects.filter(patient=patient, kind=Kind.SESSION, visit__signed_at=None)
    for starts_at, state in rows.taking_a_place().exclude(pk=but).values_list("starts_at", "state"):
        if (day := clinic.day_of(starts_at)) >= today or state != State.BOOKED:
            yield day
    visits = taken.visits().filter(patient=patient, signed_at=None)
    for planned_for, arrived_at in visits.values_list("planned_for", "arrived_at"):
        if (day := clinic.day_of(planned_for)) >= today or arrived_at:
            yield day


def _thinking(clinic: Clinic, plan: Plan, on: date, known: knowledge.Knowledge) -> Iterator[Against]:
    """Whether a quote is due is said at signing; here, whether it was handed over long enough before."""
    language = (get_language() or "en")[:2]
    standing = quoted.standing_of(plan, clinic, clinic.day_of())
    for found in quoted.obstacles(plan, standing, clinic, on, known):
        if found.code == "reflection_open":
            yield Against(found.message[language], found.sources)


@dataclass(frozen=True, slots=True)
class Overlap:
    other: Taken
    what: tuple[str, ...]  # names of what both want


def overlaps(item: Appointment | Session) -> list[Overlap]:
    """Everything of the clinic that wants the same people, room, device or patient at that time, visits included."""
    own = taken.of(item)
    others = {each.key: each for each in taken.between(own.clinic, own.starts_at, own.ends_at)}
    found = booking.clashes(own.as_slot(), [each.as_slot() for each in others.values()])
    return [Overlap(others[each.key], tuple(_names(others[each.key], each.uses))) for each in found]


def _names(other: Taken, uses: frozenset[tuple[str, object]]) -> Iterator[str]:
    people = {each.pk: each.shown_name for each in other.people}
    for kind, pk in sorted(uses, key=str):
        if kind == "person":
            yield people[pk]
        elif kind == "patient":
            yield str(other.patient)
        else:
            yield str(pk) if kind == "room" else str(other.row.device)
