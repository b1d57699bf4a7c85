"""A calendar for other programs (RFC 5545): times, places and numbers; nothing of anybody's health."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from wheal.clinic.appointments.models import Appointment, Feed, Kind, Rules, State

BEFORE, AHEAD = timedelta(days=30), timedelta(days=365)


def calendar_of(feed: Feed) -> bytes:
    named = Rules.objects.filter(clinic=feed.clinic, names_in_feeds=True).exists()
    now = timezone.now()
    rows = Appointment.objects.filter(
        clinic=feed.clinic, starts_at__range=(now - BEFORE, now + AHEAD)
    ).shown()
    person = feed.practitioner_id
    rows = rows.filter(Q(practitioner=person) | Q(helper=person) if person else Q(room=feed.room_id))
    with translation.override(feed.clinic.language):
        made = Calendar()
        made.add("prodid", "-//Wheal//Calendar//EN")
        made.add("version", "2.0")
        made.add("method", "PUBLISH")
        made.add("x-wr-calname", f"{_whose(feed)} · {feed.clinic.name}")
        for row in rows:
            made.add_component(_event(row, named))
        return bytes(made.to_ical())


def _whose(feed: Feed) -> str:
    return feed.practitioner.shown_name if feed.practitioner else str(feed.room)


def _event(row: Appointment, named: bool) -> Event:
    event = Event()
    event.add("uid", f"appointment-{row.pk}@wheal")
    event.add("sequence", row.version)
    event.add("dtstamp", row.changed_at)
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.ends_at)
    event.add("summary", _summary(row, named))
    event.add("status", "CANCELLED" if row.state in (State.CANCELLED, State.NO_SHOW) else "CONFIRMED")
    if row.room:
        event.add("location", str(row.room))
    return event


def _summary(row: Appointment, named: bool) -> str:
    """What kind of appointment it is says something of the patient: it is not said."""
    if row.kind == Kind.AWAY:
        return _("Not available")
    who = str(row.patient) if named else _("patient no. %(number)s") % {"number": row.patient.number}
    return _("Appointment: %(who)s") % {"who": who}
