"""A calendar for other programs (RFC 5545): times, places and numbers; nothing of anybody's health."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from wheal.clinic.appointments import taken
from wheal.clinic.appointments.models import Feed, Rules, State
from wheal.clinic.appointments.taken import Taken

BEFORE, AHEAD = timedelta(days=30), timedelta(days=365)


def calendar_of(feed: Feed) -> bytes:
    named = Rules.objects.filter(clinic=feed.clinic, names_in_feeds=True).exists()
    now = timezone.now()
    held = taken.of_feed(feed, now - BEFORE, now + AHEAD)
    with translation.override(feed.clinic.language):
        made = Calendar()
        made.add("prodid", "-//Wheal//Calendar//EN")
        made.add("version", "2.0")
        made.add("method", "PUBLISH")
        made.add("x-wr-calname", f"{_whose(feed)} · {feed.clinic.name}")
        for each in held:
            made.add_component(_event(each, named))
        return bytes(made.to_ical())


def _whose(feed: Feed) -> str:
    return feed.practitioner.shown_name if feed.practitioner else str(feed.room)


def _event(held: Taken, named: bool) -> Event:
    event, row = Event(), held.row
    event.add("uid", "-".join(map(str, held.key)) + "@wheal")
    event.add("sequence", row.version if row else 0)  # a visit is never moved: booked anew it is another
    event.add("dtstamp", row.changed_at if row else held.visit.saved_at)
    event.add("dtstart", held.starts_at)
    event.add("dtend", held.ends_at)
    event.add("summary", _summary(held, named))
    is_off = row is not None and row.state in (State.CANCELLED, State.NO_SHOW)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if held.room:
        event.add("location", held.room)
    return event


def _summary(held: Taken, named: bool) -> str:
    """What kind of appointment it is says something of the patient: it is not said."""
    if held.patient is None:
        return _("Not available")
    who = str(held.patient) if named else _("patient no. %(number)s") % {"number": held.patient.number}
    return _("Appointment: %(who)s") % {"who": who}
